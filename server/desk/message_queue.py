"""Messages that wait to be sent: each is sent at least once, held by one worker at a time.

A message is queued in the transaction of what it tells of: with it or not at all. Who is to send it
holds it for the queue's lease. When its holder dies after the receiver took it and before that is
written down (a moment, or as long as the database is away), it is sent again, with the same
`message_id`. What is not taken is tried again, later each time, until the queue's patience is over.

Of a failure a code is kept, never what the receiver answered: that may name somebody.
"""

from __future__ import annotations

import datetime
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Index,
    Integer,
    Row,
    String,
    Table,
    delete,
    false,
    select,
    update,
)
from sqlalchemy.schema import SchemaItem

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.failures import failures_logged

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"
KEPT = datetime.timedelta(days=30)  # that staff can see what became of a message

LOG = logging.getLogger(__name__)


def message_table(name: str, *content: SchemaItem) -> Table:
    """A table of messages that wait: `content` is what they say, the rest is the queue's."""
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        *content,
        Column("message_id", String(64), nullable=False),
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("failure", String(64)),
        Column("created_at", UtcDateTime, nullable=False),
        Column("due_at", UtcDateTime, nullable=False),
        Index(f"{name}_due", "state", "due_at"),
        sqlite_autoincrement=True,
    )


def waiting() -> dict[str, object]:
    """The queue's own values of a message that is due now."""
    now = _now()
    return {"state": WAITING, "attempts": 0, "created_at": now, "due_at": now}


@dataclass(frozen=True, slots=True)
class Rules:
    """How long who sends a message holds it, how long to wait after a number of attempts, and how
    long it is tried.
    """

    lease: datetime.timedelta
    backoff: Callable[[int], datetime.timedelta]
    patience: datetime.timedelta


@dataclass(frozen=True, slots=True)
class Held:
    """A message that its holder is to send now, the `attempts`th time.

    `message_id` is the same each time. Instants are in UTC.
    """

    id: int
    attempts: int
    message_id: str
    created_at: datetime.datetime


M = TypeVar("M", bound=Held)


class MessageQueue(ABC, Generic[M]):
    """The messages of one table in a database. All raise `DeskUnavailable` while it fails."""

    table: ClassVar[Table]
    noun: ClassVar[str]  # what the log calls a message
    erased: ClassVar[tuple[str, ...]] = ()  # columns of a message that are emptied in the end
    held_up: ClassVar[ColumnElement[bool]] = false()  # by another one that has to be sent before

    def __init__(self, engine: Engine, rules: Rules) -> None:
        self.engine, self.rules = engine, rules

    @abstractmethod
    def _message(self, row: Row[Any]) -> M | None:
        """What is to be sent; None for what cannot be, which has `failed` then."""

    def claim(self) -> M | None:
        """The message that is due the longest, held for the caller alone; None when none is due."""
        while (row := self._hold()) is not None:
            if (message := self._message(row)) is not None:
                return message
        return None

    def sent(self, message: M) -> None:
        """The receiver has taken the message."""
        self._end(self.table.c.id == message.id, SENT, None)

    def failed(self, message: M | Row[Any], failure: str, *, is_final: bool = False) -> None:
        """It has not, for a reason in a code: it is tried again, unless that `is_final`."""
        columns, attempts, now = self.table.c, message.attempts, _now()
        is_mine = (columns.id == message.id) & (columns.attempts == attempts)
        name = f"{self.noun} {message.id}"
        if is_final or now - message.created_at >= self.rules.patience:
            LOG.error("%s is given up after attempt %d: %s", name, attempts, failure)
            self._end(is_mine, GIVEN_UP, failure)
            return
        LOG.warning("%s is tried again, after %d attempts: %s", name, attempts, failure)
        again = update(self.table).where(is_mine, columns.state == WAITING)
        with failures_logged(), self.engine.begin() as connection:
            connection.execute(
                again.values(failure=failure, due_at=now + self.rules.backoff(attempts))
            )

    def forget(self) -> None:
        """Delete the messages that were done with `KEPT` ago."""
        columns, long_ago = self.table.c, _now() - KEPT
        with failures_logged(), self.engine.begin() as connection:
            connection.execute(
                delete(self.table).where(columns.state != WAITING, columns.due_at < long_ago)
            )

    def _hold(self) -> Row[Any] | None:
        """The row that is due the longest, not due again before the lease is over."""
        columns, now = self.table.c, _now()
        due = (
            select(self.table)
            .where(columns.state == WAITING, columns.due_at <= now, ~self.held_up)
            .order_by(columns.due_at, columns.id)
            .limit(1)
        )
        with failures_logged():
            with reading(self.engine) as connection:  # most of the time there is none
                if connection.execute(due).first() is None:
                    return None
            with self.engine.begin() as connection:
                unheld = due.with_for_update(skip_locked=True, of=self.table)
                row = connection.execute(unheld).first()
                if row is None:
                    return None
                return connection.execute(
                    update(self.table)
                    .where(columns.id == row.id)
                    .values(attempts=row.attempts + 1, due_at=now + self.rules.lease)
                    .returning(self.table)
                ).one()

    def _end(self, condition: ColumnElement[bool], state: str, failure: str | None) -> None:
        end = update(self.table).where(condition, self.table.c.state == WAITING)
        values = {
            **dict.fromkeys(self.erased),
            "state": state,
            "failure": failure,
            "due_at": _now(),
        }
        with failures_logged(), self.engine.begin() as connection:
            connection.execute(end.values(values))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
