"""How long what was sent in confidence is kept, and how it is erased: with the request's key."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from server.database.engine import metadata, reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor, Role
from server.desk.answers.changes import begin_change, subject_of
from server.desk.answers.publications import decisions
from server.desk.confidential.vault import Vault
from server.desk.failures import failures_logged
from server.desk.intake.requests import requests
from server.desk.intake.supplements import supplements
from server.desk.labels import AVAILABLE, DECLINED

# Of a request that still waits, or is to be done: there is news for its sender to come.
OPEN_DAYS = 365
SETTLED = (DECLINED, AVAILABLE)
BY_RULE = Actor("retention", Role.ADMIN)

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that what was sent in confidence is kept.

    Counted from when the request came, was last answered, or its sender last added to it, whichever
    was last: `settled` days of one that was declined, withdrawn or is on the map, `open` days of
    any other.
    """

    settled: int

    @property
    def open(self) -> int:
        """Never fewer than of those that are settled."""
        return max(OPEN_DAYS, self.settled)


class Erasure:
    """Erases what was sent in confidence. Raises `DeskUnavailable` while the database fails."""

    def __init__(self, engine: Engine, vault: Vault, retention: Retention) -> None:
        self._engine, self._vault, self._retention = engine, vault, retention

    def by_rule(self, now: datetime.datetime | None = None) -> Sequence[int]:
        """Erase what has been kept long enough by `now`; the numbers of those requests."""
        now = now or datetime.datetime.now(datetime.UTC)
        with failures_logged(), reading(self._engine) as connection:
            due = _due(connection, self._retention, now)
        erased = [number for number in due if self._erase(number, BY_RULE, now, is_due=True)]
        if erased:
            LOG.info("what %d requests sent in confidence is erased by rule", len(erased))
        return erased

    def now(self, number: int, *, actor: Actor) -> None:
        """Erase what a request sent in confidence. Raises `RequestNotFound`."""
        self._erase(number, actor, datetime.datetime.now(datetime.UTC), is_due=False)

    def _erase(self, number: int, actor: Actor, now: datetime.datetime, *, is_due: bool) -> bool:
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, None)
            # Its sender may have added to it, or another worker erased it, a moment ago.
            if is_due and not _due(connection, self._retention, now, number):
                return False
            key = connection.execute(
                select(requests.c.key).where(requests.c.number == number)
            ).scalar()
            if key is not None:
                self._vault.erase(key)
            delete_confidential(connection, number)
            connection.execute(
                update(requests).where(requests.c.number == number).values(erased_at=now)
            )
            record(connection, actor, "request.erase", subject_of(number), None, None)
        return True


def delete_confidential(connection: Connection, number: int) -> None:
    """Delete what is sealed with the request's key, in every table: nobody can read it any more."""
    for table in confidential_tables():
        connection.execute(delete(table).where(table.c.number == number))
    connection.execute(
        update(supplements).where(supplements.c.number == number).values(sealed=None)
    )


def confidential_tables() -> Sequence[Table]:
    """The tables that hold nothing but what is sealed with requests' keys."""
    return [table for table in metadata.sorted_tables if table.info.get("confidential")]


def _due(
    connection: Connection, retention: Retention, now: datetime.datetime, number: int | None = None
) -> Sequence[int]:
    """The requests whose confidential part has been kept long enough, and is still there."""
    of_request = requests.c.number
    decided = select(func.max(decisions.c.decided_at)).where(decisions.c.number == of_request)
    added = select(func.max(supplements.c.added_at)).where(supplements.c.number == of_request)
    instants = (requests.c.received_at, decided.scalar_subquery(), added.scalar_subquery())

    def is_quiet(days: int) -> ColumnElement[bool]:
        before = now - datetime.timedelta(days=days)
        return and_(*(or_(instant.is_(None), instant < before) for instant in instants))

    is_settled = requests.c.state.in_(SETTLED) | requests.c.withdrawn_at.is_not(None)
    query = select(requests.c.number).where(
        requests.c.key.is_not(None),
        requests.c.erased_at.is_(None),
        or_(is_settled & is_quiet(retention.settled), is_quiet(retention.open)),
    )
    if number is not None:
        query = query.where(requests.c.number == number)
    return connection.execute(query.order_by(requests.c.number)).scalars().all()
