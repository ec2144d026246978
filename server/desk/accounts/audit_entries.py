"""The audit, as it is read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select, true

from server.database.engine import reading
from server.desk.accounts.audit import audit
from server.desk.failures import failures_logged

PAGE = 50  # entries


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the audit. `at` is in UTC."""

    at: datetime.datetime
    actor: str
    role: str
    department: str | None
    action: str
    subject: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """Which entries: those of an actor, an action and a subject; "" is any."""

    actor: str = ""
    action: str = ""
    subject: str = ""


class AuditEntries:
    """The entries in a database. Both raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, choice: EntryChoice, page: int) -> tuple[Sequence[Entry], int]:
        """The entries on a page, the newest first, and how many there are in all."""
        where = true()
        for name in EntryChoice.__slots__:
            if wanted := getattr(choice, name):
                where &= audit.c[name] == wanted
        entries = select(*(audit.c[name] for name in Entry.__slots__)).where(where)
        newest = entries.order_by(audit.c.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
        count = select(func.count()).select_from(audit).where(where)
        with failures_logged(), reading(self._engine) as connection:
            total = connection.execute(count).scalar_one()
            return [Entry(*row) for row in connection.execute(newest)], total

    def names(self) -> tuple[Sequence[str], Sequence[str]]:
        """Who has acted, and what has been done, in the order of their names."""
        with failures_logged(), reading(self._engine) as connection:
            actors, actions = (
                connection.scalars(select(column).distinct().order_by(column)).all()
                for column in (audit.c.actor, audit.c.action)
            )
        return actors, actions
