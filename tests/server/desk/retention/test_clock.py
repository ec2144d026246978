"""A clock that jumps deletes nothing: it is doubted until somebody could have put it right."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Engine, update

from server.desk.confidential.vault import Vault
from server.desk.intake.requests import requests
from server.desk.retention.clock import DOUBT, FARTHEST, Clock
from server.desk.retention.keeping import Keeping
from server.desk.retention.retention import Erasure
from tests.cases import received_of
from tests.server.desk.retention.test_retention import RETENTION, send

START = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
YEAR = datetime.timedelta(days=365)


def test_a_clock_that_runs_is_trusted(engine: Engine) -> None:
    clock = Clock(engine)
    assert all(clock.is_trusted(START + hours * HOUR) for hours in range(48))
    assert clock.is_trusted(START + 47 * HOUR + FARTHEST)


def test_one_that_jumps_ahead_is_doubted_for_a_day(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock(engine)
    assert clock.is_trusted(START)
    after = START + YEAR
    assert not clock.is_trusted(after)
    assert "the clock says 2027-09-01T00:00:00+00:00, and said 2026-09-01" in caplog.text
    assert not any(clock.is_trusted(after + hours * HOUR) for hours in range(1, 24))
    assert clock.is_trusted(after + DOUBT)


def test_one_that_is_put_right_is_trusted_at_once(engine: Engine) -> None:
    clock = Clock(engine)
    assert clock.is_trusted(START)
    assert not clock.is_trusted(START + YEAR)
    assert clock.is_trusted(START + HOUR)
    assert not clock.is_trusted(START + YEAR)


def test_one_host_of_two_with_a_wrong_clock_is_never_trusted(engine: Engine) -> None:
    right, wrong = Clock(engine), Clock(engine)
    for hours in range(60):
        assert right.is_trusted(START + hours * HOUR)
        assert not wrong.is_trusted(START + YEAR + hours * HOUR)


@pytest.mark.parametrize("jump", [datetime.timedelta(0), 2 * YEAR])
def test_nothing_is_erased_by_a_clock_that_is_doubted(
    engine: Engine, vault: Vault, jump: datetime.timedelta
) -> None:
    request, now = send(engine, vault, "t"), datetime.datetime.now(datetime.UTC)
    with engine.begin() as connection:
        connection.execute(update(requests).values(received_at=now - 2 * YEAR))
    Clock(engine).is_trusted(now - jump)  # the clock is `jump` ahead of it at the next look
    erasure = Erasure(engine, vault, RETENTION)
    Keeping(engine, vault, erasure, lambda: True).look()
    contact = received_of(engine, request.number).contact
    assert contact == ("t@example.jp" if jump else None)
