"""Who shares an address with many loses nothing that was typed while others send too much."""

from __future__ import annotations

import pytest
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.database.engine import reading
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Wording
from server.desk.intake.requests import Requests, requests
from server.http.rate import OF_NETWORK
from server.http.trap import TRAP
from server.pages.render import Pages
from tests.server.forms import fields_of
from tests.server.routes.request_service import STATIC
from tests.server.routes.test_request_fields import CSV, jpeg
from tests.server.routes.test_requests import BROWSER, app_of
from tests.vaults import vault_of

RING = [[139.59, 35.79], [139.6, 35.79], [139.6, 35.8], [139.59, 35.79]]
WISH = {
    "nonce": "n" * 32,
    "looked": "1",
    "title": "AEDの場所 <b> & \"'",
    "purpose": "大会の日に\n\n  確かめたい",
    "today": "歩いて\n探しています",
    "category": "welfare",
    "urgency": "season",
    "lat": "",
    "lon": "",
    "town": "",
    "area": '{"type":"Polygon","coordinates":' + str([RING]).replace(" ", "") + "}",
    "contact": "090-0000-0000",
    TRAP: "",
}
CORRECTION = {
    **{name: WISH[name] for name in ("nonce", "looked", "title", "purpose", "contact", TRAP)},
    "kind": "correction",
    "layer": "emergency_sites",
    "urgency": "lives",
    "lat": "",
    "lon": "",
    "town": "本町一丁目",
    "area": "",
}
FILES = {"photo": ("家.jpg", jpeg(), "image/jpeg"), "sample": CSV}


@pytest.mark.parametrize("form", [WISH, CORRECTION])
@pytest.mark.parametrize("files", [{}, FILES])
def test_all_that_was_typed_comes_back(
    engine: Engine, asaka: Catalog, form: dict[str, str], files: dict[str, tuple[str, bytes, str]]
) -> None:
    service = app_of(
        engine, Requests(engine, vault_of(engine)), Pages(asaka.city, STATIC), catalog=asaka
    )
    with TestClient(
        service, headers=BROWSER, follow_redirects=False, client=("203.0.114.1", 5000)
    ) as client:
        for number in range(OF_NETWORK.burst):
            other = {**WISH, "title": f"t{number}"}
            assert client.post("/requests", data=other).status_code == 303

        def sent() -> Response:
            return client.post("/requests", data=form, files=files or None)

        page = sent()
        assert page.status_code == 429
        assert 0 < int(page.headers["retry-after"]) <= OF_NETWORK.pause_s
        assert fields_of(page.text, "/requests") == form
        for name in ("家.jpg", "aed.csv"):
            assert (name in page.text) == bool(files)
    with TestClient(service, headers=BROWSER, follow_redirects=False) as later:
        again = later.post("/requests", data=fields_of(page.text, "/requests"))
        assert again.status_code == 303
    with reading(engine) as connection:
        rows = connection.execute(requests.select().order_by(requests.c.number)).all()
    assert (rows[-1].title, rows[-1].urgency) == (form["title"], form["urgency"])


def test_who_supports_too_often_keeps_the_own_form(engine: Engine, asaka: Catalog) -> None:
    desk = Requests(engine, vault_of(engine))
    service = app_of(engine, desk, Pages(asaka.city, STATIC), catalog=asaka)
    with TestClient(
        service, headers=BROWSER, follow_redirects=False, client=("203.0.114.1", 5000)
    ) as client:
        client.post("/requests", data=WISH)
        Answers(engine).answer(1, Wording(), actor=COMMAND_LINE)
        statuses = []
        while 429 not in statuses:
            page = client.post("/requests/1/support", data=WISH)
            statuses.append(page.status_code)
            assert len(statuses) < 100
        assert fields_of(page.text, "/requests") == WISH
