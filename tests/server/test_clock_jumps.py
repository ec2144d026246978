"""The service with a clock that jumps: its processes are told the time by libfaketime."""

from __future__ import annotations

import urllib.parse
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest

from server.database.engine import open_database
from tests.cases import received_of
from tests.service import Running, running, shipped_city
from tests.waiting import until

YEARS = "800d"  # more than anything is kept
TILE = "/tiles/emergency_sites/14/14542/6448.geojson"
FORM = {"title": "AEDの場所", "purpose": "大会の日に", "category": "welfare"}
CONTACT = "taro@asaka.example.jp"


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> dict[str, str]:
    """Those of a service whose clock is as much ahead as a file says."""
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    (tmp_path / "clock").write_text("+0")
    return {
        **shipped_city(home, tmp_path),
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(tmp_path / "clock"),
        "FAKETIME_CACHE_DURATION": "1",  # second
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # a clock that is set is another one than this
        "NO_FAKE_STAT": "1",
    }


@pytest.mark.breadth
def test_a_clock_that_jumps_stops_nothing_and_erases_nothing(
    settings: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "serve.log"

    def set_clock(ahead: str) -> None:
        (tmp_path / "clock").write_text(ahead)

    with running(settings, log) as service:
        before, year = answers(service), year_of(service)
        numbers = [send(service)]
        for ahead in (f"+{YEARS}", f"-{YEARS}"):
            set_clock(ahead)
            until(lambda: year_of(service) != year)
            assert answers(service) == before
            numbers.append(send(service))
        set_clock("+0")
        numbers.append(send(service))
    set_clock(f"+{YEARS}")
    with running(settings, log) as service:
        until(lambda: "the clock says" in service.said())
        assert answers(service) == before
    engine = open_database(settings["BOSAI_DATABASE_URL"])
    assert [received_of(engine, number).contact for number in numbers] == [CONTACT] * 4
    engine.dispose()


def answers(service: Running) -> Sequence[bytes]:
    """What is answered alike whatever the clock says: a tile, what is known of a place, a page."""
    paths = (TILE, "/here?lat=35.797&lon=139.593&f=json", "/layers/emergency_sites")
    every = [httpx2.get(f"{service.address}{path}", timeout=120) for path in paths]
    assert [answer.status_code for answer in every] == [200, 200, 200]
    return [answer.content for answer in every]


def year_of(service: Running) -> int:
    """The year that it is for the service."""
    answer = httpx2.get(f"{service.address}/healthz", timeout=120)
    return parsedate_to_datetime(answer.headers["date"]).year


def send(service: Running) -> int:
    """Send a request; gives its number."""
    every: list[httpx2.Response] = []

    def is_answered() -> bool:
        form = FORM | {"contact": CONTACT}
        every.append(httpx2.post(f"{service.address}/requests", data=form, timeout=120))
        return every[-1].status_code != 503  # the database may still be on its way

    until(is_answered)
    answer = every[-1]
    assert answer.status_code == 303, answer.text
    return int(urllib.parse.urlsplit(answer.headers["location"]).path.rsplit("/", 1)[1])
