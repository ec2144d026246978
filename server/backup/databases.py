"""A copy of the database, made while services write to it, and a database made of a copy.

The requests' keys are in no copy (`server.desk.confidential.vault`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from server.backup.errors import BackupRefused
from server.database.engine import BUSY_TIMEOUT_S, open_database, reading
from server.database.errors import Unusable
from server.database.schema import step_of, upgrade
from server.database.sqlite_file import open_sqlite, require_sound
from server.desk.confidential.vault import keys

# Tables of the database that are not of this service: PostGIS's own.
FOREIGN_TABLES = {"spatial_ref_sys"}


def step_of_database(engine: Engine) -> str:
    """The step of the schema that the database is at. Raises `BackupRefused` without one."""
    try:
        with reading(engine) as connection:
            step = step_of(connection)
    except SQLAlchemyError as error:
        raise BackupRefused("no_database", _reason(error)) from error
    if step is None:
        raise BackupRefused("no_database", "no tables")
    return step


def copy_database(engine: Engine, path: Path) -> None:
    """Write a copy of one moment of the database into a new file. Raises `BackupRefused`."""
    if engine.dialect.name == "postgresql":
        run_client(
            engine, "pg_dump", "--format=custom", f"--exclude-table={keys.name}", "--file", path
        )
        return
    source = Path(engine.url.database or "")
    path.touch(mode=0o600)
    try:
        with (
            closing(open_sqlite(source, BUSY_TIMEOUT_S)) as original,
            closing(sqlite3.connect(path)) as copy,
        ):
            original.backup(copy)
            require_sound(copy)
    except sqlite3.Error as error:
        raise BackupRefused("no_database", _reason(error)) from error


def require_empty(engine: Engine) -> None:
    """Raise `BackupRefused` for a PostgreSQL database that holds anything but requests' keys."""
    try:
        with reading(engine) as connection:
            tables = {*inspect(connection).get_table_names()} - FOREIGN_TABLES - {keys.name}
    except SQLAlchemyError as error:
        raise BackupRefused("no_database", _reason(error)) from error
    if tables:
        raise BackupRefused("database_not_empty", ", ".join(sorted(tables)[:5]))


def upgrade_copy(path: Path) -> None:
    """Bring a SQLite copy up to this version's schema. Raises `BackupRefused`."""
    engine = open_database(f"sqlite:///{path}")
    try:
        upgrade(engine, new=False)
    except (SQLAlchemyError, sqlite3.Error, Unusable) as error:
        raise BackupRefused("not_upgraded", _reason(error)) from error
    finally:
        engine.dispose()


def fill_database(engine: Engine, path: Path) -> None:
    """Make an empty PostgreSQL database that of a copy, at this version's schema, or leave it."""
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    run_client(engine, "pg_restore", *options, path)
    try:
        upgrade(engine, new=False)
    except (SQLAlchemyError, Unusable) as error:
        raise BackupRefused("not_upgraded", _reason(error)) from error


def run_client(engine: Engine, program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's own programs on the database. Raises `BackupRefused`.

    The password is in its environment, where other users of the machine do not see it.
    """
    executable = shutil.which(program)
    if executable is None:
        raise BackupRefused("no_pg_client", program)
    password = engine.url.password
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    url = engine.url.set(drivername="postgresql")._replace(password=None)
    done = subprocess.run(
        [executable, "--no-password", f"--dbname={url.render_as_string()}", *arguments],
        check=False,
        capture_output=True,
        env=environment,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [str(done.returncode)]
        raise BackupRefused("pg_client_failed", f"{program}: {lines[0]}")


def _reason(error: Exception) -> str:
    return " ".join(str(getattr(error, "orig", None) or error).split())
