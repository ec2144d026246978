"""The cautions due for layers that are shown together, and that every output holds them."""

from __future__ import annotations

import shutil
from copy import copy
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.query.towns import towns
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.values import Hazard
from server.app import create_app
from server.printing import share_picture, town_sheet
from server.printing.typesetter import Sheet
from server.settings import Settings
from server.texts import LANGUAGES, plain, to_html, translator
from server.texts.cautions import cautions, usage

OPENING = "開設状況は市の発表を確認してください"
DEPTHS = "水深は想定にもとづく目安です"
BEYOND = "区域の外でも浸水することがあります。"
UNDESIGNATED = "「指定緊急避難場所」には、「洪水」について指定されていない場所もあります"
SAMPLE = "見本データを表示中。"
ONLY = "洪水について指定されているものだけ"
UNREVIEWED = "まだ人による確認を"
SHOWN = "layers=flood,emergency_sites"


def page(client: TestClient, address: str) -> str:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, address
    return unescape(answer.text)


@pytest.fixture(scope="module")
def real_flood(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The city as if its flood zones were no sample."""
    folder = tmp_path_factory.mktemp("real")
    definitions = Path(shutil.copytree(BUNDLED_DEFINITIONS, folder / "definitions"))
    flood = definitions / "flood.toml"
    flood.write_text(flood.read_text("utf-8").replace("sample = true\n", ""), "utf-8")
    return TestClient(create_app(Settings(home=folder / "home", definitions=definitions)))


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


@pytest.mark.parametrize(
    "address", ["/?lang=ja", f"/?lang=ja&{SHOWN}&embed=1", f"/offline/map?lang=ja&{SHOWN}"]
)
def test_the_map_also_embedded_and_saved_holds_them(asaka_client: TestClient, address: str) -> None:
    content = page(asaka_client, address)
    for words in (OPENING, DEPTHS, BEYOND, UNDESIGNATED, SAMPLE):
        assert words in content, words
    bar = 'data-layers="emergency_sites" data-zones="flood" data-disaster="flood">' + UNDESIGNATED
    assert bar in content


def test_the_card_is_handed_them(asaka_client: TestClient) -> None:
    script = page(asaka_client, "/?lang=ja").partition('<script src="/map')[2].partition('"')[0]
    content = asaka_client.get(f"/map{script}").text
    for words in (OPENING, DEPTHS, "この場所については何も示しません"):
        assert words in content, words


def test_the_print_sheet_holds_them(asaka_client: TestClient) -> None:
    content = page(asaka_client, f"/print?lang=ja&{SHOWN}")
    for words in (OPENING, DEPTHS, BEYOND, UNDESIGNATED, SAMPLE, "まだ人による確認を"):
        assert content.count(words) == 1 or words == BEYOND, words


def test_the_share_picture_holds_them(
    unasked_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = typeset(monkeypatch, share_picture)
    unasked_client.get(f"/og.png?lang=ja&{SHOWN}&at=15.3/35.8111/139.6011")
    content = "".join(documents[0]["warnings"] + documents[0]["notes"])
    for words in (OPENING, DEPTHS, BEYOND, UNDESIGNATED, SAMPLE, "まだ人による確認を"):
        assert words in content, words


def test_a_neighbourhood_pdf_holds_them(
    asaka: Catalog, unasked_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = typeset(monkeypatch, town_sheet)
    town = [*towns(asaka)][-1]
    unasked_client.get(f"/towns/{town.name}.pdf?lang=ja")
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
    assert SAMPLE in flood


def test_a_search_result_holds_them(asaka_client: TestClient) -> None:
    assert OPENING in page(asaka_client, "/search?lang=ja&q=栄町保育園")
    answer = asaka_client.get("/search?lang=ja&q=栄町保育園&f=json").json()
    (sites,) = [group for group in answer["groups"] if group["layer"] == "emergency_sites"]
    assert OPENING in "".join(sites["cautions"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_layers_page_holds_all_of_its_own(
    asaka: Catalog, asaka_client: TestClient, lang: str
) -> None:
    for layer in asaka.layers.values():
        content = page(asaka_client, f"/layers/{layer.id}?lang={lang}")
        for caution in cautions((layer,), (), lang, translator(lang)):
            assert unescape(to_html(caution.text)) in content, (layer.id, caution.kind)


@pytest.mark.parametrize("state", ["inside", "outside"])
def test_what_is_known_of_a_place_holds_them(real_flood: TestClient, state: str) -> None:
    lat, lon = {"inside": (35.8255, 139.6058), "outside": (35.7870, 139.6000)}[state]
    address = f"/here?lang=ja&lat={lat}&lon={lon}&hazard=flood"
    answer = real_flood.get(f"{address}&f=json").json()
    (flood,), (sites,) = answer["hazards"], answer["sites"]
    assert flood["state"] == state
    content = page(real_flood, address)
    text = content.partition('<details id="as-text">')[2]
    assert DEPTHS in "".join(flood["cautions"])
    assert BEYOND in "".join([flood["text"], *flood["cautions"]])
    assert OPENING in "".join(sites["cautions"])
    for words in (DEPTHS, BEYOND, OPENING, ONLY, UNREVIEWED):
        assert content.count(words) >= 2, words
        assert words in text, words


def test_where_no_site_is_named_it_still_says_that_openings_are_announced(
    asaka_client: TestClient,
) -> None:
    for disaster in ("", "&hazard=large_fire"):
        content = page(asaka_client, f"/here?lang=ja&lat=35.797&lon=139.593{disaster}")
        assert OPENING in content


def test_places_without_a_note_of_their_own_carry_the_least_that_must_be_said(
    asaka: Catalog,
) -> None:
    _ = translator("ja")
    sites = asaka.layers["emergency_sites"].definition.model_copy(update={"usage_note": None})
    assert OPENING in usage(sites, "ja", _)
    hydrants = asaka.layers["hydrants"].definition.model_copy(update={"usage_note": None})
    assert usage(hydrants, "ja", _) == ""


def test_beside_a_reservoirs_zones_no_symbol_is_said_to_be_about_it(asaka: Catalog) -> None:
    """Places are designated for no such kind: see `layers.catalog.designations`."""
    reservoir = copy(asaka.layers["flood"].revision)
    reservoir.definition = reservoir.definition.model_copy(
        update={"hazard": Hazard.RESERVOIR_FLOOD}
    )
    layers = [Layer(reservoir), asaka.layers["emergency_sites"]]

    def designations(*disasters: Any) -> str:
        due = cautions(layers, disasters, "ja", translator("ja"))
        return plain("".join(each.text for each in due if each.kind == "designation"))

    assert UNDESIGNATED in designations()
    for words in (designations(), designations("flood")):
        assert "「ため池」という種類の指定はありません。記号は「洪水」の指定" in words
