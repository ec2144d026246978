"""What holds for every answer of the service, whatever is asked and whatever goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.http.errors import PressBusy
from server.http.staff_headers import is_staffs
from server.settings import Settings

VALUES = {
    "layer_id": "emergency_sites",
    "z": "14",
    "x": "14545",
    "y": "6443",
    "suffix": "geojson",
    "number": "1",
    "feature": "1",
    "code": "fire",
    "format": "json",
    "digest": "0",
    "name": "x",
    "matrix": "14",
    "row": "6443",
    "col": "14545",
    "style": "default",
}
PAGE = {"Accept": "text/html"}
ORIGIN = {"Origin": "https://other.example"}
SAYINGS = ("", "?v=0", "?lat=abc&q=&f=xml&lang=xx&hazard=no", "?lat=35.8&lon=139.6&q=a&f=json")
# What only goes wrong in a service that is ill.
ILL = {
    "/ill/fault": ValueError("no"),
    "/ill/gone": HTTPException(503),
    "/ill/busy": PressBusy("no"),
}


@pytest.fixture(scope="module")
def app(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    assert asaka.layers
    database = tmp_path_factory.mktemp("every") / "bosai.sqlite"
    token = database.with_name("token")
    token.write_text("token\n")
    settings = Settings(
        home=home / "asaka", database_url=f"sqlite:///{database}", metrics_token_file=token
    )
    app = create_app(settings)
    ill = APIRouter(prefix="/ill")

    @ill.get("/{name}")
    def answer(name: str) -> None:
        raise ILL[f"/ill/{name}"]

    app.include_router(ill)
    return app


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


def paths_of(app: FastAPI) -> list[str]:
    """An address of each route, of one with a slash too many, of none, and of the ill."""
    templates = [context.path for context in iter_route_contexts(app.routes) if context.path]
    known = {re.sub(r"\{(\w+)\}", lambda match: VALUES[match[1]], path) for path in templates}
    return [*sorted(known), "/layers/", "/nothing", *ILL]


def answers(app: FastAPI, client: TestClient) -> Iterator[httpx2.Response]:
    """What the service answers to everything that may be asked of each of its addresses."""
    for path in paths_of(app):
        for query in SAYINGS:
            for headers in ({}, PAGE, {"Range": "bytes=999999999-"}):
                yield client.get(path + query, headers=headers)
        yield client.head(path)
        yield client.options(path)
        asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
        yield client.options(path, headers={**ORIGIN, **asked})
        yield client.delete(path)
        yield client.post(path, content=b"{}", headers={"Content-Type": "application/json"})
        yield client.post(path, data={"title": ""}, headers=PAGE)
    yield client.get("/language?lang=en&to=/layers")
    posted = client.post("/requests", data={"title": "a", "purpose": "b", "category": "fire"})
    yield posted
    yield client.get(posted.headers["location"], headers=PAGE)


@pytest.fixture(scope="module")
def every_answer(app: FastAPI, client: TestClient) -> list[httpx2.Response]:
    return list(answers(app, client))


def without(answers: list[httpx2.Response], name: str) -> list[Any]:
    return [(a.request.method, a.url.path, a.status_code) for a in answers if name not in a.headers]


def test_all_kinds_of_answers_are_asked_for(every_answer: list[httpx2.Response]) -> None:
    statuses = {answer.status_code for answer in every_answer}
    assert statuses >= {200, 204, 303, 307, 400, 404, 405, 415, 416, 429, 500, 503}


@pytest.mark.parametrize(
    "name",
    [
        "cache-control",
        "content-security-policy",
        "cross-origin-opener-policy",
        "permissions-policy",
        "referrer-policy",
        "x-content-type-options",
    ],
)
def test_each_has_the_headers_of_all(every_answer: list[httpx2.Response], name: str) -> None:
    assert without(every_answer, name) == []


def test_each_but_a_tile_says_what_the_log_calls_it(every_answer: list[httpx2.Response]) -> None:
    unnamed = without(every_answer, "x-request-id")
    assert all(path.startswith("/tiles/") and status < 400 for _, path, status in unnamed)


def test_who_has_to_wait_is_told_how_long(every_answer: list[httpx2.Response]) -> None:
    waiting = [answer for answer in every_answer if answer.status_code in (429, 503)]
    assert waiting
    assert [int(answer.headers["retry-after"]) for answer in waiting]


def test_each_is_open_but_forms_and_somebodys_own(every_answer: list[httpx2.Response]) -> None:
    closed = set()
    for answer in every_answer:
        if answer.request.method in ("POST", "DELETE"):
            assert "access-control-allow-origin" not in answer.headers
        elif answer.headers.get("access-control-allow-origin") != "*":
            closed.add((answer.url.path, "key" in answer.url.params))
    (own,) = (path for path, with_key in closed if with_key)
    closed = {(path, with_key) for path, with_key in closed if not is_staffs(path)}
    forms = {("/requests/new", False), ("/requests/deleted", False)}
    assert closed == {*forms, (own, True)}


def test_errors_are_kept_by_nobody(every_answer: list[httpx2.Response]) -> None:
    for answer in every_answer:
        if answer.status_code >= 400 and answer.request.method == "GET":
            assert answer.headers["cache-control"] == "no-store", answer.url


def test_what_is_in_a_language_says_which(every_answer: list[httpx2.Response]) -> None:
    pages = [a for a in every_answer if a.headers.get("content-type", "").startswith("text/html")]
    assert any(page.status_code == 500 for page in pages)
    for page in pages:
        assert "content-language" in page.headers, page.url
        assert "Accept-Language" in page.headers["vary"]
