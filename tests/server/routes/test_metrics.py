"""`/metrics`: for whoever has the token, of all workers together, with no label made up."""

from __future__ import annotations

import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from server.app import create_app
from server.assembly.static_copy import STATE, CopyState
from server.settings import Settings
from tests.service import Running, running, shipped_city
from tests.waiting import until

TOKEN = "a-token-of-the-tests"
READER = {"Authorization": f"Bearer {TOKEN}"}
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("token") / "token"
    path.write_text(f"{TOKEN}\n")
    return path


@pytest.fixture(scope="module")
def client(
    home: Path, token_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    database = tmp_path_factory.mktemp("metrics") / "bosai.sqlite"
    settings = Settings(
        home=home / "asaka",
        database_url=f"sqlite:///{database}",
        secret_file=database.with_name("secret.key"),
        metrics_token_file=token_file,
    )
    with TestClient(create_app(settings)) as client:
        yield client


def parsed(document: str) -> Figures:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(document)
        for sample in family.samples
    }


def figures(client: TestClient) -> Figures:
    return parsed(client.get("/metrics", headers=READER).text)


def of(values: Figures, name: str, **labels: str) -> float:
    """The sum of the figures of a name that have these labels."""
    wanted = labels.items()
    return sum(value for (each, own), value in values.items() if each == name and wanted <= own)


def test_without_a_token_nobody_reads_it(home: Path, client: TestClient, tmp_path: Path) -> None:
    for sent in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = client.get("/metrics", headers=sent)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "bosai_" not in answer.text
    settings = Settings(home=home / "asaka", database_url=f"sqlite:///{tmp_path / 'b.sqlite'}")
    assert TestClient(create_app(settings)).get("/metrics", headers=READER).status_code == 404


def test_requests_are_counted_by_the_pattern_of_their_route(client: TestClient) -> None:
    before = figures(client)
    for path in ("/layers/hydrants", "/layers/flood", "/layers/nothing-0915", "/nothing-0915"):
        client.get(path, headers={"Accept": "text/html"})
    client.request("BREW", "/layers/hydrants")
    after = figures(client)

    def more(name: str, **labels: str) -> float:
        return of(after, name, **labels) - of(before, name, **labels)

    pattern = {"route": "/layers/{layer_id}"}
    assert more("bosai_requests_total", **pattern, method="GET", status="2xx") == 2
    assert more("bosai_requests_total", **pattern, method="GET", status="4xx") == 1
    assert more("bosai_requests_total", method="other", status="4xx") == 1
    assert more("bosai_requests_total", route="none") >= 1
    assert more("bosai_request_seconds_count", **pattern) >= 3
    assert more("bosai_request_seconds_sum", **pattern) > 0
    assert more("bosai_request_seconds_bucket", **pattern, le="+Inf") >= 3


def test_no_label_is_anything_that_somebody_can_make_up(client: TestClient) -> None:
    app = client.app
    routes = {"none", *(str(each.path) for each in iter_route_contexts(app.routes))}  # type: ignore[attr-defined]
    for number in range(50):
        client.get(f"/made-up-{number}")
        client.get(f"/tiles/made_up_{number}/1/0/0.mvt")
        client.get(f"/layers/hydrants/table?page={number}")
    for _name, labels in figures(client):
        given = dict(labels)
        assert given.get("route", "none") in routes
        assert given.get("method", "GET") in {"GET", "HEAD", "POST", "OPTIONS", "other"}
        assert given.get("status", "2xx") in {"1xx", "2xx", "3xx", "4xx", "5xx", "none"}
        assert "made" not in str(given)


def test_it_says_what_is_served_and_what_waits(client: TestClient) -> None:
    values = figures(client)
    ready = client.get("/readyz").json()
    for layer, revision in ready["layers"].items():
        assert of(values, "bosai_layer_info", layer=layer, revision=revision) == 1
    assert of(values, "bosai_layers_served") == len(ready["layers"])
    assert of(values, "bosai_database_usable") == 1
    assert of(values, "bosai_home_free_bytes") > 0
    for name in ("bosai_mails", "bosai_webhook_messages", "bosai_drafts", "bosai_desk_requests"):
        assert any(each == name for each, _labels in values), name
    assert any(name == "process_resident_memory_bytes" for name, _labels in values)
    form = {"title": "題", "purpose": "使うため", "category": "fire"}
    before = of(values, "bosai_desk_requests", state="received")
    assert client.post("/requests", data=form, follow_redirects=False).status_code == 303
    assert of(figures(client), "bosai_desk_requests", state="received") == before + 1


def test_it_says_how_a_static_copy_is(client: TestClient, home: Path) -> None:
    names = {"bosai_static_copy_failing", "bosai_static_copy_age_seconds"}
    assert not names & {name for name, _labels in figures(client)}
    state = home / "asaka" / STATE
    try:
        CopyState(None, is_failing=True).write(state.parent)
        assert of(figures(client), "bosai_static_copy_failing") == 1
        assert "bosai_static_copy_age_seconds" not in {name for name, _ in figures(client)}
        CopyState(time.time() - 100, is_failing=False).write(state.parent)
        assert of(figures(client), "bosai_static_copy_failing") == 0
        assert of(figures(client), "bosai_static_copy_age_seconds") >= 100
    finally:
        state.unlink()


def test_what_an_unusable_database_would_tell_is_left_out(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = "server.assembly.desk_store.DeskStore.problem"
    monkeypatch.setattr(store, property(lambda _store: "the disk is full"))
    values = figures(client)
    assert of(values, "bosai_database_usable") == 0
    assert not any(name == "bosai_mails" for name, _labels in values)
    assert of(values, "bosai_layers_served") > 0


@pytest.fixture
def service(home: Path, token_file: Path, tmp_path: Path) -> Iterator[Running]:
    settings = {
        **shipped_city(home, tmp_path),
        "BOSAI_METRICS_TOKEN_FILE": str(token_file),
    }
    with running(settings, tmp_path / "log", ("--workers", "2")) as service:
        yield service


def get(service: Running, path: str, headers: dict[str, str] = READER) -> str:
    request = urllib.request.Request(f"{service.address}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return str(answer.read().decode("utf-8", "replace"))


def test_workers_count_together_and_their_successors_go_on(service: Running) -> None:
    until(lambda: len(service.workers) == 2)

    def layers() -> float:
        return of(parsed(get(service, "/metrics")), "bosai_requests_total", route="/layers")

    for _ in range(10):
        get(service, "/layers")
    until(lambda: layers() == 10)
    pids = service.workers
    os.kill(pids[0], signal.SIGKILL)
    until(lambda: pids[0] not in service.workers and len(service.workers) == 2)
    assert layers() == 10
    for _ in range(10):
        get(service, "/layers")
    until(lambda: layers() == 20)
    before = service.workers
    service.process.send_signal(signal.SIGHUP)
    until(lambda: len(service.workers) == 2 and not set(before) & set(service.workers))
    assert layers() == 20
    values = parsed(get(service, "/metrics"))
    pids_told = {dict(labels)["pid"] for name, labels in values if name == "process_open_fds"}
    assert pids_told == set(map(str, service.workers))
    folder = figures_folder(service)
    assert len({path.name.partition("_")[2] for path in folder.iterdir()}) <= 4  # 2 places, 2 each
    service.process.terminate()
    service.process.wait(timeout=120)
    assert not folder.exists()


def test_tiles_from_memory_are_counted(service: Running) -> None:
    def tiles() -> float:
        return of(parsed(get(service, "/metrics")), "bosai_tiles_from_memory_total")

    client = HTTPConnection(service.address.removeprefix("http://"), timeout=120)
    for _ in range(40):  # on one connection, by one worker
        client.request("GET", "/tiles/hydrants/14/14542/6448.geojson")
        assert client.getresponse().read()
    client.close()
    until(lambda: tiles() == 39)
    values = parsed(get(service, "/metrics"))
    route = "/tiles/{layer_id}/{z}/{x}/{y}.geojson"
    assert of(values, "bosai_requests_total", route=route) == 1


def figures_folder(service: Running) -> Path:
    mapped = Path(f"/proc/{service.workers[0]}/maps").read_text()
    line = next(line for line in mapped.splitlines() if "bosai-metrics-" in line)
    return Path(line.split(maxsplit=5)[5]).parent
