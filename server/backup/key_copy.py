"""A copy of the requests' keys: one SQLite file, of either database, that replaces the one before.

It is apart from every backup, so that a key that is erased is soon gone everywhere. What is in it
is of no use without the operator's secret.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from layers.files import open_file
from server.backup.errors import BackupRefused
from server.database.engine import BUSY_TIMEOUT_S, reading
from server.database.sqlite_file import make_sqlite, open_sqlite, require_sound
from server.desk.confidential.vault import PROBE, keys, metadata

OWNER_ONLY = 0o600


def copy_keys(engine: Engine, path: Path) -> int:
    """Write all keys in the place of the copy before; gives how many requests' they are.

    Raises `BackupRefused`, `OSError`.
    """
    try:
        with reading(engine) as connection:
            rows = [tuple(row) for row in connection.execute(select(keys.c.id, keys.c.wrapped))]
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise BackupRefused("no_keys", getattr(error, "orig", None) or error) from error
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    try:
        with closing(sqlite3.connect(draft)) as copy, copy:
            copy.execute(f"CREATE TABLE {keys.name} (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL)")
            copy.executemany(f"INSERT INTO {keys.name} VALUES (?, ?)", rows)  # noqa: S608 - a name of ours
        with open_file(draft) as file:
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return sum(key_id != PROBE for key_id, _ in rows)


def read_keys(path: Path) -> list[tuple[str, bytes]]:
    """The keys of a copy. Raises `BackupRefused`."""
    try:
        with closing(open_sqlite(path, BUSY_TIMEOUT_S)) as copy:
            require_sound(copy)
            return copy.execute(f"SELECT id, wrapped FROM {keys.name}").fetchall()  # noqa: S608 - a name of ours
    except sqlite3.Error as error:
        raise BackupRefused("no_key_copy", f"{path}: {error}") from error


def has_keys(engine: Engine) -> bool:
    """Whether there are keys. Raises `BackupRefused` where that cannot be told."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return False
    try:
        with reading(engine) as connection:
            is_made = inspect(connection).has_table(keys.name)
            return is_made and connection.execute(select(keys.c.id)).first() is not None
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise BackupRefused("no_keys", getattr(error, "orig", None) or error) from error


def put_keys(engine: Engine, rows: list[tuple[str, bytes]]) -> None:
    """Make these the keys of an engine that has none."""
    if engine.dialect.name == "sqlite":
        make_sqlite(Path(engine.url.database or ""), BUSY_TIMEOUT_S, new=True)
    with engine.begin() as connection:
        metadata.create_all(connection)
        if rows:
            connection.execute(
                insert(keys), [{"id": key_id, "wrapped": wrapped} for key_id, wrapped in rows]
            )
