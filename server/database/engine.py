"""What the service writes about people's requests: a SQLite file, or PostgreSQL by URL."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from server.database.spelling import teach_spelling
from server.database.sqlite_file import SqliteFile, checkpoint

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

BUSY_TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 10
# Of libpq: a host that is gone, with no word of it, is found out after so many seconds.
GONE_AFTER = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
}
READ_ONLY = "bosai_read_only"

metadata = MetaData()


class DatabaseUrlError(Exception):
    """The database's URL is not one this service can use. The message holds no password."""


class UtcDateTime(TypeDecorator[datetime.datetime]):
    """An instant: aware when written, in UTC when read, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; wanted an aware datetime")
        instant = value.astimezone(datetime.UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(
        self, value: datetime.datetime | None, _dialect: Dialect
    ) -> datetime.datetime | None:
        return in_utc(value)


def in_utc(instant: datetime.datetime | None) -> datetime.datetime | None:
    """An instant as it is read from a database; one without a time zone is in UTC."""
    if instant is None:
        return None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=datetime.UTC)
    return aware.astimezone(datetime.UTC)


def open_database(
    url: str,
    *,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
    connect_timeout_s: int = CONNECT_TIMEOUT_S,
) -> Engine:
    """An engine for `url`. Nothing is opened yet, and a SQLite file has to be made first: see
    `server.database.schema.upgrade`.

    `postgresql://` means the psycopg 3 driver. A writer waits for another one, and anyone for a
    connection, up to `busy_timeout_s` seconds, and for a host that does not answer up to
    `connect_timeout_s`. Raises `DatabaseUrlError`.
    """
    parsed = _parsed(url)
    # An error is logged: it may not show what people wrote.
    options: dict[str, Any] = {"pool_timeout": busy_timeout_s, "hide_parameters": True}
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(
            parsed,
            pool_pre_ping=True,
            connect_args={"connect_timeout": connect_timeout_s, **GONE_AFTER},
            **options,
        )
        event.listen(engine, "begin", partial(_limit_waiting, busy_timeout_s))
        return engine
    return _open_sqlite(parsed, busy_timeout_s, options)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that reads only: on SQLite it waits for no writer."""
    options = {READ_ONLY: True, "postgresql_readonly": True}
    with engine.execution_options(**options).connect() as connection:
        yield connection


def empty_log(engine: Engine) -> None:
    """Take what was deleted out of a SQLite file's log of changes, which holds pages as they were.

    One that is being read from is emptied by whoever closes it last. Nothing on PostgreSQL.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            driver = connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            checkpoint(driver)


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insertion that may say what to do on a conflict; both databases say it alike."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 2 MB, that a worker on SQLite does without

    return postgresql.insert(table)


def _parsed(url: str) -> URL:
    """`url` with the driver named."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseUrlError(
            "the database URL cannot be read; wanted sqlite:////path/to/file "
            "or postgresql://user:password@host/name"
        ) from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    printable = parsed.render_as_string(hide_password=True)
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise DatabaseUrlError(
            f"the database URL is {printable!r}; wanted one that begins with sqlite:// or postgresql://"
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise DatabaseUrlError(
            f"the database URL is {printable!r}; wanted the path of a file in it"
        )
    return parsed


def _open_sqlite(url: URL, busy_timeout_s: float, options: dict[str, Any]) -> Engine:
    file = SqliteFile(Path(url.database or ""), busy_timeout_s)
    del options["pool_timeout"]
    engine = create_engine(url, creator=file.connect, poolclass=NullPool, **options)
    event.listen(engine, "connect", lambda connection, _record: teach_spelling(connection))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", file.require_in_place)
    event.listen(engine, "handle_error", file.note_error)
    return engine


def _limit_waiting(busy_timeout_s: float, connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{busy_timeout_s * 1000:.0f}ms'")


def _begin(connection: Connection) -> None:
    # A transaction that will write takes the lock first, where SQLite waits for the other writer;
    # one that read before it writes would fail at once instead.
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(read_only)}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
