"""A process that brings the database up to date is killed: all steps are taken, or none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from server.database.engine import open_database
from server.database.schema import LATEST, STEPS, step_of, upgrade
from server.database.sqlite_file import make_sqlite
from tests.server.killed.test_killed_layers import ATTEMPTS, killed

BEFORE = "0002"
STRIDE = 9  # of the statements: one in so many, each time another step's


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Engine]:
    """One that has taken the first steps, with a request in it."""
    engine = open_database(empty_database_url)
    if engine.dialect.name == "sqlite":
        make_sqlite(Path(engine.url.database or ""), 5, new=True)
    config = Config()
    config.set_main_option("script_location", STEPS)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.execute(
            text(
                "INSERT INTO requests (token, submission, title, purpose, category, state, "
                "received_at) VALUES ('t', 's', '題', '目的', 'fire', 'received', '2026-11-01')"
            )
        )
    yield engine
    engine.dispose()


def test_a_database_is_as_before_or_up_to_date_whenever_who_upgrades_it_is_killed(
    database: Engine,
) -> None:
    """The service that is started again finds either, and brings it up to date."""
    was_killed, kills = True, 0
    for statement in range(1, ATTEMPTS * STRIDE, STRIDE):
        was_killed, is_acknowledged = killed(statement, database, partial(upgrade, database))
        with database.connect() as connection:
            step = step_of(connection)
            assert step in ((LATEST,) if is_acknowledged else (BEFORE, LATEST))
            assert connection.execute(text("SELECT title FROM requests")).scalar_one() == "題"
        if not was_killed or step == LATEST:
            break
        kills += 1
    upgrade(database)
    with database.connect() as connection:
        assert step_of(connection) == LATEST
        assert connection.execute(text("SELECT title FROM requests")).scalar_one() == "題"
    assert kills > 10
