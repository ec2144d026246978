"""The steps of the schema: from every earlier database to today's, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, inspect, text

from server.database import schema
from server.database.engine import metadata, open_database
from server.database.schema import LATEST, STEPS, NewerDatabase, step_of, upgrade
from server.database.sqlite_file import make_sqlite
from server.desk import alerts, requests

ROOT = Path(__file__).parents[3]
START = """
import sys
from server.database.engine import open_database
from server.database.schema import upgrade
sys.stdin.readline()
upgrade(open_database(sys.argv[1]))
"""
# What a database held before there were steps: the tables of that time, made as SQLAlchemy does.
BEFORE = {
    "without corrections": (requests.requests, requests.contacts, alerts.alerts),
    "with corrections": (
        requests.requests,
        requests.contacts,
        requests.subjects,
        alerts.alerts,
    ),
}


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """A database without a table."""
    engine = open_database(database_url)
    if engine.dialect.name == "sqlite":
        make_sqlite(Path(engine.url.database or ""), 5, new=True)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    """Where the database is not what the package's tables say."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_the_steps_are_one_line_that_ends_where_the_package_says() -> None:
    config = Config()
    config.set_main_option("script_location", STEPS)
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert steps[0] == LATEST
    assert steps == sorted(steps, reverse=True)
    assert len(set(steps)) == len(steps)


def test_the_steps_lead_to_the_tables_of_the_package(empty: Engine) -> None:
    assert differences(empty)
    upgrade(empty)
    assert differences(empty) == []
    with empty.connect() as connection:
        assert step_of(connection) == LATEST


@pytest.mark.parametrize("tables", BEFORE.values(), ids=BEFORE)
def test_a_database_of_before_keeps_what_people_wrote(
    empty: Engine, tables: tuple[object, ...]
) -> None:
    metadata.create_all(empty, tables=list(tables))  # type: ignore[arg-type]
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO requests (token, submission, title, purpose, category, state, "
                "received_at) VALUES ('t', 's', '題', '目的', 'fire', 'received', "
                "'2026-11-01 00:00:00')"
            )
        )
        connection.execute(text("INSERT INTO request_contacts VALUES (1, 'taro@example.jp')"))
    upgrade(empty)
    assert differences(empty) == []
    with empty.connect() as connection:
        title = "SELECT title, contact FROM requests JOIN request_contacts USING (number)"
        assert connection.execute(text(title)).one() == ("題", "taro@example.jp")


def test_an_up_to_date_database_is_left_alone(empty: Engine) -> None:
    upgrade(empty)
    code = f"{START}\nassert 'alembic' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code, empty.url.render_as_string(hide_password=False)],
        cwd=ROOT,
        input="go\n",
        text=True,
        check=True,
    )


def test_workers_that_start_together_take_each_step_once(empty: Engine, database_url: str) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", START, database_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    endings = [(worker.communicate()[1], worker.returncode) for worker in workers]
    assert endings == [("", 0)] * 4
    assert differences(empty) == []


def test_a_database_of_a_newer_version_is_refused_and_left_alone(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="'9999', of a newer version"):
        upgrade(empty)
    with empty.connect() as connection:
        assert step_of(connection) == "9999"


def test_a_step_that_fails_leaves_the_database_as_it_was(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    take: Callable[..., None] = schema._take_steps

    def fail(*arguments: object) -> None:
        take(*arguments)
        raise RuntimeError("the power went")

    monkeypatch.setattr(schema, "_take_steps", fail)
    with pytest.raises(RuntimeError):
        upgrade(empty)
    assert inspect(empty).get_table_names() == []
    monkeypatch.undo()
    upgrade(empty)
    found = MetaData()
    found.reflect(empty)
    assert {"requests", "notices"} <= found.tables.keys()
