"""What one process writes that others are to look at now, told through PostgreSQL.

An announcement reaches who listens when the transaction that made it is committed, and says nothing
but that there is something new. It may be lost, with a connection or behind a pooler that hands
sessions on: so who listens looks every second anyway. On SQLite nothing is announced.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

CHANNEL = "bosai_layers"
PAUSE = 1.0  # seconds between looks whether to stop, and before another attempt to connect


def announce(connection: Connection) -> None:
    """Tell every process, once the transaction is committed, that layers are new."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, "")))


@contextmanager
def listening(engine: Engine, wake: Callable[[], None]) -> Iterator[None]:
    """Call `wake`, in a thread, at each announcement until the block ends."""
    stop = threading.Event()
    if engine.dialect.name == "postgresql":
        threading.Thread(target=_listen, args=(engine, wake, stop), daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _listen(engine: Engine, wake: Callable[[], None], stop: threading.Event) -> None:
    import psycopg  # not for who is on SQLite

    while not stop.is_set():
        try:
            _hear(engine, wake, stop)
        except (SQLAlchemyError, psycopg.Error):  # `server.database.upkeep` says so
            stop.wait(PAUSE)


def _hear(engine: Engine, wake: Callable[[], None], stop: threading.Event) -> None:
    """Listen until told to stop. Raises `SQLAlchemyError`, `psycopg.Error`."""
    import psycopg

    with engine.connect() as connection:
        session = connection.connection.driver_connection
        assert isinstance(session, psycopg.Connection)
        connection.detach()  # it is for nobody else, and closed in the end
        session.autocommit = True
        session.execute(f"LISTEN {CHANNEL}")
        wake()  # what was announced before is not heard
        while not stop.is_set():
            for _ in session.notifies(timeout=PAUSE):
                wake()
