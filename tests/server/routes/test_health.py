"""`/readyz` tells what is wanting, with its reason, and nothing that is nobody's business."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.settings import Settings
from tests.waiting import until


@pytest.fixture(scope="module")
def client(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    assert asaka.layers
    database = tmp_path_factory.mktemp("health") / "bosai.sqlite"
    client = TestClient(
        create_app(Settings(home=home / "asaka", database_url=f"sqlite:///{database}"))
    )
    until(lambda: client.get("/readyz").json()["status"] == "ok")
    return client


def test_a_disk_that_is_nearly_full_is_told_while_all_is_served(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=100 << 20))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["disk"] == {"free_mb": 100, "problem": "less than 256 MB are left"}
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=9 << 30))
    assert client.get("/readyz").json()["status"] == "ok"
    assert client.get("/readyz").json()["disk"] == {"free_mb": 9 << 10}


def test_a_home_that_is_gone_is_no_fault_of_the_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(shutil, "disk_usage", gone)
    assert client.get("/readyz").json()["disk"] == {}


def test_how_long_a_source_has_not_confirmed_its_data_is_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = client.app.state.served.now.catalog.layer("hydrants")  # type: ignore[attr-defined]
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=30)
    monkeypatch.setattr(layer, "fetched_at", at)
    (told,) = client.get("/readyz").json()["sources"].items()
    assert told[0] == "hydrants"
    assert told[1]["confirmed"] == at.isoformat(timespec="seconds")
    assert 30 * 3600 <= told[1]["age_seconds"] < 31 * 3600


def test_nothing_of_the_machine_is_in_it(client: TestClient, home: Path) -> None:
    document = client.get("/readyz").text
    assert str(home) not in document
    assert "sqlite" not in document
