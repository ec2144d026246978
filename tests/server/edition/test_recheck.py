"""What is damaged while it is served is withdrawn at once, and served again once it is right."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from layers.publish.pauses import Pauses
from layers.publish.publisher import Publisher
from layers.revision.revision import ARRAYS
from layers.store.folder import HomeFolder
from server.app import create_app
from server.edition.recheck import Pace
from server.settings import Settings
from tests.disks import flip
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX
from tests.waiting import until

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ONE = "名称,緯度,経度\nあ,35.1,139.1\n"
TILE = "/tiles/points/8/226/101.geojson"
SOONER = Pauses(poll=0.05, settle=0)
OFTEN = Pace(look=0.05, read=0.2, rest=0.0)
PAGE = {"Accept": "text/html"}


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    city = SmallCity(tmp_path)
    city.put("points.csv", ONE)
    city.declare("points", SOURCE)
    city.put("other.csv", ONE)
    city.declare("other", SOURCE.replace("points", "other"))
    return city


@pytest.fixture
def client(city: SmallCity) -> Iterator[TestClient]:
    home = HomeFolder(city.home)
    publisher = Publisher(city.definitions, city.data, home, SANDBOX, pauses=SOONER)
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home)
    app = create_app(settings, publisher, follow=0.05, pace=OFTEN)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def arrays(city: SmallCity) -> Path:
    (path,) = (city.home / "00000").glob(f"revisions/points/*/{ARRAYS}")
    return path


def name_at(path: Path) -> int:
    """Where the name of the feature is in the file of arrays."""
    return path.read_bytes().index('"あ"'.encode()) + 3


def readyz(client: TestClient) -> dict[str, dict[str, dict[str, str]]]:
    document: dict[str, dict[str, dict[str, str]]] = client.get("/readyz").json()
    return document


def test_a_bit_that_changed_while_it_is_served_is_found_and_put_right(
    city: SmallCity, client: TestClient
) -> None:
    right = client.get(TILE)
    assert right.status_code == 200
    path = arrays(city)
    inode = path.stat().st_ino
    flip(path, name_at(path))
    until(lambda: path.is_file() and path.stat().st_ino != inode)  # prepared anew
    until(lambda: client.get(TILE).status_code == 200)
    assert client.get(TILE).content == right.content
    assert readyz(client)["not_served"] == {}


def test_what_cannot_be_put_right_is_not_served_and_no_other_is_missing(
    city: SmallCity, client: TestClient
) -> None:
    assert client.get(TILE).status_code == 200  # kept in front now
    served = client.get("/offline/points.pack")
    assert served.status_code == 200
    (city.data / "points.csv").write_text("名称,北,東\nあ,35.1,139.1\n", "utf-8")
    until(lambda: "points" in readyz(client)["not_updated"])
    flip(arrays(city), name_at(arrays(city)))
    until(lambda: client.get(TILE).status_code == 503)
    answer = client.get(TILE)
    assert answer.headers["retry-after"]
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/offline/points.pack").status_code == 503
    assert "表示できません" in client.get("/layers/points", headers=PAGE).text
    assert "points" in readyz(client)["not_served"]
    assert client.get(TILE.replace("points", "other")).status_code == 200
    city.put("points.csv", ONE)
    until(lambda: client.get(TILE).status_code == 200)
    assert [f["properties"]["name"] for f in client.get(TILE).json()["features"]] == ["あ"]


def test_nothing_that_was_made_of_damaged_data_is_sent_afterwards(
    city: SmallCity, client: TestClient
) -> None:
    path = arrays(city)
    right = path.read_bytes()
    flip(path, name_at(path))
    tile = client.get(TILE.replace("geojson", "mvt"))  # may be made of what is damaged
    assert tile.status_code in (200, 503)
    until(lambda: path.is_file() and path.read_bytes() == right)
    until(lambda: client.get(TILE).status_code == 200)
    until(lambda: "あ".encode() in client.get(TILE.replace("geojson", "mvt")).content)


def test_a_file_that_was_only_touched_stays_served(city: SmallCity, client: TestClient) -> None:
    before = arrays(city).stat()
    os.utime(arrays(city))
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        assert client.get(TILE).status_code == 200
    assert arrays(city).stat().st_ino == before.st_ino


def test_the_page_of_the_map_says_what_is_withdrawn(city: SmallCity, client: TestClient) -> None:
    (city.data / "points.csv").unlink()
    flip(arrays(city))
    until(lambda: client.get(TILE).status_code == 503)
    assert client.get("/", headers=PAGE).status_code == 200
    listed = json.loads(client.get("/layers?f=json").content)
    assert listed
