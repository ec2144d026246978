"""Which process of all hosts publishes: the one whose session holds a lock of PostgreSQL.

What it publishes it writes in that very session. So a process that lost the lock, however that came
about, can write nothing more. The session ends, and another process may take the lock, when its
process does, and within some seconds when its host or its network is gone, or the process stands
still.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

LOCK = 7_112_277  # any number of our own
BEAT = 3.0  # seconds
# Of the session, at the server: after so long without a word it is over.
LIMITS = {
    "idle_session_timeout": "15s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}

LOG = logging.getLogger(__name__)


class SessionOver(SQLAlchemyError):
    """The session that held the lock is over, and with it what it may write."""


class Lead:
    """The session that holds the lock, until `end`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._using = threading.Lock()
        self._ended = threading.Event()

    @classmethod
    def take(cls, engine: Engine) -> Lead | None:
        """Take the lock; None while another session holds it. Raises `SQLAlchemyError`."""
        connection = engine.connect()
        try:
            with connection.begin():
                is_ours = connection.scalar(select(func.pg_try_advisory_lock(LOCK)))
                for name, value in LIMITS.items() if is_ours else ():
                    connection.execute(select(func.set_config(name, value, False)))
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        if not is_ours:
            connection.close()
            return None
        lead = cls(connection)
        threading.Thread(target=lead._keep_alive, daemon=True).start()
        return lead

    @property
    def is_lost(self) -> bool:
        """Whether the session is over, as far as is known."""
        return self._ended.is_set()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of the session. Raises `SQLAlchemyError`, and `SessionOver` for good."""
        with self._using:
            if self._ended.is_set():
                raise SessionOver  # or another session, without the lock, would be opened
            try:
                with self._connection.begin():
                    yield self._connection
            finally:
                if self._connection.invalidated:
                    self._ended.set()

    def end(self) -> None:
        """Leave the lock to others."""
        self._ended.set()
        with self._using:
            self._connection.invalidate()  # not back into the pool, with the lock and the limits
            self._connection.close()

    def _keep_alive(self) -> None:
        while not self._ended.wait(BEAT):
            with suppress(SQLAlchemyError), self.transaction() as connection:
                connection.execute(select(1))
