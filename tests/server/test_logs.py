"""What is logged: one line of JSON an event, with the name of its request, and nobody's words."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.http.request_id import HEADER
from server.logs import formatter
from server.settings import Settings
from tests.layers.city import SmallCity
from tests.service import running
from tests.waiting import until

MADE = re.compile(r"[0-9a-f]{32}")
PLANTED = "planted-value-0920"
GIVEN = "4f1c2d0e9b8a77665544332211000fed"
TILE = "/tiles/emergency_sites/14/14545/6443.geojson"


@pytest.fixture(scope="module")
def client(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    assert asaka.layers
    database = tmp_path_factory.mktemp("logs") / "bosai.sqlite"
    settings = Settings(
        home=home / "asaka",
        database_url=f"sqlite:///{database}",
        trusted_proxies=(ip_network("192.0.2.1"),),
    )
    app = create_app(settings)
    ill = APIRouter()

    @ill.get("/ill")
    def in_a_thread() -> None:
        value = PLANTED
        logging.getLogger("server.ill").warning("on the way")
        raise ValueError(f"{len(value)} letters")

    app.include_router(ill)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service writes that is not on a terminal."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter(terminal=False))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def events(log: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.splitlines()]


def test_a_fault_can_be_found_by_what_its_answer_says(client: TestClient, log: io.StringIO) -> None:
    answer = client.get(f"/ill?q={PLANTED}")
    name = answer.headers[HEADER]
    assert answer.status_code == 500
    assert MADE.fullmatch(name)
    assert answer.json()["request_id"] == name
    page = client.get("/ill", headers={"Accept": "text/html"})
    assert page.headers[HEADER] in page.text
    lines = events(log.getvalue())
    assert [each["request_id"] for each in lines] == [name] * 2 + [page.headers[HEADER]] * 2
    way, fault = lines[:2]
    assert (way["event"], way["level"], way["logger"]) == ("on the way", "warning", "server.ill")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", way["timestamp"])
    assert fault["event"] == "GET /ill"
    assert "14 letters" not in fault["event"]
    assert "ValueError: 18 letters" in fault["exception"]
    assert PLANTED not in log.getvalue()


def test_only_a_trusted_proxy_names_a_request(client: TestClient) -> None:
    app = client.app
    proxy = TestClient(app, client=("192.0.2.1", 5))
    other = TestClient(app, client=("192.0.2.2", 5))
    sent = {HEADER: GIVEN}
    assert proxy.get("/healthz", headers=sent).headers[HEADER] == GIVEN
    for bad in ("", "short", "a" * 65, "with space 12345", 'x"}\\n{"a":1234'):
        assert MADE.fullmatch(proxy.get("/healthz", headers={HEADER: bad}).headers[HEADER])
    names = [other.get("/healthz", headers=sent).headers[HEADER] for _ in range(2)]
    assert GIVEN not in names
    assert names[0] != names[1]


def test_a_tile_is_the_same_for_everybody(client: TestClient) -> None:
    assert HEADER not in client.get(TILE).headers
    assert HEADER in client.get("/tiles/nothing/14/1/1.geojson").headers
    assert HEADER in client.get("/layers").headers


def test_on_a_terminal_it_is_for_a_person_without_values_of_variables() -> None:
    value = PLANTED
    try:
        raise ValueError(f"{len(value)} letters")
    except ValueError:
        record = logging.getLogger("server").makeRecord(
            "server", logging.ERROR, __file__, 1, "GET %s", ("/x",), sys.exc_info()
        )
    text = formatter(terminal=True).format(record)
    assert "GET /x" in text
    assert "ValueError: 18 letters" in text
    assert PLANTED not in text
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(text)


def test_a_service_writes_lines_of_json_alone(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    where = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.declare("points", where)
    settings = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }
    with running(settings, tmp_path / "log") as service:
        (worker,) = service.workers
        os.kill(worker, signal.SIGKILL)
        until(lambda: "SIGKILL" in service.said() and service.workers not in ([], [worker]))
    lines = events(service.said())
    assert {"event", "level", "logger", "timestamp"} <= set.intersection(*map(set, lines))
    assert any("secret.key is made" in each["event"] for each in lines)
    assert any("SIGKILL" in each["event"] for each in lines)
