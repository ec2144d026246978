"""The schema of the database, brought up to that of this version of the package."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select, text

from server.database.engine import BUSY_TIMEOUT_S
from server.database.errors import Unusable
from server.database.sqlite_file import make_sqlite

LATEST = "0024"  # the last step of `migrations`
STEPS = "server.database:migrations"
VERSIONS = "alembic_version"  # Alembic's table
# Any number of our own: workers that start together take this lock one after the other.
SCHEMA_LOCK = 7_112_275


class NewerDatabase(Unusable):
    """The database was written by a newer version of this package, and is left as it is."""

    def __init__(self, step: str) -> None:
        super().__init__(
            f"the database's schema is of step {step!r}, of a newer version of bosai-layers; "
            f"wanted {LATEST!r} or an earlier one. Start that version, or restore a backup of this"
        )


def upgrade(engine: Engine, *, new: bool = True) -> None:
    """Take the steps that the database has not taken, all of them or none.

    Safe from many workers at once, on a database with people's data. A SQLite file, and its folder,
    are made when absent, unless there has to be one already (not `new`). Raises `NewerDatabase`,
    `sqlalchemy.exc.SQLAlchemyError`, `sqlite3.Error`, `OSError`.
    """
    if engine.dialect.name == "sqlite":
        make_sqlite(Path(engine.url.database or ""), BUSY_TIMEOUT_S, new=new)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
        step = step_of(connection)
        if step == LATEST:
            return
        if step is not None and step > LATEST:
            raise NewerDatabase(step)
        _take_steps(connection)


def step_of(connection: Connection) -> str | None:
    """The last step that the database has taken; None where it has taken none."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    statement = f"SELECT version_num FROM {VERSIONS}"  # noqa: S608 - a name of ours
    return connection.execute(text(statement)).scalar()


def _take_steps(connection: Connection) -> None:
    from alembic import command  # a database that is up to date needs none of it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", STEPS)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
