"""What is announced in a transaction wakes who listens once it is committed, and not before."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from server.database.announcements import announce, listening
from server.database.engine import open_database

END_LISTENERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN bosai_layers'"
)


@pytest.fixture
def woken() -> threading.Semaphore:
    """Counts how often the listener was woken."""
    return threading.Semaphore(0)


def await_listener(woken: threading.Semaphore) -> None:
    """Wait until the listener listens: it wakes once then, for what it may have missed."""
    assert woken.acquire(timeout=60)


@pytest.mark.database
def test_an_announcement_is_heard_when_it_is_committed(
    postgresql: str, woken: threading.Semaphore
) -> None:
    engine = open_database(f"{postgresql}/postgres")
    with listening(engine, woken.release):
        await_listener(woken)
        with engine.connect() as connection:
            announce(connection)
            connection.rollback()
            announce(connection)
            connection.commit()
        assert woken.acquire(timeout=60)
        assert not woken.acquire(blocking=False)  # of the other one nothing is heard
    engine.dispose()


@pytest.mark.database
def test_who_lost_its_session_listens_again_and_looks_at_once(
    postgresql: str, woken: threading.Semaphore
) -> None:
    engine = open_database(f"{postgresql}/postgres")
    with listening(engine, woken.release):
        await_listener(woken)
        with engine.begin() as connection:
            connection.execute(text(END_LISTENERS))
        await_listener(woken)
        with engine.begin() as connection:
            announce(connection)
        assert woken.acquire(timeout=60)
    engine.dispose()


def test_on_sqlite_nothing_is_announced(woken: threading.Semaphore, sqlite_tables: str) -> None:
    engine = open_database(f"sqlite:///{sqlite_tables}")
    with listening(engine, woken.release), engine.begin() as connection:
        announce(connection)
    assert not woken.acquire(blocking=False)
    engine.dispose()
