"""Whether the clock may decide what is deleted: nothing brings back what a wrong one deleted.

A clock that is a year ahead makes everything due at once. Whoever deletes by rule looks at the
clock each hour; one that is days beyond the look before is doubted for a day, in which somebody can
put it right. After days in which the service did not run, that only delays what is due.
"""

from __future__ import annotations

import datetime
import logging

from sqlalchemy import Column, Connection, Engine, Integer, Table, select

from server.database.engine import UtcDateTime, metadata, upsert
from server.desk.failures import failures_logged

FARTHEST = datetime.timedelta(days=2)  # from one look to the next
DOUBT = datetime.timedelta(days=1)  # that somebody has for putting the clock right
ROW = 1  # the only one

# `doubted_at` is when the clock was first seen to be too far beyond the look before.
clock_looks = Table(
    "clock_looks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("looked_at", UtcDateTime, nullable=False),
    Column("doubted_at", UtcDateTime),
)

LOG = logging.getLogger(__name__)


class Clock:
    """What the service's processes, on any host, saw of their clocks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_trusted(self, now: datetime.datetime | None = None) -> bool:
        """Look at the clock, and tell whether it may decide what is deleted.

        Raises `DeskUnavailable`.
        """
        now = now or datetime.datetime.now(datetime.UTC)
        with failures_logged(), self._engine.begin() as connection:
            looked_at, doubted_at = _last_look(connection)
            if looked_at is not None and now - looked_at > FARTHEST:
                LOG.error(
                    "the clock says %s, and said %s at the last look: nothing is deleted by rule"
                    " for a day. Put it right if it is wrong",
                    now.isoformat(timespec="seconds"),
                    looked_at.isoformat(timespec="seconds"),
                )
                doubted_at = now
            elif doubted_at is not None and not doubted_at <= now < doubted_at + DOUBT:
                doubted_at = None
            _write_look(connection, now, doubted_at)
            return doubted_at is None


def _last_look(
    connection: Connection,
) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """When the clock was looked at last, and since when it is doubted."""
    query = select(clock_looks.c.looked_at, clock_looks.c.doubted_at).where(clock_looks.c.id == ROW)
    row = connection.execute(query.with_for_update()).first()
    return (None, None) if row is None else (row.looked_at, row.doubted_at)


def _write_look(
    connection: Connection, now: datetime.datetime, doubted_at: datetime.datetime | None
) -> None:
    look = {"looked_at": now, "doubted_at": doubted_at}
    statement = upsert(connection, clock_looks).values(id=ROW, **look)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=look))
