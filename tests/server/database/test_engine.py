from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from server.database.engine import (
    DatabaseUrlError,
    UtcDateTime,
    open_database,
    reading,
)
from server.database.schema import upgrade
from server.desk.confidential.contacts import contacts


def test_making_tables_again_keeps_what_is_there(engine: Engine) -> None:
    upgrade(engine)
    upgrade(engine)
    assert set(inspect(engine).get_table_names()) >= {"requests", "request_contacts"}


def test_an_instant_comes_back_in_utc(engine: Engine) -> None:
    table = Table("instants", MetaData(), Column("at", UtcDateTime))
    japan = datetime.timezone(datetime.timedelta(hours=9))
    written = datetime.datetime(2026, 7, 1, 8, 30, 15, 123456, tzinfo=japan)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert().values(at=written))
        connection.execute(table.insert().values(at=None))
    with reading(engine) as connection:
        read, empty = connection.scalars(select(table.c.at).order_by(table.c.at.nulls_last()))
    assert (read, read.tzinfo, empty) == (written, datetime.UTC, None)


def test_an_instant_without_a_time_zone_is_refused(engine: Engine) -> None:
    table = Table("instants", MetaData(), Column("at", UtcDateTime))
    with engine.begin() as connection:
        table.create(connection)
    naive = datetime.datetime.fromisoformat("2026-07-01")
    with engine.begin() as connection, pytest.raises(StatementError, match="no time zone"):
        connection.execute(table.insert().values(at=naive))


def test_a_contact_needs_its_request(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(contacts.insert().values(number=7, contact="a@example.jp"))


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    table = Table("rows", MetaData(), Column("id", Integer, primary_key=True))
    with engine.begin() as connection:
        table.create(connection)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(table.insert(), [{"id": 1}, {"id": 2}, {"id": 1}])
    with reading(engine) as connection:
        assert connection.scalars(select(table.c.id)).all() == []


def test_sqlite_is_kept_safe_against_power_loss(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'deep' / 'bosai.sqlite'}")
    upgrade(engine)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    engine.dispose()
    assert found == wanted


def test_the_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "bosai.sqlite"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    engine.dispose()


def test_sqlite_is_read_while_another_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    writer, reader = open_database(url), open_database(url)
    upgrade(writer)
    with writer.begin(), reading(reader) as connection:
        assert connection.scalars(select(contacts.c.number)).all() == []
    writer.dispose()
    reader.dispose()


def test_what_reads_only_cannot_slip_a_write_in(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'bosai.sqlite'}")
    upgrade(engine)
    with reading(engine) as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute(contacts.insert().values(number=1, contact="a"))
    with engine.begin() as connection:
        connection.execute(contacts.delete())
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("not a url", "cannot be read"),
        ("mysql://bosai:secret@host/db", "sqlite:// or postgresql://"),
        ("sqlite://", "the path of a file"),
        ("sqlite:///:memory:", "the path of a file"),
    ],
)
def test_a_url_that_cannot_be_used_is_named_without_its_password(url: str, said: str) -> None:
    with pytest.raises(DatabaseUrlError, match=said) as error:
        open_database(url)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_through_psycopg(scheme: str) -> None:
    engine = open_database(f"{scheme}://bosai@127.0.0.1/bosai")
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")
