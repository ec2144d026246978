"""The cautions due for layers that are shown together, and that every output holds them."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.query.towns import towns
from server.printing import share_picture, town_sheet
from server.printing.typesetter import Sheet
from server.texts import LANGUAGES, plain, translator
from server.texts.cautions import cautions

OPENING = "開設状況は市の発表を確認してください"
DEPTHS = "水深は想定にもとづく目安です"
BEYOND = "区域の外でも浸水することがあります。"
UNDESIGNATED = "「指定緊急避難場所」には、「洪水」について指定されていない場所もあります"
SAMPLE = "見本データを表示中。"
SHOWN = "layers=flood,emergency_sites"


def page(client: TestClient, address: str) -> str:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, address
    return unescape(answer.text)


def typeset(monkeypatch: pytest.MonkeyPatch, module: Any) -> list[dict[str, Any]]:
    """The words of every sheet that the module hands to the typesetter from now on."""
    documents: list[dict[str, Any]] = []

    def keep(template: str, kind: Any, words: dict[str, Any], *rest: Any) -> Sheet:
        documents.append(words)
        return Sheet(template, kind, words, *rest)

    monkeypatch.setattr(module, "Sheet", keep)
    return documents


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_sentence_is_said_once_and_the_most_urgent_first(asaka: Catalog, lang: str) -> None:
    due = cautions([*asaka.layers.values()], (), lang, translator(lang))
    texts = [caution.text for caution in due]
    assert len(set(texts)) == len(texts)
    kinds = list(dict.fromkeys(caution.kind for caution in due))
    assert kinds == ["sample", "designation", "zones", "hatch", "usage", "review"]


def test_only_what_is_shown_together_is_cautioned_about(asaka: Catalog) -> None:
    flood, sites = asaka.layers["flood"], asaka.layers["emergency_sites"]
    _ = translator("ja")

    def said(*layers: Any, disasters: Any = ()) -> str:
        return plain("".join(each.text for each in cautions(layers, disasters, "ja", _)))

    assert UNDESIGNATED in said(flood, sites)
    assert UNDESIGNATED not in said(flood)
    assert UNDESIGNATED not in said(sites)
    assert UNDESIGNATED in said(flood, sites, disasters=("earthquake",))
    assert UNDESIGNATED not in said(flood, sites, disasters=("flood",))
    chosen = _("{title}: only places designated for {disasters} are shown.")
    only = chosen.format(title="指定緊急避難場所", disasters="洪水")
    assert only in said(flood, sites, disasters=("flood",))


def test_where_no_place_is_designated_it_says_so(yaizu: Catalog) -> None:
    layers = [yaizu.layers["flood"], yaizu.layers["emergency_sites"]]
    due = cautions(layers, (), "ja", translator("ja"))
    (text,) = [plain(caution.text) for caution in due if caution.kind == "designation"]
    assert "内水氾濫" in text


@pytest.mark.parametrize("address", ["/?lang=ja", f"/offline/map?lang=ja&{SHOWN}"])
def test_the_map_and_the_saved_map_hold_them(asaka_client: TestClient, address: str) -> None:
    content = page(asaka_client, address)
    for words in (OPENING, DEPTHS, BEYOND, UNDESIGNATED, SAMPLE):
        assert words in content, words
    bar = 'data-layers="emergency_sites" data-zones="flood" data-disaster="flood">' + UNDESIGNATED
    assert bar in content


def test_the_popup_is_handed_them(asaka_client: TestClient) -> None:
    script = page(asaka_client, "/?lang=ja").partition('<script src="/map')[2].partition('"')[0]
    content = asaka_client.get(f"/map{script}").text
    for words in (OPENING, DEPTHS, "この場所については何も示しません"):
        assert words in content, words


def test_the_print_sheet_holds_them(asaka_client: TestClient) -> None:
    content = page(asaka_client, f"/print?lang=ja&{SHOWN}")
    for words in (OPENING, DEPTHS, BEYOND, UNDESIGNATED, SAMPLE, "まだ人による確認を"):
        assert content.count(words) == 1 or words == BEYOND, words


def test_the_share_picture_holds_them(
    asaka_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = typeset(monkeypatch, share_picture)
    # An address of its own: a picture that is kept is not made again.
    asaka_client.get(f"/og.png?lang=ja&{SHOWN}&at=15.3/35.8111/139.6011")
    content = "".join(documents[0]["warnings"] + documents[0]["notes"])
    for words in (OPENING, DEPTHS, BEYOND, UNDESIGNATED, SAMPLE, "まだ人による確認を"):
        assert words in content, words


def test_a_neighbourhood_pdf_holds_them(
    asaka: Catalog, asaka_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = typeset(monkeypatch, town_sheet)
    town = [*towns(asaka)][-1]  # a sheet that is kept is not made again
    asaka_client.get(f"/towns/{town.name}.pdf?lang=ja")
    content = "".join(documents[0]["warnings"] + documents[0]["notes"])
    for words in (OPENING, DEPTHS, BEYOND, UNDESIGNATED, SAMPLE, "まだ人による確認を"):
        assert words in content, words


@pytest.mark.parametrize("hazard", ["", "flood", "large_fire"])
def test_the_light_form_holds_them(asaka_client: TestClient, hazard: str) -> None:
    content = page(asaka_client, f"/light?lang=ja&hazard={hazard}")
    assert (
        content.count("指定されている場所です。開設状況は市の発表を確認してください。災害の") == 1
    )
    assert DEPTHS in content
    assert BEYOND in content


def test_a_table_holds_them(asaka_client: TestClient) -> None:
    assert OPENING in page(asaka_client, "/layers/emergency_sites/table?lang=ja")
    flood = page(asaka_client, "/layers/flood/table?lang=ja")
    assert DEPTHS in flood
    assert BEYOND in flood


def test_a_search_result_holds_them(asaka_client: TestClient) -> None:
    assert OPENING in page(asaka_client, "/search?lang=ja&q=栄町保育園")
    answer = asaka_client.get("/search?lang=ja&q=栄町保育園&f=json").json()
    (sites,) = [group for group in answer["groups"] if group["layer"] == "emergency_sites"]
    assert OPENING in "".join(sites["cautions"])
