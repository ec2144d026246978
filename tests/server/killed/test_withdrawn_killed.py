"""What is withdrawn stays so for every process, whichever is killed whenever."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from layers.query.matches import matches
from layers.store.folder import HomeFolder
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.layer_changes.mirror import Mirror
from tests.layers.city import SmallCity
from tests.server.killed.test_killed import kill_all
from tests.server.layer_desk import NAME, REMARK, app_of, changes_of, planted_city
from tests.service import ROOT, running

PATIENCE = 120.0  # seconds
TILE = "/tiles/points/8/226/101.geojson"


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    return planted_city(tmp_path / "city")


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    upgrade(open_database(url))
    return url


def status_of(address: str, path: str) -> tuple[int, bytes]:
    """What one worker answers, over a connection of its own."""
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=60)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


def await_gone(address: str, path: str) -> None:
    """Wait until no worker answers, of which each of many connections may meet another."""
    deadline = time.monotonic() + PATIENCE
    while {status_of(address, path)[0] for _ in range(20)} != {410}:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.breadth
def test_every_worker_obeys_and_after_a_restart_without_the_database_too(
    city: SmallCity, database: str, tmp_path: Path
) -> None:
    settings = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
        "BOSAI_DATABASE_URL": database,
    }
    city.home.mkdir(exist_ok=True)
    engine, log = open_database(database), tmp_path / "serve.log"
    app_of(city, database)  # prepares it, and renders its pages
    with running(settings, log, ("--workers", "2")) as started:
        catalog = city.open()
        versioned = f"{TILE}?v={catalog.layer('points').revision.id}"
        answers = [status_of(started.address, versioned) for _ in range(20)]
        assert {status for status, _ in answers} == {200}
        assert all(REMARK.encode() in content for _, content in answers)
        # By another machine: the database alone tells these workers.
        changes_of(engine, tmp_path / "other home").withdraw_layer(
            "points", catalog, "試験", actor=COMMAND_LINE
        )
        for path in (versioned, TILE, "/layers/points", "/layers/points/export.csv"):
            await_gone(started.address, path)
        kill_all(started)
    app_of(city, database)
    for file in tmp_path.glob("bosai.sqlite*"):
        file.rename(file.with_name(f"away-{file.name}"))
    settings["BOSAI_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    with running(settings, log, ("--workers", "2")) as started:
        assert {status_of(started.address, versioned)[0] for _ in range(20)} == {410}
    assert NAME not in log.read_text("utf-8", errors="replace")
    engine.dispose()


def steps(what: str) -> Iterator[object]:
    for step in range(1, 26):
        is_few = step in ((1, 2, 4, 8) if what == "withdraw" else (2, 7, 13))
        marks = () if step == 2 else pytest.mark.breadth if is_few else pytest.mark.soak
        yield pytest.param(what, step, marks=marks)


@pytest.mark.parametrize(("what", "step"), [*steps("withdraw"), *steps("publish")])
def test_whatever_is_killed_what_was_withdrawn_is_not_served(
    city: SmallCity, database: str, what: str, step: int
) -> None:
    engine = open_database(database)
    before = city.open()
    if what == "publish":
        layer = before.layer("points")
        south = int(layer.revision.table.ids[matches(layer, NAME)[0]])
        changes_of(engine, city.home).withdraw_feature(
            layer, south, before, "試験", actor=COMMAND_LINE
        )
    program = [sys.executable, "-m", "tests.server.killed.withdrawing", what]
    arguments = [str(city.home.parent), database, str(step)]
    ended = subprocess.run(
        [*program, *arguments], cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE * 4
    )
    assert (ended.returncode, ended.stdout) in ((-signal.SIGKILL, b""), (0, b"done\n")), (
        ended.stderr
    )
    home = HomeFolder(city.home)
    Mirror(engine, home.desk_changes).look()
    is_withdrawn = bool(changes_of(engine, city.home).withdrawals())
    assert is_withdrawn or (what == "withdraw" and not ended.stdout)
    layer = city.open().layer("points")
    assert layer.feature_count == (2 if is_withdrawn else 3)
    kept = b"".join(path.read_bytes() for path in city.home.rglob("*") if path.is_file())
    assert (NAME.encode() in kept) != is_withdrawn
    engine.dispose()
