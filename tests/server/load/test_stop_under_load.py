"""Reload, stop and the death of a worker, while many ask: no request is lost."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from random import Random

import pytest

from tests.layers.city import SmallCity
from tests.server.load.visitors import Request, Seen, visitors
from tests.service import running
from tests.waiting import PATIENCE, until

CLIENTS = 50
PATHS = (
    "/tiles/points/8/226/101.geojson",
    "/tiles/points/8/226/101.mvt",
    "/tiles/points/9/0/0.mvt",
    "/layers/points?f=json",
    "/here?lat=35.1&lon=139.1&f=json",
    "/notices?f=json",
    "/?lang=en",
)
ANSWERS = {200, 204, 503}  # 503: told to come back


def choose(chance: Random) -> Request:
    return Request(chance.choice(PATHS))


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    city = SmallCity(tmp_path)
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", 'path = "points.csv"\ncrs = "EPSG:6668"')
    return {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }


def assert_lost_nothing(seen: Seen) -> None:
    assert seen.failures == []
    assert set(seen.answers) <= ANSWERS


def test_a_service_that_is_reloaded_and_then_stopped_loses_no_request(
    settings: dict[str, str], tmp_path: Path
) -> None:
    with (
        running(settings, tmp_path / "log") as service,
        visitors(service.address, CLIENTS, choose) as seen,
    ):
        former = service.workers
        seen.await_more(10 * CLIENTS)
        service.process.send_signal(signal.SIGHUP)
        until(lambda: len(service.workers) == 1 and service.workers != former)
        seen.await_more(10 * CLIENTS)
        assert seen.refused == 0
        service.process.terminate()
        assert service.process.wait(PATIENCE) == -signal.SIGTERM
        before = seen.refused
        until(lambda: seen.refused > before + CLIENTS)
    assert_lost_nothing(seen)
    assert "graceful shutdown exceeded" not in service.said()


def test_a_worker_that_is_killed_takes_nothing_but_what_it_was_asked(
    settings: dict[str, str], tmp_path: Path
) -> None:
    with (
        running(settings, tmp_path / "log", ["--workers", "2"]) as service,
        visitors(service.address, CLIENTS, choose) as seen,
    ):
        until(lambda: len(service.workers) == 2)
        first, _ = service.workers
        seen.await_more(10 * CLIENTS)
        os.kill(first, signal.SIGKILL)
        seen.await_more(10 * CLIENTS)
        until(lambda: len(service.workers) == 2 and first not in service.workers)
        seen.await_more(10 * CLIENTS)
    # Each of them had one request under way at most, and nobody met a fault afterwards.
    assert len(seen.failures) <= CLIENTS
    assert seen.refused == 0
    assert set(seen.answers) <= ANSWERS
