"""How a static copy spells addresses, and what it makes of them in pages and scripts."""

from __future__ import annotations

import pytest

from server.build.rewriting import Rewriting
from server.build.spelling import Address, Spelling

AT = "https://map.example.jp"
KNOWN = {
    Address(path, lang)
    for path in ("/", "/here", "/layers", "/layers/flood", "/light", "/requests/new")
    for lang in ("ja", "en")
} | {
    Address("/light", "en", rest=(("hazard", "flood"),)),
    Address("/base.geojson", revision="1a"),
    Address("/layers/flood/export.csv"),
    Address("/layers/flood", rest=(("f", "json"),)),
}  # fmt: skip
SPELLING = Spelling(KNOWN, {"/map.0123.js": "/map.abcd.js"})


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/", "/"),
        ("/?lang=en", "/en/index.html"),
        ("/?layers=flood&at=16/35.8/139.6&lang=en", "/en/index.html?layers=flood&at=16/35.8/139.6"),
        ("/layers", "/ja/layers.html"),
        ("/layers/flood?lang=en#change", "/en/layers/flood.html#change"),
        ("/layers/flood?f=json", "/layers/flood.json"),
        ("/layers/flood/export.csv", "/layers/flood/export.csv"),
        ("/light?hazard=flood&lang=en", "/en/light/hazard=flood.html"),
        ("/light?hazard=tsunami&lang=en", None),
        ("/here?lat=35.8&lon=139.6&lang=ja", "/ja/here.html?lat=35.8&lon=139.6"),
        ("/base.geojson?v=1a", "/v/1a/base.geojson"),
        ("/base.geojson?v=2b", None),
        (
            "/tiles/flood/{z}/{x}/{y}.geojson?v=1a",
            "/v/1a/tiles/flood/{z}/{x}/{y}.geojson",
        ),
        ("/language?lang=en&to=%2Flayers%2Fflood", "/en/layers/flood.html"),
        ("/requests/new?kind=correction&lang=en", "/en/requests/new.html?kind=correction"),
        ("/map.0123.js", "/map.abcd.js"),
        ("/search?q=x", None),
    ],
)
def test_an_address_is_a_file_of_the_copy(address: str, link: str | None) -> None:
    assert SPELLING.link(address) == link


def test_a_page_leads_only_to_what_the_copy_has() -> None:
    page = (
        '<html lang="en"><li><a href="/towns?lang=en">Sheets</a></li>'
        '<p>See <a class="x" href="/search">the search</a>.</p>'
        '<a href="https://example.jp/search">there</a>'
        '<form action="/search"></form><form action="/here"></form>'
        '<meta content="https://map.example.jp/?lang=en">'
        '<p data-config="{&#34;here&#34;:&#34;/here?lang=en&#34;}"></p></html>'
    )
    rewriting = Rewriting(SPELLING, AT, "/static/answers.js")
    assert rewriting.page(page.encode(), "en").decode() == (
        '<html data-answers="/static/answers.js" lang="en">'
        "<li><a data-service hidden>Sheets</a></li>"
        '<p>See <a class="x">the search</a>.</p>'
        '<a href="https://example.jp/search">there</a>'
        '<form action="/en/index.html"></form><form action="/en/here.html"></form>'
        '<meta content="https://map.example.jp/en/index.html">'
        '<p data-config="{&quot;here&quot;:&quot;/en/here.html&quot;}"></p></html>'
    )


def test_a_script_is_told_of_the_tiles_there_are() -> None:
    rewriting = Rewriting(SPELLING, AT, "")
    script = b'{"id":"flood","tiles":"/tiles/flood/{z}/{x}/{y}.geojson?v=1a","to":"/nothing"}'
    assert rewriting.script(script) == (
        b'{"id":"flood","tiles":"/v/1a/tiles/flood/{z}/{x}/{y}.geojson",'
        b'"tileIndex":"/v/1a/tiles/flood/index.json","to":"/nothing"}'
    )


def test_a_document_names_addresses_in_the_copy() -> None:
    rewriting = Rewriting(SPELLING, AT, "")
    document = f"<loc>{AT}/layers?lang=en</loc><a>{AT}/ogc?a=1&amp;b=2</a><{AT}/layers/flood>"
    assert rewriting.document(document.encode()).decode() == (
        f"<loc>{AT}/en/layers.html</loc><a>{AT}/ogc?a=1&amp;b=2</a><{AT}/ja/layers/flood.html>"
    )
