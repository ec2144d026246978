"""Who follows a database looks when anything was written, and hardly at all otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.database.engine import open_database, reading
from server.database.following import Following
from server.desk.figures.writer import figures
from tests.waiting import until

NEVER = 1e9  # seconds
DAY = "2026-11-30"


def write(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO figures (day, kind, name, number) VALUES ('{DAY}', 'page', '{name}', 1)"
        )


def read(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(connection.execute(select(figures.c.name)).all())


def seen(following: Following) -> None:
    """Look until there is nothing new: a change of just now may not be the last of its instant."""

    def is_still() -> bool:
        if following.is_due():
            following.done()
            return False
        return True

    until(is_still)


@pytest.fixture
def other(database_url: str) -> Iterator[Engine]:
    """The same database, as another process has it."""
    other = open_database(database_url)
    yield other
    other.dispose()


def test_reading_is_nothing_new_and_writing_is(engine: Engine, other: Engine) -> None:
    following = Following(engine, NEVER)
    assert following.is_due()
    assert following.is_due()  # until it is done
    seen(following)
    for _ in range(3):
        read(other)
        read(engine)
    assert not following.is_due()
    write(other, "a")
    assert following.is_due()
    seen(following)


def test_none_of_many_writes_is_missed(engine: Engine, other: Engine) -> None:
    following = Following(engine, NEVER)
    with reading(engine) as held:  # the log stays, and is written to further on
        held.execute(select(figures.c.name))
        for number in range(50):
            assert following.is_due()
            following.done()
            write(other, str(number))
    assert following.is_due()


def test_a_file_that_changed_just_now_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bosai.sqlite"
    path.touch()
    following = Following(open_database(f"sqlite:///{path}"), NEVER)
    seen(following)
    assert not following.is_due()
    monkeypatch.setattr("server.database.following.UNSETTLED_NS", 1 << 62)  # it is just now, long
    assert following.is_due()
    following.done()
    assert following.is_due()


def test_what_cannot_be_told_is_looked_at(tmp_path: Path, engine: Engine) -> None:
    nowhere = Following(open_database("postgresql://bosai@127.0.0.1:1/none"), NEVER)
    gone = Following(open_database(f"sqlite:///{tmp_path / 'none.sqlite'}"), NEVER)
    for following in (nowhere, gone):
        following.done()
        assert following.is_due()
    at_times = Following(engine, every=0)
    at_times.done()
    assert at_times.is_due()
