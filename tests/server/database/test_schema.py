"""The steps of the schema: from every earlier database to today's, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from server.database import schema
from server.database.engine import metadata, open_database
from server.database.schema import LATEST, STEPS, NewerDatabase, step_of, upgrade
from server.database.sqlite_file import make_sqlite
from server.desk.alerts import alert as alerts
from server.desk.alerts.alerts import Alerts
from server.desk.alerts.webhooks import Webhooks
from server.desk.answers.title_pairs import numbers_with_pairs_of
from server.desk.confidential.contacts import contacts
from server.desk.intake import requests
from server.desk.message_queue import GIVEN_UP, SENT

ROOT = Path(__file__).parents[3]
ADDED = {
    "requests": ["key", "urgency", "today", "withdrawn_at", "erased_at"],
    "request_subjects": ["revision"],
    "notices": ["reach", "region", "places", "once"],
}  # columns that there were not before there were steps
START = """
import sys
from server.database.engine import open_database
from server.database.schema import upgrade
sys.stdin.readline()
upgrade(open_database(sys.argv[1]))
"""
# Takes the steps in a process that is killed at one statement after the other, until one is not.
KILLED = """
import os, signal, sys
from alembic import command
from sqlalchemy import event, text
from server.database.engine import open_database
from server.database.schema import step_of, upgrade

def take(most):
    engine = open_database(sys.argv[1])
    statements = iter(range(most))
    @event.listens_for(engine, "after_cursor_execute")
    def count(*_):
        if next(statements, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
    upgrade(engine)

most, status = 0, 1
while status:
    child = os.fork()
    if not child:
        take(most)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    engine = open_database(sys.argv[1])
    with engine.connect() as connection:
        (title,) = connection.execute(text("SELECT title FROM requests")).scalars()
        print(status, step_of(connection), title)
    engine.dispose()
    most += int(sys.argv[2])
"""
# What a database held before there were steps: the tables of that time, made as SQLAlchemy does.
BEFORE = {
    "without corrections": (requests.requests, contacts, alerts.alerts),
    "with corrections": (
        requests.requests,
        contacts,
        requests.subjects,
        alerts.alerts,
    ),
}


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    """A database without a table."""
    engine = open_database(empty_database_url)
    if engine.dialect.name == "sqlite":
        make_sqlite(Path(engine.url.database or ""), 5, new=True)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    """Where the database is not what the package's tables say."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


@contextmanager
def at_step(engine: Engine, step: str) -> Iterator[Connection]:
    """A transaction on a database of this step, in which there is a request."""
    config = Config()
    config.set_main_option("script_location", STEPS)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, step)
        connection.execute(
            text(
                "INSERT INTO requests (token, submission, title, purpose, category, state, "
                "received_at) VALUES ('t', 's', '題', '目的', 'fire', 'received', "
                "'2026-11-01 00:00:00')"
            )
        )
        yield connection


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
        connection.execute(text("DROP INDEX ix_notices_once"))
        for table in inspect(connection).get_table_names():
            for column in ADDED.get(table, []):
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
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


def test_an_alert_of_before_is_for_what_its_own_words_say(empty: Engine) -> None:
    with at_step(empty, "0013") as connection:
        connection.execute(
            text(
                "INSERT INTO notices (kind, level, title, area, text, issuer, issued_at, "
                "expires_at, drill, layers) VALUES ('evacuation', 4, '', '岡一丁目', '', '市', "
                "'2026-11-01 00:00:00', '2999-11-01 00:00:00', false, '[]')"
            )
        )
    upgrade(empty)
    (alert,) = Alerts(empty).current()
    assert (alert.reach, alert.area, alert.places) == ("own", "岡一丁目", ())


def test_what_was_given_up_of_before_is_told_as_what_is_now(empty: Engine) -> None:
    with at_step(empty, "0020") as connection:
        connection.execute(
            text(
                "INSERT INTO notices (number, kind, title, area, text, issuer, issued_at, "
                "expires_at, drill, layers, reach, region, places) VALUES (1, 'information', '', "
                "'', '', '市', '2026-11-01', '2999-11-01', false, '[]', 'own', '{}', '[]')"
            )
        )
        for state in ("given up", "sent"):
            connection.execute(
                text(
                    "INSERT INTO alert_webhooks (target, number, sequence, message_id, body, "
                    "state, attempts, created_at, due_at) "
                    f"VALUES ('t', 1, 1, 'm', '', '{state}', 1, '2026-11-01', '2026-11-01')"
                )
            )
    upgrade(empty)
    assert Webhooks(empty, ()).standing(1) == {GIVEN_UP: 1, SENT: 1}


def test_what_was_public_before_there_was_an_index_of_titles_is_in_it(empty: Engine) -> None:
    with at_step(empty, "0002") as connection:
        connection.execute(
            text(
                "INSERT INTO request_publications VALUES (1, 'ＡＥＤの場所', '目的', '', "
                "true, '2026-11-01 00:00:00', '2026-11-01 00:00:00')"
            )
        )
    upgrade(empty)
    with empty.connect() as connection:
        assert numbers_with_pairs_of(connection, "AED", 9) == [1]


def test_what_was_public_with_a_sealed_photo_is_public_without_it(empty: Engine) -> None:
    with at_step(empty, "0012") as connection:
        connection.execute(
            text(
                "INSERT INTO request_publications (number, title, purpose, sought, with_place, "
                "with_photo, published_at, changed_at) VALUES (1, '題', '目的', '', true, true, "
                "'2026-11-01 00:00:00', '2026-11-01 00:00:00')"
            )
        )
    upgrade(empty)
    with empty.connect() as connection:
        query = text("SELECT with_photo FROM request_publications")
        assert not connection.execute(query).scalar_one()


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


def test_workers_that_start_together_take_each_step_once(
    empty: Engine, empty_database_url: str
) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", START, empty_database_url],
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


def test_a_service_that_is_killed_amid_the_steps_has_taken_none_and_takes_them_next(
    empty: Engine,
) -> None:
    with at_step(empty, "0013"):
        pass
    url = empty.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, "10"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *killed, last = done.stdout.splitlines()
    assert len(killed) > 3
    assert set(killed) == {"-9 0013 題"}
    assert last == f"0 {LATEST} 題"
    assert differences(empty) == []
