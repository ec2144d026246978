"""A slash too many leads to the address without, on the same host whatever it is called."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from starlette.testclient import TestClient

from server.http.slash import WithoutSlash


@pytest.fixture(scope="module")
def client() -> TestClient:
    app, router = FastAPI(redirect_slashes=False), APIRouter(prefix="/layers")

    @router.get("")
    def layers() -> str:
        return "layers"

    @router.get("/{name}")
    def layer(name: str) -> str:
        return name

    app.include_router(router)
    app.router.default = WithoutSlash(app.router)
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/layers/", "/layers"),
        ("/layers//", "/layers"),
        ("/layers/flood/?lang=en&x=%2F", "/layers/flood?lang=en&x=%2F"),
        ("/layers/a%3Fb/", "/layers/a%3Fb"),
        ("/layers/%E6%B0%B4/", "/layers/%E6%B0%B4"),
    ],
)
def test_it_leads_to_the_address_without(client: TestClient, path: str, location: str) -> None:
    for headers in ({}, {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (307, location)


@pytest.mark.parametrize(
    "path", ["/nothing/", "//", "/", "//evil.example/", "//evil.example//layers/", "/layers/a%2F"]
)
def test_nothing_else_leads_anywhere(client: TestClient, path: str) -> None:
    assert client.get(f"http://testserver{path}").status_code == 404
