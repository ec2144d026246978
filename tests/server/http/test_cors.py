"""Pages of other sites may read what is open, and nothing of anybody's own request."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Response
from starlette.testclient import TestClient

from server.http.cors import OpenAnswers

ORIGIN = {"Origin": "https://other.example"}
ASKED = {**ORIGIN, "Access-Control-Request-Method": "GET"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "OPTIONS"])
    def anything(path: str) -> Response:
        policy = {"Cross-Origin-Resource-Policy": "same-origin"}
        return Response(path, headers=policy if path == "own" else {})

    return TestClient(OpenAnswers(app))


def test_an_open_answer_is_the_same_for_every_origin(client: TestClient) -> None:
    for headers in ({}, ORIGIN):
        answer = client.get("/tiles/x", headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "vary" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Content-Range", "Accept-Ranges", "Content-Length"} <= {*exposed}


def test_what_is_somebodys_own_is_closed(client: TestClient) -> None:
    for path in ("/own", "/requests/1?key=a", "/requests/1/?lang=en&key=a"):
        answer = client.get(path, headers=ORIGIN)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_post_is_closed(client: TestClient) -> None:
    assert "access-control-allow-origin" not in client.post("/x", headers=ORIGIN).headers


@pytest.mark.parametrize("wanted", ["range", "if-none-match,range", "x-requested-with"])
def test_who_asks_beforehand_may_ask(client: TestClient, wanted: str) -> None:
    headers = {**ASKED, "Access-Control-Request-Headers": wanted}
    answer = client.options("/tiles/x", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert {"*", *wanted.split(",")} <= {*allowed}


def test_other_options_go_to_the_service(client: TestClient) -> None:
    assert client.options("/tiles/x").text == "tiles/x"
    assert client.options("/tiles/x", headers=ORIGIN).text == "tiles/x"
