"""The page as it is rendered, before any browser opens it."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from layers.catalog.catalog import Catalog
from layers.query.search.build import index_of
from layers.report import Problem
from layers.store.failure import Trouble
from server.texts import LANGUAGES, translator
from server.viewer.page import map_page
from server.viewer.parts import Parts
from tests.breadth import mainly

STATIC = {
    "map.js": "map-TEST.js",
    "map.css": "map-TEST.css",
    "request_layer.js": "request_layer-TEST.js",
}


def render(catalog: Catalog, lang: str = "ja") -> Parts:
    return map_page(catalog, index_of(catalog), lang, translator(lang), STATIC)


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("lang", mainly("ja", LANGUAGES))
def test_the_same_catalogue_gives_the_same_bytes(asaka: Catalog, lang: str) -> None:
    assert render(asaka, lang) == render(asaka, lang)


@pytest.mark.parametrize("lang", mainly("ja", LANGUAGES))
def test_the_page_holds_no_inline_script_style_or_handler(asaka: Catalog, lang: str) -> None:
    for tag, attributes in Elements(render(asaka, lang).html).found:
        assert tag != "style"
        assert tag != "script" or attributes.get("src"), "a script in the page"
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_every_asset_is_of_this_host(asaka: Catalog) -> None:
    assets = [
        attributes.get("src") or attributes.get("href") or ""
        for tag, attributes in Elements(render(asaka).html).found
        if tag in ("script", "link", "img") and attributes.get("rel") != "alternate"
    ]
    assert len(assets) == 6
    assert all(asset.startswith(("/", "data:")) for asset in assets)


def test_the_page_may_be_enlarged_and_says_its_language_and_name(asaka: Catalog) -> None:
    html = render(asaka, "en").html.decode()
    assert '<html lang="en">' in html
    assert "<title>Asaka City disaster layer map (unofficial)</title>" in html
    assert "user-scalable" not in html
    assert "maximum-scale" not in html


def test_ids_are_not_used_twice(asaka: Catalog) -> None:
    ids = [each["id"] for _tag, each in Elements(render(asaka).html).found if each.get("id")]
    assert len(ids) == len(set(ids))


def test_every_layer_is_in_the_list_with_what_it_rests_on(asaka: Catalog) -> None:
    html = render(asaka).html.decode()
    for layer in asaka.layers.values():
        assert f'data-layer="{layer.id}"' in html
        assert layer.definition.title["ja"] in html
        assert layer.definition.credit.attribution["ja"] in html


def test_a_layer_that_could_not_be_loaded_is_listed_without_a_switch(asaka: Catalog) -> None:
    missing = Problem("error", "no_file", value="care.csv")
    trouble = Trouble(datetime.datetime.now(datetime.UTC), (missing,))
    catalog = replace(asaka, unserved={"care_facilities": trouble})
    html = render(catalog).html.decode()
    assert "読み込めていません" in html
    assert "care_facilities" in html
    assert 'data-layer="care_facilities"' not in html
    assert "何もないという意味ではありません" in html


def test_names_are_text_and_never_markup_or_template(asaka: Catalog) -> None:
    hostile = "{{ 7 * 7 }}{% raw %}</title><script>alert(1)</script>\"'"
    name = {"ja": hostile, "en": hostile}
    city = asaka.city.model_copy(update={"name": name, "base_credit": name})
    page = render(replace(asaka, city=city))
    html = page.html.decode()
    assert "<script>alert" not in html
    assert "{{ 7 * 7 }}{% raw %}" in html
    assert "{{ 7 * 7 }}{% raw %}" in page.script.decode()


def test_an_official_city_is_not_called_unofficial(asaka: Catalog) -> None:
    city = asaka.city.model_copy(update={"official": True})
    html = render(replace(asaka, city=city)).html.decode()
    assert "非公式" not in html
    assert "公開する地図ではありません" not in html
    assert city.official_map in html


def test_a_city_can_let_gsis_map_lie_under_the_layers(asaka: Catalog) -> None:
    usual = render(asaka)
    assert b'value="bundled" autocomplete="off" checked' in usual.html
    assert 'usualBase: "bundled"' in usual.script.decode()
    city = asaka.city.model_copy(update={"online_base": "pale"})
    page = render(replace(asaka, city=city))
    assert b'value="pale" autocomplete="off" checked' in page.html
    assert 'usualBase: "pale"' in page.script.decode()


def test_a_city_without_layers_has_a_page(asaka: Catalog) -> None:
    page = render(replace(asaka, layers={}))
    assert b"data-layer" not in page.html
    assert "layers: []" in page.script.decode()


def test_the_script_is_named_by_what_it_holds(asaka: Catalog) -> None:
    japanese, english = render(asaka, "ja"), render(asaka, "en")
    assert re.fullmatch(r"map\.[0-9a-f]{16}\.js", japanese.script_name)
    assert japanese.script_name != english.script_name
    assert f'src="/{japanese.script_name}"'.encode() in japanese.html
