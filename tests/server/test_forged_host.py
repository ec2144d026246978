"""A `Host` that somebody made up is in no answer to anybody else, whatever the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.settings import Settings
from tests.server.test_every_answer import PAGE, paths_of

FORGED = "forged.example"
HEADERS = {
    "Host": FORGED,
    "X-Forwarded-Host": FORGED,
    "Forwarded": f"host={FORGED}",
    "X-Original-URL": f"https://{FORGED}/",
}
FORMS = ["?lang=en", "?f=json"]  # of an answer


def app_of(home: Path, folder: Path, base_url: str | None) -> FastAPI:
    database = f"sqlite:///{folder / 'bosai.sqlite'}"
    return create_app(Settings(home=home / "asaka", database_url=database, base_url=base_url))


def holding(app: FastAPI, *, then: bool) -> list[str]:
    """The addresses whose answer names the forged host; `then`, the answer to who asks next."""
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    held = []
    for address in (path + form for path in paths_of(app) for form in FORMS):
        answer = client.get(address, headers=PAGE | HEADERS)
        if then:
            answer = client.get(address, headers=PAGE)
        if FORGED in str(answer.headers) or FORGED.encode() in answer.content:
            held.append(address)
    return held


def test_where_the_address_is_set_no_host_is_believed(
    asaka: Catalog, home: Path, tmp_path: Path
) -> None:
    assert asaka.layers
    assert holding(app_of(home, tmp_path, "https://map.example.jp"), then=False) == []


@pytest.mark.breadth
def test_where_it_is_not_set_nobody_else_is_told_of_a_host(
    asaka: Catalog, home: Path, tmp_path: Path
) -> None:
    assert asaka.layers
    app = app_of(home, tmp_path, None)
    assert holding(app, then=True) == []
    assert FORGED in TestClient(app).get("/tiles/emergency_sites.json", headers=HEADERS).text
