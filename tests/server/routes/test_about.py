"""The pages about the service itself."""

from __future__ import annotations

from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from layers.schema.city import CityDefinition
from server.desk.answers.publications import Selection
from server.desk.retention.retention import Retention
from server.pages.render import Pages
from server.pages.request_list import request_list
from server.routes.about import ABOUT
from server.routes.request_form import FIELDS
from server.texts import LANGUAGES, to_html, translator
from tests.server.cities import TEST_CITY


@pytest.mark.parametrize("name", ABOUT)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_each_is_there_and_every_page_leads_to_it(
    asaka_client: TestClient, name: str, lang: str
) -> None:
    page = asaka_client.get(f"/{name}?lang={lang}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert f'href="/{name}' in asaka_client.get("/layers", headers={"Accept": "text/html"}).text


def test_accessibility_claims_no_conformance(asaka_client: TestClient) -> None:
    page = asaka_client.get("/accessibility").text
    assert "準拠しているとは表明していません" in page
    assert "まだ確かめていないこと" in page


def test_an_unofficial_map_has_no_office(asaka_client: TestClient) -> None:
    page = asaka_client.get("/contact").text
    assert "窓口がありません" in page
    assert "この地図は非公式の試作です。朝霞市の窓口ではありません。" in page


# What only an office can keep: to be written to.
DELETION = (
    "If you no longer have the address of that page, write to the office named on the contact page "
    "and give the request number."
)
CORRECTION = (
    "If a layer shows something about you that it should not, tell the office named on the contact "
    "page."
)
PROMISES = (DELETION, CORRECTION)
OFFICE = {"name": {"ja": "危機管理室", "en": "Crisis management"}, "telephone": "048-000-0000"}
FORM: dict[str, Any] = {
    "typed": dict.fromkeys(FIELDS, ""),
    "is_correction": False,
    "towns": (),
    "place_map": "",
    "errors": {},
    "is_unsaved": False,
    "is_frequent": False,
    "is_untaken": False,
    "is_moderated": True,
    "is_looked": False,
    "there": None,
    "chosen": {},
    "trap": "",
    "has_news": True,
    "longest": {"photo": "", "sample": ""},
    "urgencies": {},
    "categories": {},
    "lengths": SimpleNamespace(title=100, purpose=1000, contact=200, today=500),
    "nonce": "",
}


def written(official: bool, office: bool, lang: str) -> str:
    """The pages on which something could be promised, of a city."""
    own = {"office": OFFICE} if office else {}
    city = CityDefinition.model_validate({**TEST_CITY.model_dump(), "official": official, **own})
    pages = Pages(city, {"page.css": "page.css", "request.js": "request.js"})
    rendered = [
        pages.render(f"{name}.html", lang, retention=Retention(180), least_senders=5)
        for name in ABOUT
    ]
    listed = request_list((), 0, 1, Selection(), translator(lang))
    rendered.append(pages.render("requests.html", lang, list=listed, is_moderated=True))
    return unescape("".join([*rendered, pages.render("request_new.html", lang, **FORM)]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_only_an_office_keeps_is_promised_only_where_there_is_one(lang: str) -> None:
    _ = translator(lang)
    promises = [to_html(_(message)) for message in PROMISES]
    assert [text in written(False, False, lang) for text in promises] == [False, False]
    assert [text in written(True, True, lang) for text in promises] == [True, True]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_official_map_nowhere_says_that_it_is_not(lang: str) -> None:
    content = written(True, True, lang).lower()
    for word in ("非公式", "試作", "unofficial", "prototype", "非官方", "비공식", "시제품"):
        assert word not in content
    assert "không chính thức" not in content


def test_an_official_map_s_contact_may_not_call_it_unofficial() -> None:
    contact = {"ja": "この地図は非公式の試作です。", "en": "An unofficial prototype."}
    document = {**TEST_CITY.model_dump(), "contact": contact}
    assert not CityDefinition.model_validate(document).official
    with pytest.raises(ValidationError, match="contact_unofficial"):
        CityDefinition.model_validate({**document, "official": True})
