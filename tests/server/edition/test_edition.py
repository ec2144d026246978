"""Files change while the service runs: every answer is of one revision, and of the newest soon."""

from __future__ import annotations

import errno
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog, open_published
from layers.files import Stamp
from layers.publish.pauses import PAUSES, Pauses
from layers.publish.publisher import Publisher
from layers.query.search.build import index_of
from layers.store.folder import GRACE, FolderRecord, HomeFolder
from layers.store.record import Published
from server.app import create_app
from server.edition.rendering import RenderingFailed, RenderingJob
from server.settings import Settings
from server.viewer.addresses import base_revision
from tests.layers.city import SmallCity, feature_collection, polygon
from tests.sandbox import SANDBOX
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[3]
SOURCE = 'path = "{id}.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
HEADER = "名称,緯度,経度\n"
ONE = HEADER + "あ,35.1,139.1\n"
TILE = "/tiles/points/8/226/101.geojson"  # all of the city
BROWSER = {"Accept": "text/html"}
SOONER = Pauses(poll=0.1, settle=0.2)


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    city = SmallCity(tmp_path)
    city.put("points.csv", ONE)
    city.declare("points", SOURCE.format(id="points"))
    return city


@pytest.fixture
def client(city: SmallCity) -> Iterator[TestClient]:
    """The service, which notices changes sooner than it does in earnest."""
    with TestClient(app(city, SOONER, follow=0.05), raise_server_exceptions=False) as client:
        yield client


def publisher(city: SmallCity, pauses: Pauses = PAUSES, grace: float = GRACE) -> Publisher:
    home = HomeFolder(city.home, grace)
    return Publisher(city.definitions, city.data, home, SANDBOX, pauses=pauses)


def app(
    city: SmallCity, pauses: Pauses = PAUSES, grace: float = GRACE, follow: float = 1000
) -> FastAPI:
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home)
    return create_app(settings, publisher(city, pauses, grace), follow=follow)


def names(content: bytes) -> list[str]:
    return sorted(feature["properties"]["name"] for feature in json.loads(content)["features"])


def revision(client: TestClient) -> str:
    return str(client.get("/layers/points?f=json").json()["revision"])


def script_of(page: str) -> str:
    found = re.search(r'src="(/map\.[0-9a-f]+\.js)"', page)
    assert found is not None
    return found[1]


def test_a_changed_file_is_served_without_a_restart(city: SmallCity, client: TestClient) -> None:
    first = client.get(TILE)
    assert (first.status_code, names(first.content)) == (200, ["あ"])
    assert client.get(TILE).content == first.content  # now from the front
    before, page = revision(client), client.get("/").text
    city.put("points.csv", ONE + "い,35.1,139.15\n")
    until(lambda: revision(client) != before)

    again = client.get(TILE, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, names(again.content)) == (200, ["あ", "い"])
    after = revision(client)
    assert names(client.get(f"{TILE}?v={after}").content) == ["あ", "い"]
    assert "immutable" in client.get(f"{TILE}?v={after}").headers["cache-control"]
    assert after in client.get("/tiles/points.json").text
    assert script_of(client.get("/").text) != script_of(page)
    assert before in client.get(script_of(page)).text  # for who loaded the page just before
    assert after in client.get(script_of(client.get("/").text)).text
    assert client.get("/readyz").json()["layers"] == {"points": after}
    described = client.get("/layers/points?f=json").json()
    assert (described["change"]["added"], described["change"]["revision"]) == (1, before)
    assert "前の版からの変更：追加 1" in client.get("/layers/points", headers=BROWSER).text


def test_the_revision_before_is_answered_for_a_while(city: SmallCity, client: TestClient) -> None:
    before = revision(client)
    old = client.get(f"{TILE}?v={before}")
    assert "immutable" in old.headers["cache-control"]
    city.put("points.csv", ONE + "い,35.1,139.15\n")
    until(lambda: revision(client) != before)
    for _ in range(2):
        still = client.get(f"{TILE}?v={before}")
        assert (still.content, still.headers["cache-control"]) == (old.content, "no-store")
    unknown = client.get(f"{TILE}?v=0123")
    assert (names(unknown.content), unknown.headers["cache-control"]) == (["あ", "い"], "no-store")


def test_the_revision_before_goes_when_its_time_is_over(city: SmallCity) -> None:
    patience = 1.0  # seconds
    with TestClient(app(city, SOONER, patience, follow=0.05)) as client:
        before = revision(client)
        city.put("points.csv", ONE + "い,35.1,139.15\n")
        until(lambda: revision(client) != before)
        until(lambda: names(client.get(f"{TILE}?v={before}").content) == ["あ", "い"])
        assert client.get(f"{TILE}?v={before}").headers["cache-control"] == "no-store"
        folder = city.home / "00000" / "revisions" / "points"
        assert {path.name for path in folder.iterdir()} == {"current.json", revision(client)}


def test_what_was_taken_back_is_answered_no_more(city: SmallCity, client: TestClient) -> None:
    city.put("points.csv", ONE + "い,35.1,139.15\n")
    until(lambda: names(client.get(TILE).content) == ["あ", "い"])
    before = revision(client)
    assert names(client.get(f"{TILE}?v={before}").content) == ["あ", "い"]
    city.put("points.csv", ONE)
    until(lambda: revision(client) != before)
    assert names(client.get(f"{TILE}?v={before}").content) == ["あ"]
    assert not (city.home / "00000" / "revisions" / "points" / before).exists()


def test_a_broken_file_is_said_everywhere_until_it_is_repaired(
    city: SmallCity, client: TestClient
) -> None:
    before = revision(client)
    assert client.get("/readyz").json()["status"] == "ok"
    city.put("points.csv", "名称,北,東\nあ,35.1,139.1\n")
    until(lambda: client.get("/readyz").json()["status"] == "degraded")
    ready = client.get("/readyz")
    assert ready.status_code == 200
    said = ready.json()["not_updated"]["points"]
    assert "source.longitude is '経度'" in said["problem"]
    assert said["since"].endswith("+00:00")
    assert names(client.get(TILE).content) == ["あ"]
    described = client.get("/layers/points?f=json").json()
    assert described["revision"] == before
    assert described["problem"]["since"] == said["since"]
    assert described["problem"]["message"]["ja"].startswith(
        "points.csv：定義の「source.longitude」は「経度」です。"
    )
    page = client.get("/layers/points", headers=BROWSER).text
    assert "新しいデータを読み込めていません" in page
    assert "データにある列の名前を書いてください" in page
    page = client.get("/layers/points?lang=en", headers=BROWSER).text
    assert "not been updated since" in page
    assert "wanted one of the columns" in page
    assert "更新できていません" in client.get("/layers", headers=BROWSER).text
    assert "最新のデータを読み込めなかったため" in client.get("/").text
    city.put("points.csv", ONE)
    until(lambda: client.get("/readyz").json()["status"] == "ok")
    assert client.get("/layers/points?f=json").json()["problem"] is None
    page = client.get("/layers/points", headers=BROWSER).text
    assert "読み込めていません" not in page


def test_following_outlives_a_record_that_cannot_be_looked_at(
    city: SmallCity, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(record: FolderRecord) -> Stamp:
        raise PermissionError(errno.EACCES, "Permission denied", str(record.path))

    with monkeypatch.context() as unreadable:
        unreadable.setattr(FolderRecord, "stamp", refused)
        time.sleep(0.2)  # several looks
        assert client.get(TILE, params={"v": "unknown"}).status_code == 200
    city.put("points.csv", ONE + "い,35.1,139.15\n")
    until(lambda: names(client.get(TILE).content) == ["あ", "い"])


def test_an_address_that_another_process_sent_is_answered_at_once(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Publisher, "keep_up", lambda *_: None)
    surveyed = 'hazard = "洪水"\nscenario = "想定最大規模"\nsurveyed_extent = "boundary"'
    city.declare("points", SOURCE.format(id="points"), top=surveyed)

    def publish() -> Catalog:
        other = publisher(city)
        other.record.write(published := other.publish())
        return open_published(published, other.home)

    addresses: list[Callable[[Catalog], str]] = [
        lambda new: f"{TILE}?v={new.layer('points').revision.id}",
        lambda new: f"/layers/points/coverage.geojson?v={new.layer('points').revision.id}",
        lambda new: f"/layers/points/export.geojson?v={new.layer('points').revision.id}",
        lambda new: f"/offline/points.pack?v={new.layer('points').revision.id}",
        lambda new: f"/search/index.json?v={index_of(new).revision}",
        lambda new: f"/base.geojson?v={base_revision(new.base.content)}",
        lambda new: f"/tiles/more/8/226/101.geojson?v={new.layer('more').revision.id}",
    ]
    with TestClient(app(city)) as client:
        for nth, address in enumerate(addresses):
            city.put("points.csv", ONE + f"い{nth},35.1,139.15\n")
            side = 139.2 + nth / 100
            ring = [[139.0, 35.0], [side, 35.0], [side, 35.2], [139.0, 35.2], [139.0, 35.0]]
            city.put("boundary.geojson", feature_collection((polygon(ring), {})))
            if nth == len(addresses) - 1:
                city.declare("more", SOURCE.format(id="points"))
            asked = address(publish())
            answer = client.get(asked)
            assert answer.status_code < 300, asked
            assert "immutable" in answer.headers["cache-control"], asked


def test_what_is_published_while_a_process_starts_is_served(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Publisher.start

    def overtaken(starting: Publisher) -> Published:
        published = own(starting)
        city.put("points.csv", ONE + "い,35.1,139.15\n")
        starting.record.write(publisher(city).publish())
        return published

    monkeypatch.setattr(Publisher, "start", overtaken)
    monkeypatch.setattr(Publisher, "keep_up", lambda *_: None)
    with TestClient(app(city)) as client:
        assert names(client.get(TILE).content) == ["あ", "い"]


def test_layers_come_and_go(city: SmallCity, client: TestClient) -> None:
    city.put("more.csv", ONE)
    city.declare("more", SOURCE.format(id="more"))
    until(lambda: client.get("/layers/more").status_code == 200)
    assert client.get(TILE.replace("points", "more")).status_code == 200
    assert 'data-layer="more"' in client.get("/").text
    (city.definitions / "more.toml").unlink()
    until(lambda: client.get("/layers/more").status_code == 404)
    assert client.get(TILE.replace("points", "more")).status_code == 404
    assert not (city.home / "00000" / "revisions" / "more").exists()


def test_a_definition_that_is_replaced_is_the_one_before_until_it_is_whole(
    city: SmallCity, client: TestClient
) -> None:
    path = city.definitions / "points.toml"
    text = path.read_text("utf-8")
    before = revision(client)
    path.write_text(text[: text.index("crs") + 2], "utf-8")  # as it comes over a network
    until(lambda: "points" in client.get("/readyz").json()["not_updated"])
    assert revision(client) == before
    assert names(client.get(TILE).content) == ["あ"]
    city.put("others.csv", ONE + "い,35.1,139.15\n")
    path.write_text(text.replace("points.csv", "others.csv"), "utf-8")
    until(lambda: names(client.get(TILE).content) == ["あ", "い"])
    assert client.get("/readyz").json()["not_updated"] == {}


def test_the_citys_own_words_change_on_every_page(city: SmallCity, client: TestClient) -> None:
    path = city.definitions / "city.toml"
    path.write_text(path.read_text("utf-8").replace("見本市", "新しい市"), "utf-8")
    until(lambda: "新しい市" in client.get("/").text)
    for address in ("/layers", "/requests/new", "/nothing"):
        assert "新しい市" in client.get(address, headers=BROWSER).text
    path.write_text("name = 1", "utf-8")
    until(lambda: "city" in client.get("/readyz").json()["not_updated"])
    assert "新しい市" in client.get("/").text


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Workers:
    """The service in two processes, as an operator runs it."""

    def __init__(self, city: SmallCity) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {
            "BOSAI_DEFINITIONS": str(city.definitions),
            "BOSAI_DATA": str(city.data),
            "BOSAI_HOME": str(city.home),
            "BOSAI_PORT": str(self.port),
        }
        command = [sys.executable, "-c", "from server.cli import main; main()", "serve"]
        city.home.mkdir()
        self._log = city.home / "serve.log"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [*command, "--workers", "2"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def get(self, address: str, **headers: str) -> Answer:
        """Ask over a connection of its own, so that either process may answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()

    def is_up(self) -> bool:
        assert self._process.poll() is None, self._log.read_text()
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def stop(self) -> str:
        """What was logged."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=60)
        return self._log.read_text()


class Reader(threading.Thread):
    """Reads page, script, layer and tiles again and again; keeps what does not fit together."""

    def __init__(self, workers: Workers, layers: list[str]) -> None:
        super().__init__(daemon=True)
        self._workers, self._layers = workers, layers
        self._ended = threading.Event()
        self.wrong: list[str] = []
        self.asked = 0
        self.seen: dict[str, Any] = {}

    def run(self) -> None:
        while not self._ended.is_set():
            for layer_id in self._layers:
                try:
                    self._read(layer_id)
                except Exception as error:  # noqa: BLE001 -- told by the test
                    self.wrong.append(repr(error))

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _get(self, address: str, **headers: str) -> Answer:
        answer = self._workers.get(address, **headers)
        self.asked += 1
        if answer.status not in (200, 304):
            self.wrong.append(f"{address}: {answer.status}")
        return answer

    def _read(self, layer_id: str) -> None:
        tile = TILE.replace("points", layer_id)
        plain = self._get(tile)
        self._is_one_version(tile, plain.body)
        etag = plain.headers["etag"]
        again = self._get(tile, **{"If-None-Match": etag})
        if again.status == 200:
            self._is_one_version(tile, again.body)
        described = json.loads(self._get(f"/layers/{layer_id}?f=json").body)
        self._is_always(described["revision"], (described["features"], described["source_files"]))
        version = self._get(f"{tile}?v={described['revision']}")
        if "immutable" in version.headers["cache-control"]:
            self._is_always(f"{tile} {described['revision']}", version.body)
        self._is_one_version(tile, version.body)
        page = self._get("/").body.decode()
        script = self._get(script_of(page))
        self._is_always(script_of(page), script.body)

    def _is_one_version(self, address: str, body: bytes) -> None:
        said = names(body)
        version = int(said[0])
        if said != [str(version)] * (3 + version % 4):
            self.wrong.append(f"{address}: {said}")

    def _is_always(self, key: str, value: object) -> None:
        if self.seen.setdefault(key, value) != value:
            self.wrong.append(f"{key} is not what it was")


def version_of(version: int) -> str:
    """A file whose rows, 3 to 6 of them, all say the version."""
    rows = (f"{version},35.1,{139.1 + row / 100}\n" for row in range(3 + version % 4))
    return HEADER + "".join(rows)


@pytest.mark.breadth
@pytest.mark.parametrize(
    "rounds",
    [pytest.param(1, id="4 changes"), pytest.param(50, id="200 changes", marks=pytest.mark.soak)],
)
def test_two_processes_answer_of_one_revision_each_time_during_changes(
    tmp_path: Path, rounds: int
) -> None:
    city = SmallCity(tmp_path)
    layers = ["one", "two", "three", "four"]
    for layer_id in layers:
        city.put(f"{layer_id}.csv", version_of(0))
        city.declare(layer_id, SOURCE.format(id=layer_id))
    workers = Workers(city)
    readers = [Reader(workers, layers) for _ in range(2)]
    try:
        until(workers.is_up)
        for reader in readers:
            reader.start()
        for version in range(1, rounds + 1):
            for layer_id in layers:
                # As a file comes over a network: its beginning first, the rest a moment later.
                content = version_of(version).encode()
                path = city.data / f"{layer_id}.csv"
                path.write_bytes(content[: len(content) // 2])
                time.sleep(0.3)
                path.write_bytes(content)
            wanted = [str(version)] * (3 + version % 4)
            for layer_id in layers:
                tile = TILE.replace("points", layer_id)
                # Twelve in a row: from both processes, but for one time in 2 000.
                until(lambda: all(names(workers.get(tile).body) == wanted for _ in range(12)))  # noqa: B023
    finally:
        for reader in readers:
            reader.stop()
        log = workers.stop()
    assert [wrong for reader in readers for wrong in reader.wrong] == []
    assert sum(reader.asked for reader in readers) > 100
    revisions = {
        key for reader in readers for key in reader.seen if re.fullmatch("[0-9a-f]{20}", key)
    }
    assert len(revisions) > 2 * rounds
    assert "not updated" not in log
    assert "Traceback" not in log


def test_a_failed_rendering_leaves_the_old_edition_and_is_tried_again(
    city: SmallCity, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def killed(_job: RenderingJob) -> bytes:
        failed.set()
        raise RenderingFailed("the map pages: the renderer ended with -9")

    page = client.get("/").content
    with monkeypatch.context() as killing:
        killing.setattr("server.edition.map_pages.render", killed)
        city.put("points.csv", ONE + "い,35.1,139.15\n")
        assert failed.wait(PATIENCE)
        assert names(client.get(TILE).content) == ["あ"]
        assert client.get("/").content == page
    until(lambda: names(client.get(TILE).content) == ["あ", "い"])
    assert client.get("/").content != page
