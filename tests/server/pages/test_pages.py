from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from layers.report import Problem, Report
from layers.revision.difference import Counts
from layers.schema.layer import LayerDefinition
from layers.store.failure import Trouble
from layers.symbology.legend import LegendEntry
from layers.symbology.symbols import ink_on
from server.desk.answers.publications import Selection
from server.http.links import with_language
from server.http.negotiation import prefers_json, prefers_page
from server.pages.render import Pages
from server.pages.request_list import RequestList, request_list
from server.pages.views import Download, LayerGroup, LayerPage, LayerSummary
from server.texts import LANGUAGES, translator
from server.viewer.bundle import ENTRIES, BundleMissing, StaticFiles
from tests.server.cities import TEST_CITY

FLOOD = LayerDefinition.model_validate(
    {
        "id": "flood",
        "title": {"ja": "洪水浸水想定区域", "en": "Flood zones"},
        "description": {"ja": "<b>説明</b>", "en": "<b>what</b>"},
        "group": "disaster",
        "sample": True,
        "hazard": "洪水",
        "scenario": "想定最大規模",
        "surveyed_extent": "boundary",
        "source": {"path": "flood.geojson"},
        "credit": {
            "attribution": {"ja": "出典", "en": "Somebody"},
            "licence": {"ja": "条件", "en": "Terms"},
            "date": datetime.date(2026, 4, 1),
        },
        "fields": {
            "rank": {
                "title": {"ja": "浸水深", "en": "Depth"},
                "column": "A31a_205",
                "type": "integer",
                "codes": [{"value": 1, "label": {"ja": "0.5m未満", "en": "under 0.5 m"}}],
            },
            "consent": {
                "title": {"ja": "同意", "en": "Consent"},
                "column": "同意",
                "audience": "staff",
            },
        },
    }
)
RANK_1 = LegendEntry(
    value=1,
    label={"ja": "0.5m未満", "en": "under 0.5 m"},
    meaning={"ja": "床下", "en": "below the floor"},
    color="#F7F5A9",
    shape="circle",
    glyph="",
)
TROUBLE = Trouble(
    datetime.datetime(2026, 4, 1, 3, 0, tzinfo=datetime.UTC),
    (Problem("error", "no_source", column="source.path", value="flood.geojson"),),
)
PAGE = LayerPage(
    id="flood",
    definition=FLOOD,
    geometry="polygon",
    legend=[RANK_1],
    revision="0123456789abcdef",
    report=Report("flood.geojson", "flood", rows=3, features=2),
    downloads=[Download("GeoJSON", "/layers/flood/export.geojson")],
)


def listed(lang: str) -> RequestList:
    """The list of requests without one."""
    return request_list((), 0, 1, Selection(), translator(lang))


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages(TEST_CITY, {"page.css": "page-HASH.css"})


def layer_page(pages: Pages, lang: str, layer: LayerPage) -> str:
    """The page of a layer that is in no catalogue, and of whose places nobody says their state."""
    states: dict[str, Any] = {"shelters": None, "stated": (), "designation": None}
    return pages.render("layer.html", lang, layer=layer, structured_data="", **states)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_has_script_or_style_of_its_own(pages: Pages, lang: str) -> None:
    summary = LayerSummary(id="flood", definition=FLOOD, features=2)
    broken = LayerSummary(id="lost", definition=None, trouble=TROUBLE)
    groups = [LayerGroup({"ja": "災害", "en": "Disaster"}, [summary]), LayerGroup(None, [broken])]
    rendered = [
        pages.render("layer_list.html", lang, groups=groups),
        layer_page(pages, lang, PAGE),
        layer_page(pages, lang, LayerPage(id="x", definition=None, trouble=TROUBLE)),
        pages.render("error.html", lang, status=404, title="t", message="m", number=None),
        pages.render("requests.html", lang, list=listed(lang), is_moderated=True),
    ]
    for page in rendered:
        assert f'<html lang="{LANGUAGES[lang].tag}">' in page
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)
        assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', page)) == {"https://city.example"}
        assert page.count("<h1") == 1


def test_a_copy_of_the_city_s_own_map_has_a_sheet_to_hand_in() -> None:
    for official in (True, False):
        city = TEST_CITY.model_copy(update={"official": official, "office": None})
        page = Pages(city, {"page.css": "p.css"}).render("request_by_mail.html", "ja")
        assert ("印刷して書き込み、市役所に出してください。" in page) == official
        assert ("________" in page) == official


def test_an_unofficial_site_says_so_and_links_the_official_map(pages: Pages) -> None:
    page = pages.render("requests.html", "ja", list=listed("ja"), is_moderated=True)
    assert "非公式" in page
    assert '<a href="https://city.example/map" rel="external">公式地図</a>' in page
    official = Pages(TEST_CITY.model_copy(update={"official": True}), {"page.css": "p.css"})
    assert "非公式" not in official.render(
        "requests.html", "ja", list=listed("ja"), is_moderated=True
    )


def test_a_layer_is_described_in_words(pages: Pages) -> None:
    page = layer_page(pages, "ja", PAGE)
    for shown in (
        "これは見本データです",
        "洪水（想定最大規模）",
        "&lt;b&gt;説明&lt;/b&gt;",
        'fill="#F7F5A9"',
        "床下",
        "2026年4月1日",
        "0123456789abcdef",
        "すべての行を、問題なく読み取りました",
    ):
        assert shown in page, shown
    assert "同意" not in page


def test_a_sample_says_nothing_about_a_place(pages: Pages) -> None:
    page = layer_page(pages, "ja", PAGE)
    assert "見本データのため、色の有無にかかわらず" in page
    assert "区域の外" not in page


def test_outside_the_zones_of_a_real_layer_is_not_called_safe(pages: Pages) -> None:
    real = FLOOD.model_copy(update={"sample": False})
    page = layer_page(pages, "ja", replace(PAGE, definition=real))
    assert "調査された範囲の中で" in page
    assert "地図で斜線の場所" in page


def test_where_the_survey_is_unknown_the_page_says_so(pages: Pages) -> None:
    unknown = FLOOD.model_copy(update={"sample": False, "surveyed_extent": "unknown"})
    page = layer_page(pages, "ja", replace(PAGE, definition=unknown))
    assert "どの範囲を調べたものかは、このデータからはわかりません" in page
    assert "調査された範囲の中で" not in page


def test_a_layer_that_is_not_served_is_not_read_as_nothing_there(pages: Pages) -> None:
    lost = LayerPage(id="x", definition=None, trouble=TROUBLE)
    page = layer_page(pages, "ja", lost)
    assert "データのフォルダに「flood.geojson」がありません。" in page
    assert "2026年4月1日 12時00分から表示できていません" in page
    assert "「何もない」「危険がない」という意味ではありません" in page
    assert "地図で見る" not in page


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            "ja",
            [
                "新しいデータを読み込めていません",
                "2026年4月1日 12時00分から更新できていません",
                "データのフォルダに「flood.geojson」がありません。",
                "前の版からの変更：追加 3、削除 1、形の変更 2（最大 1,240 m²）、内容の変更 4",
                "地図で見る",
            ],
        ),
        (
            "en",
            [
                "The latest data could not be loaded",
                "not been updated since 1 April 2026, 12:00 Japan time",
                "there is none.",
                "Changes since the previous version: 3 added, 1 removed, 2 of another shape",
            ],
        ),
    ],
)
def test_a_layer_page_says_what_is_wrong_since_when_and_what_changed_last(
    pages: Pages, lang: str, shown: list[str]
) -> None:
    change = Counts("before", 3, 1, 2, 4, 1240.4, "square_metres")
    since = datetime.datetime(2026, 3, 31, 23, 30, tzinfo=datetime.UTC)
    layer = replace(PAGE, trouble=TROUBLE, change=change, since=since)
    page = layer_page(pages, lang, layer)
    for words in shown:
        assert words in page, words
    summary = LayerSummary(id="flood", definition=FLOOD, trouble=TROUBLE, features=2)
    listed = pages.render("layer_list.html", lang, groups=[LayerGroup(None, [summary])])
    assert {"ja": "更新できていません", "en": "Not up to date"}[lang] in listed


def test_a_long_report_is_cut_and_counted(pages: Pages) -> None:
    problems = [Problem("warning", "date", row, "点検日", "昨年") for row in range(2, 62)]
    report = Report("a.csv", "flood", rows=60, features=60, problems=problems)
    page = layer_page(pages, "ja", replace(PAGE, report=report))
    assert page.count('<li class="warning">') == 50
    assert "51行目" in page
    assert "52行目" not in page
    assert "ほか10件" in page


def test_a_page_without_its_context_is_an_error(pages: Pages) -> None:
    with pytest.raises(UndefinedError):
        pages.render("error.html", "ja", status=404)


@pytest.mark.parametrize(
    ("address", "lang", "expected"),
    [
        ("/", "ja", "/?lang=ja"),
        ("/", "en", "/?lang=en"),
        ("/layers?lang=en", "ja", "/layers?lang=ja"),
        ("/requests/1?key=a-b&lang=ja", "en", "/requests/1?key=a-b&lang=en"),
        ("/?q=%E9%81%93&x=", "ja", "/?q=%E9%81%93&x=&lang=ja"),
    ],
)
def test_an_address_keeps_the_language(address: str, lang: str, expected: str) -> None:
    assert with_language(address, lang) == expected


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("*/*", False),
        (None, False),
        ("", False),
        ("application/json", False),
        ("application/json, text/html;q=0.5", False),
        ("application/json;q=0.5, text/html", True),
        ("text/html;q=0", False),
        ("text/html;q=often", False),
        ("TEXT/HTML; charset=utf-8", True),
    ],
)
def test_an_error_is_a_page_for_who_names_it(accept: str | None, page: bool) -> None:
    assert prefers_page(accept) is page


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("*/*", False),  # curl, and what makes previews of links
        (None, False),
        ("", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("application/json", True),
        ("application/json, text/plain, */*", True),  # axios
        ("application/geo+json, application/json;q=0.9", True),
        ("application/json, text/html;q=0.5", True),
        ("application/json;q=0.5, text/html", False),
        ("application/json;q=0", False),
        ("application/json, text/html", False),
    ],
)
def test_what_has_both_is_json_for_who_names_it(accept: str | None, json: bool) -> None:
    assert prefers_json(accept) is json


@pytest.mark.parametrize(
    ("color", "ink"), [("#F7F5A9", "#000000"), ("#16385c", "#ffffff"), ("#ff0000", "#000000")]
)
def test_a_glyph_reads_on_its_color(color: str, ink: str) -> None:
    assert ink_on(color) == ink


def test_a_bundle_that_is_not_whole_says_what_builds_it(tmp_path: Path) -> None:
    with pytest.raises(BundleMissing, match="make serve"):
        StaticFiles.load(tmp_path)
    manifest = tmp_path / "manifest.json"
    files = {entry: f"hashed-{entry}" for entry in ENTRIES}
    manifest.write_text(json.dumps(files))
    with pytest.raises(BundleMissing, match=r"no file for map\.js"):
        StaticFiles.load(tmp_path)
    for name in files.values():
        (tmp_path / name).touch()
    assert StaticFiles.load(tmp_path)["page.css"] == "hashed-page.css"
