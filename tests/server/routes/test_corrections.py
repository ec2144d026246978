"""Errors on the map, told of in the request form: about a layer, a feature of it, or a place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.query.listing import Listed, listing
from server.database.engine import reading
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests, subjects
from server.desk.intake.subject import Subject
from server.pages.render import Pages
from server.routes.problems import install_errors
from tests.server.routes.request_service import STATIC, request_routes
from tests.vaults import vault_of

BROWSER = {"Accept": "text/html"}
WORDS = {"title": "名前がちがう", "purpose": "看板で見ました"}


class Served(NamedTuple):
    client: TestClient
    engine: Engine
    site: Listed


@pytest.fixture
def served(engine: Engine, asaka: Catalog) -> Iterator[Served]:
    pages = Pages(asaka.city, STATIC)
    service = FastAPI()
    service.include_router(request_routes(engine, pages, asaka))
    install_errors(service, lambda: pages)
    (site,) = listing(asaka.layers["emergency_sites"], None, descending=False, first=0, count=1)
    with TestClient(service, headers=BROWSER, follow_redirects=False) as client:
        yield Served(client, engine, site)


def kept(engine: Engine) -> list[tuple[object, ...]]:
    with reading(engine) as connection:
        columns = (subjects.c.layer, subjects.c.feature, subjects.c.name)
        return [tuple(row) for row in connection.execute(select(*columns))]


def hidden(page: Response) -> dict[str, str]:
    """The fields that the page sends unseen."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in found}


def test_a_link_names_what_is_wrong_and_the_form_calls_it_by_its_name(served: Served) -> None:
    client, engine, site = served
    link = f"layer=emergency_sites&feature={site.id}&lat=35.791399&lon=139.600487"
    page = client.get(f"/requests/new?{link}&lang=en")
    assert page.status_code == 200
    assert "<h1>Report an error on the map</h1>" in page.text
    assert site.properties["name"] in page.text
    assert "Designated emergency evacuation sites" in page.text
    assert 'value="35.791399"' in page.text
    assert 'name="category"' not in page.text
    place = {"lat": "35.791399", "lon": "139.600487"}
    sent = client.post("/requests?lang=en", data={**WORDS, **place, **hidden(page)})
    assert sent.status_code == 303
    assert kept(engine) == [("emergency_sites", site.id, site.properties["name"])]
    receipt = client.get(sent.headers["location"]).text
    for said in (site.properties["name"], *WORDS.values(), "35.791399", "Evacuation and shelters"):
        assert said in receipt


def test_something_missing_needs_no_feature_and_no_layer(served: Served) -> None:
    client, engine, _site = served
    page = client.get("/requests/new?kind=correction")
    assert '<select id="layer" name="layer"' in page.text
    assert '<option value="evacuation_shelters">' in page.text
    assert '<option value="hydrants">' not in page.text  # a sample
    for chosen in ("", "evacuation_shelters"):
        form = {**WORDS, **hidden(page), "layer": chosen}
        assert client.post("/requests", data=form).status_code == 303
    assert kept(engine) == [(None, None, None), ("evacuation_shelters", None, None)]


def test_what_is_typed_stays_when_the_form_is_refused(served: Served) -> None:
    client, engine, site = served
    link = f"/requests/new?layer=emergency_sites&feature={site.id}"
    form = {**WORDS, **hidden(client.get(link)), "purpose": ""}
    page = client.post("/requests", data=form)
    assert page.status_code == 400
    assert "正しい内容を書いてください。" in page.text
    assert f'value="{WORDS["title"]}"' in page.text
    kept_fields = ("nonce", "kind", "layer", "feature", "area")
    assert hidden(page) == {key: form[key] for key in kept_fields}
    assert kept(engine) == []
    again = client.post("/requests", data={**form, "purpose": "p"})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("layer=nothing", "layer", "今の地図にありません"),
        ("layer=hydrants", "layer", "見本データ"),
        ("layer=hydrants&feature=1", "layer", "見本データ"),
        ("layer=emergency_sites&feature=99999999999", "feature", "対象は、今の地図にありません"),
        ("layer=emergency_sites&feature=x%00", "feature", "対象は、今の地図にありません"),
        ("layer=emergency_sites&feature=" + "9" * 5000, "feature", "対象は、今の地図に"),
    ],
)
def test_what_is_not_on_the_map_is_said_at_its_field(
    served: Served, query: str, field: str, said: str
) -> None:
    client, engine, _site = served
    page = client.get(f"/requests/new?{query}")
    assert page.status_code == 400
    error = re.search(rf'<p class="error" id="error-{field}">(.*?)</p>', page.text)
    assert error is not None
    assert said in error[1]
    assert f'<a href="#{field}">' in page.text
    assert f'id="{field}"' in page.text
    typed = dict(pair.split("=") for pair in query.replace("%00", "").split("&"))
    assert client.post("/requests", data={**WORDS, **typed}).status_code == 400
    # What is left in the form can be sent.
    layer = typed["layer"] if field == "feature" else ""
    assert client.post("/requests", data={**WORDS, **hidden(page), "layer": layer}).is_redirect
    assert kept(engine) == [(layer or None, None, None)]


def test_a_feature_without_a_layer_is_about_the_map(served: Served) -> None:
    client, engine, _site = served
    assert client.get("/requests/new?feature=7").status_code == 200
    assert client.post("/requests", data={**WORDS, "feature": "7"}).status_code == 303
    assert kept(engine) == [(None, None, None)]


def test_what_was_withdrawn_is_not_named_to_its_sender_any_more(served: Served) -> None:
    client, engine, _site = served
    about = Subject("emergency_sites", 99_999_999, "取り下げた場所")
    form = RequestForm(title="t", purpose="p", category="evacuation", subject=about)
    stored = Requests(engine, vault_of(engine)).submit(form)
    assert stored.subject == about
    page = client.get(f"/requests/{stored.number}?key={stored.token}").text
    assert "取り下げた場所" not in page
    assert "今の地図にはありません" in page


def test_a_request_for_a_layer_is_about_nothing_on_the_map(served: Served) -> None:
    client, engine, _site = served
    data = {**WORDS, "category": "fire", "layer": "", "feature": ""}
    sent = client.post("/requests", data=data)
    assert kept(engine) == []
    assert "レイヤーの要望" in client.get(sent.headers["location"]).text
