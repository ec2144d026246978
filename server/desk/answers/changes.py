"""What became of a request at the desk, and that nobody changes what somebody else just changed.

A page shows a request as it was after some entry of the audit, and every form of the page says
which. Of two people who answer at once the second is refused, with what changed meanwhile.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from server.database.engine import reading
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor
from server.desk.answers.assignments import require_visible, visible
from server.desk.errors import DeskError, RequestNotFound
from server.desk.failures import failures_logged
from server.desk.intake.requests import requests, require_number

# What changes how a request stands. A note, or that somebody read a contact, is in nobody's way.
CHANGING = (
    "request.publish",
    "request.withdraw",
    "request.decide",
    "request.assign",
    "request.merge",
    "request.separate",
    "request.take_back",
)


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the audit about a request; `at` is in UTC."""

    id: int
    at: datetime.datetime
    actor: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class ChangedMeanwhile(DeskError):
    """Somebody else changed a request since it was looked at. `changes`, the oldest first."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = changes
        super().__init__("; ".join(f"{change.actor}: {change.action}" for change in changes))


class Changes:
    """What was done about requests. Raises `DeskUnavailable` while the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, actor: Actor, number: int) -> Sequence[Change]:
        """All that was done about a request, the oldest first. Raises `RequestNotFound`."""
        with failures_logged(), reading(self._engine) as connection:
            require_visible(connection, actor, number)
            return _changes(connection, number, 0)


def last_change(connection: Connection, number: int) -> int:
    """The entry of the audit after which the request stands as it does; 0 for none."""
    query = select(func.max(audit.c.id)).where(
        audit.c.subject == subject_of(number), audit.c.action.in_(CHANGING)
    )
    return connection.execute(query).scalar() or 0


def begin_change(connection: Connection, actor: Actor, number: int, seen: int | None) -> None:
    """Keep others from changing the request until this transaction ends.

    `seen` is the entry after which `actor` saw it, None for who did not look. Raises
    `RequestNotFound` for a request that is not theirs to see, and `ChangedMeanwhile`.
    """
    require_number(number)
    row = (
        select(requests.c.number)
        .where(requests.c.number == number, visible(actor))
        .with_for_update(of=requests)
    )
    if connection.execute(row).first() is None:
        raise RequestNotFound
    if seen is not None:
        changes = _changes(connection, number, seen, CHANGING)
        if changes:
            raise ChangedMeanwhile(changes)


def subject_of(number: int) -> str:
    """What the audit calls a request."""
    return f"request {number}"


def _changes(
    connection: Connection, number: int, after: int, actions: Sequence[str] | None = None
) -> list[Change]:
    about = (audit.c.subject == subject_of(number)) & (audit.c.id > after)
    if actions is not None:
        about &= audit.c.action.in_(actions)
    query = select(audit).where(about).order_by(audit.c.id)
    return [
        Change(row.id, row.at, row.actor, row.action, row.before or {}, row.after or {})
        for row in connection.execute(query)
    ]
