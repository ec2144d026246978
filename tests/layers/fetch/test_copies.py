"""A layer whose source is elsewhere: when it is asked, and what is served while it is away."""

from __future__ import annotations

import datetime
import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.fetch import copies
from layers.japanese.time_zone import JAPAN_TIME
from layers.publish.open import open_catalog
from layers.report import Problem, Report
from layers.schema.load import load_layer
from layers.store.folder import FolderStore, HomeFolder
from server.app import create_app
from server.settings import Settings
from tests.disks import flip
from tests.layers.city import SmallCity, check_reports, findings
from tests.layers.fetch.host import Host, serving
from tests.layers.power import followed
from tests.sandbox import SANDBOX

CSV = "名称,緯度,経度\nあ,35.1,139.1\n".encode()
MORE = CSV + "い,35.1,139.15\n".encode()
PAGE = b"<!DOCTYPE html><title>Maintenance</title>"
COLUMNS = '\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
TODAY = f"{datetime.datetime.now(JAPAN_TIME):%Y-%m-%d}"


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


@pytest.fixture
def remote_city(city: SmallCity, host: Host) -> SmallCity:
    """A city with one layer, whose source is on the host."""
    url = host.give("/points.csv", CSV, ETag='"1"')
    city.declare("points", f'url = "{url}"{COLUMNS}')
    return city


def prepare(path: Path) -> Report:
    """A reader quicker than the real one; as strict about its columns."""
    lines = path.read_text("utf-8").splitlines()
    report = Report("", "", rows=len(lines) - 1)
    if lines[0] != CSV.decode().splitlines()[0]:
        report.add([Problem("error", "not_a_header", column="source.header", value=lines[0])])
    return report


def publish(city: SmallCity) -> Report:
    definition = load_layer(city.definitions / "points.toml")
    kept = copies.Copies(definition, folder(city).parent, private=True)
    with kept.lock(wait=True):
        return kept.publish(prepare)


def problem(report: Report) -> str:
    """The first error's words; "" when there is none."""
    found = [problem.message("en") for problem in report.problems if problem.severity == "error"]
    return found[0] if found else ""


def opened(city: SmallCity) -> Catalog:
    home = HomeFolder(city.home)
    return open_catalog(city.definitions, city.data, home, SANDBOX, private_sources=True)


def points(city: SmallCity) -> Layer:
    return opened(city).layer("points")


def folder(city: SmallCity) -> Path:
    return city.home / "00000" / "fetched" / "points"


def state(city: SmallCity) -> copies.State:
    return copies.State.model_validate_json((folder(city) / copies.STATE).read_bytes())


def later(city: SmallCity, **time: float) -> None:
    """Let this much time pass for the layer's source."""
    known = state(city)
    assert known.asked_at is not None
    earlier = known.asked_at - datetime.timedelta(**time)
    changed = known.model_copy(update={"asked_at": earlier})
    (folder(city) / copies.STATE).write_text(changed.model_dump_json())


def is_due(city: SmallCity) -> bool:
    return copies.due(load_layer(city.definitions / "points.toml"), folder(city).parent)


def test_a_layer_is_read_from_its_address(remote_city: SmallCity, host: Host) -> None:
    assert is_due(remote_city)
    layer = points(remote_city)
    assert layer.feature_count == 1
    assert layer.problem == ""
    assert layer.revision.report.path == f"{host.url}/points.csv"
    assert layer.revision.sources[0].name == ".fetched/points.csv"
    assert layer.fetched_at is not None
    age = datetime.datetime.now(datetime.UTC) - layer.fetched_at
    assert datetime.timedelta(0) < age < datetime.timedelta(minutes=1)


def test_a_source_is_asked_again_after_its_hours_and_not_before(
    remote_city: SmallCity, host: Host
) -> None:
    publish(remote_city)
    publish(remote_city)
    later(remote_city, hours=23)
    assert not is_due(remote_city)
    publish(remote_city)
    assert len(host.asked) == 1
    host.give_tagged("/points.csv", MORE, '"1"')
    later(remote_city, hours=1)
    assert is_due(remote_city)
    assert publish(remote_city).rows == 1
    assert len(host.asked) == 2
    host.give_tagged("/points.csv", MORE, '"2"')
    later(remote_city, hours=25)
    assert publish(remote_city).rows == 2
    kept = [path.name for path in folder(remote_city).iterdir() if path.is_dir()]
    assert len(kept) == 1


def test_a_copy_in_which_a_bit_changed_is_fetched_anew(remote_city: SmallCity, host: Host) -> None:
    publish(remote_city)
    copy = folder(remote_city) / str(state(remote_city).kept)
    flip(copy)
    assert publish(remote_city).rows == 1
    assert len(host.asked) == 2
    assert "if-none-match" not in host.asked[1]
    assert copy.read_bytes() == CSV
    flip(copy)
    host.give("/points.csv", b"", 500)
    assert "not fetched since" in problem(publish(remote_city))


def test_the_same_bytes_give_the_same_revision_whenever_they_come(
    remote_city: SmallCity, host: Host
) -> None:
    first = points(remote_city)
    host.give("/points.csv", CSV, ETag='"another"')
    later(remote_city, hours=25)
    again = points(remote_city)
    assert again.revision.id == first.revision.id
    assert str(again.fetched_at) > str(first.fetched_at)


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (500, b"", "not fetched since"),
        (200, PAGE, "not fetched since"),
        (200, "名称,北,東\n".encode(), "not updated since"),
    ],
)
def test_while_a_source_is_away_or_gives_rubbish_the_last_good_copy_is_served(
    remote_city: SmallCity, host: Host, status: int, content: bytes, said: str
) -> None:
    publish(remote_city)
    good = state(remote_city)
    host.give("/points.csv", content, status, ETag='"bad"')
    later(remote_city, hours=25)
    report = publish(remote_city)
    assert f"{said} {TODAY}: " in problem(report)
    assert report.rows == 1  # of the copy that is good
    assert state(remote_city).kept == good.kept
    assert state(remote_city).fetched_at == good.fetched_at
    # Back again; asked with the good copy's tag, not with the bad one's.
    host.give_tagged("/points.csv", CSV, '"1"')
    later(remote_city, hours=25)
    assert problem(publish(remote_city)) == ""
    assert host.asked[-1]["if-none-match"] == '"1"'


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({"Content_Length": "900"}, MORE, "it is cut off"),
        ({"Content_Length": str(len(CSV))}, MORE, "goes on after them"),
        ({"Transfer_Encoding": "chunked"}, b"%x\r\n" % len(MORE) + MORE, "it is cut off after"),
        ({"Content_Encoding": "gzip"}, gzip.compress(MORE, mtime=0)[:-9], "a whole gzip stream"),
    ],
)
def test_a_download_that_is_not_whole_replaces_nothing(
    remote_city: SmallCity, host: Host, headers: dict[str, str], body: bytes, reason: str
) -> None:
    publish(remote_city)
    good = state(remote_city)
    host.give("/points.csv", body, 200, **headers)
    later(remote_city, hours=25)
    report = publish(remote_city)
    assert f"not fetched since {TODAY}: " in problem(report)
    assert reason in problem(report)
    assert report.rows == 1
    assert state(remote_city).kept == good.kept


def test_a_changed_definition_is_prepared_from_the_last_good_copy(
    remote_city: SmallCity, host: Host
) -> None:
    points(remote_city)
    host.give("/points.csv", "名称,北,東\n".encode())
    later(remote_city, hours=25)
    path = remote_city.definitions / "points.toml"
    path.write_text(path.read_text("utf-8").replace("レイヤー", "新しい名"), "utf-8")
    layer = points(remote_city)
    assert layer.definition.title["ja"] == "新しい名"
    assert layer.feature_count == 1
    assert "not updated since" in layer.problem


def test_a_source_that_is_away_is_asked_less_and_less(remote_city: SmallCity, host: Host) -> None:
    publish(remote_city)
    host.give("/points.csv", b"", 503)
    later(remote_city, hours=25)
    for minutes in (5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440):
        before = len(host.asked)
        publish(remote_city)
        assert len(host.asked) == before + 1
        later(remote_city, minutes=minutes - 1)
        assert not is_due(remote_city)
        later(remote_city, minutes=1)
        assert is_due(remote_city)


def test_a_layer_never_fetched_says_so_and_is_not_asked_for_at_once(
    remote_city: SmallCity, host: Host
) -> None:
    host.give("/points.csv", b"", 404)
    for _ in range(2):
        why = problem(publish(remote_city))
        assert f"not fetched since {TODAY}" in why
        assert "answers 404" in why
    assert len(host.asked) == 1


def test_a_definition_put_right_is_tried_at_once(remote_city: SmallCity, host: Host) -> None:
    publish(remote_city)
    host.give("/points.csv", b"", 404)
    later(remote_city, hours=25)
    publish(remote_city)
    assert not is_due(remote_city)
    path = remote_city.definitions / "points.toml"
    path.write_text(path.read_text("utf-8").replace("経度", "東経"), "utf-8")
    assert is_due(remote_city)


def test_a_clock_set_back_does_not_stop_the_asking(remote_city: SmallCity) -> None:
    publish(remote_city)
    later(remote_city, hours=-1)
    assert is_due(remote_city)


def test_another_address_is_another_source(remote_city: SmallCity, host: Host) -> None:
    good = points(remote_city)
    remote_city.declare("points", f'url = "{host.url}/gone.csv"{COLUMNS}')
    assert is_due(remote_city)
    host.give("/gone.csv", b"", 404)
    layer = points(remote_city)
    assert layer.revision.id == good.revision.id
    assert "gone.csv" in layer.problem
    assert "if-none-match" not in host.asked[-1]


def test_a_lost_copy_is_fetched_anew(remote_city: SmallCity, host: Host) -> None:
    publish(remote_city)
    for path in folder(remote_city).glob("*/points.csv"):
        path.unlink()
    assert is_due(remote_city)
    assert publish(remote_city).rows == 1
    assert "if-none-match" not in host.asked[-1]


@pytest.mark.parametrize("content", ["", "{", '{"origin": 3}', "\0" * 100])
def test_a_broken_state_is_none(remote_city: SmallCity, content: str) -> None:
    publish(remote_city)
    (folder(remote_city) / copies.STATE).write_text(content)
    assert is_due(remote_city)
    assert problem(publish(remote_city)) == ""


def test_what_a_killed_process_left_is_removed(remote_city: SmallCity) -> None:
    publish(remote_city)
    before = {path.name for path in folder(remote_city).iterdir()}
    (folder(remote_city) / "tmpkilled").mkdir()
    (folder(remote_city) / "tmpkilled" / "points.csv").write_bytes(b"x")
    (folder(remote_city) / "tmpstate").write_bytes(b"x")
    later(remote_city, hours=25)
    publish(remote_city)
    assert {path.name for path in folder(remote_city).iterdir()} == before


def test_the_address_inside_a_private_network_is_refused_unless_allowed(
    remote_city: SmallCity, host: Host
) -> None:
    why = remote_city.open().broken["points"]
    assert "inside a private network" in why
    assert host.asked == []


def test_checking_a_layer_fetches_it_and_keeps_nothing(remote_city: SmallCity, host: Host) -> None:
    (report,) = check_reports(remote_city.definitions, remote_city.data, private_sources=True)
    assert (report.rows, report.features, findings(report)) == (1, 1, [])
    assert not remote_city.home.exists()
    host.give("/points.csv", b"", 404)
    (report,) = check_reports(remote_city.definitions, remote_city.data, private_sources=True)
    (problem,) = report.to_json()["problems"]
    assert problem["column"] == "source.url"
    assert "answers 404" in problem["message"]


OPEN = """
import sys
from pathlib import Path
from layers.publish.open import open_catalog
from layers.store.folder import HomeFolder
definitions, data, home = map(Path, sys.argv[1:])
sys.stdin.readline()
layer = open_catalog(definitions, data, HomeFolder(home), private_sources=True).layer("points")
print(layer.revision.id, layer.problem)
"""


def test_workers_that_start_together_fetch_once(remote_city: SmallCity, host: Host) -> None:
    folders = (remote_city.definitions, remote_city.data, remote_city.home)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, *map(str, folders)],
            cwd=Path(__file__).parents[3],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    answers = {worker.communicate("go\n", timeout=120)[0] for worker in workers}
    assert answers == {f"{points(remote_city).revision.id} \n"}
    assert len(host.asked) == 1


def test_while_one_fetches_the_others_use_what_is_there(remote_city: SmallCity, host: Host) -> None:
    good = points(remote_city)
    later(remote_city, hours=25)
    meanwhile: list[Layer] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if not meanwhile:  # else the other had fetched too
            meanwhile.append(points(remote_city))
        handler.send_response(503)
        handler.end_headers()

    host.answers["/points.csv"] = answer
    assert "not fetched" in points(remote_city).problem
    assert [layer.revision.id for layer in meanwhile] == [good.revision.id]
    assert len(host.asked) == 2


def test_a_definition_that_hides_more_is_not_passed_over_while_another_process_fetches(
    remote_city: SmallCity, host: Host
) -> None:
    points(remote_city)
    later(remote_city, hours=25)
    definition = remote_city.definitions / "points.toml"
    meanwhile: list[threading.Thread] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with definition.open("a", encoding="utf-8") as file:
            file.write("\n[privacy]\ngrid_m = 1000\n")
        other = threading.Thread(target=points, args=(remote_city,))
        other.start()
        other.join(1)  # as long as it waits for this fetch
        meanwhile.append(other)
        handler.send_response(304)
        handler.end_headers()

    host.answers["/points.csv"] = answer
    points(remote_city)
    meanwhile[0].join(60)
    served = FolderStore(remote_city.home / "00000").current("points")
    assert served is not None
    assert served.definition.privacy.grid_m == 1000


def test_one_slow_source_keeps_no_other_from_being_fetched(
    remote_city: SmallCity, host: Host
) -> None:
    points(remote_city)
    remote_city.declare("others", f'url = "{host.url}/points.csv"{COLUMNS}')
    definition = load_layer(remote_city.definitions / "points.toml")
    other = copies.Copies(definition, folder(remote_city).parent, private=True)
    with other.lock(wait=False) as ours:
        assert ours
        assert opened(remote_city).layer("others").feature_count == 1


def test_a_full_disk_leaves_what_is_there(
    remote_city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(remote_city)
    later(remote_city, hours=25)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("layers.fetch.http.Visit.save", full)
    report = publish(remote_city)
    assert "could not be read or written (No space left" in problem(report)
    assert report.rows == 1


def test_the_state_names_a_whole_copy_whenever_the_power_fails(
    remote_city: SmallCity, host: Host
) -> None:
    publish(remote_city)
    later(remote_city, hours=25)
    host.give("/points.csv", MORE)
    with followed(remote_city.home) as disk:
        publish(remote_city)
    copied = []
    for survivors in disk.moments:
        document = survivors["00000/fetched/points/state.json"]
        assert document is not None
        copied.append(survivors[f"00000/fetched/points/{json.loads(document)['kept']}"])
    assert list(dict.fromkeys(copied)) == [CSV, MORE]


def test_a_resident_and_an_operator_see_how_old_the_copy_is(
    remote_city: SmallCity, host: Host
) -> None:
    settings = Settings(
        definitions=remote_city.definitions,
        data=remote_city.data,
        home=remote_city.home,
        private_sources="allow",
    )
    good = points(remote_city)
    host.give("/points.csv", b"", 503)
    later(remote_city, hours=25)
    with TestClient(create_app(settings)) as client:
        said = client.get("/layers/points?f=json").json()
        assert good.fetched_at is not None
        assert said["fetched_at"] == good.fetched_at.isoformat()
        words = said["problem"]["message"]["ja"]
        assert words.startswith(f"{TODAY} から、データを取得できていません")
        ready = client.get("/readyz").json()
        assert ready["status"] == "degraded"
        assert ready["not_updated"]["points"]["problem_ja"] == words
