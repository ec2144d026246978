"""`/here` over HTTP: as a page and as JSON, in both languages, and when asked wrongly."""

from __future__ import annotations

import math
from html import unescape
from pathlib import Path

import pytest
import shapely
import shapely.geometry
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.query.here import telephone_of
from server.app import create_app
from server.settings import Settings
from server.texts.marks import ANY, plain
from tests.conftest import YAIZU

PAGE = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
ASAKA = "/here?lat=35.797&lon=139.593"
FLOODED = "/here?lat=34.8431&lon=138.3239"


@pytest.fixture(scope="module")
def yaizu_client(yaizu: Catalog, shared: Path, home: Path) -> TestClient:
    assert yaizu.layers
    settings = Settings(definitions=YAIZU, data=shared / "yaizu", home=home / "yaizu")
    return TestClient(create_app(settings))


def test_a_sample_makes_no_statement_and_says_so(asaka_client: TestClient) -> None:
    answer = asaka_client.get(ASAKA, headers=JSON).json()
    assert [(one["layer"], one["state"]) for one in answer["hazards"]] == [("flood", "sample")]
    assert answer["hazards"][0]["text"] == "見本データのため、この場所については何も示しません。"
    assert answer["hazards"][0]["lines"] == []
    assert {one["state"] for one in answer["facilities"]} == {"sample"}


def test_sites_are_named_for_the_chosen_disaster_with_distance_and_direction(
    asaka_client: TestClient,
) -> None:
    assert asaka_client.get(ASAKA, headers=JSON).json()["sites"][0]["state"] == "choose"
    (sites,) = asaka_client.get(f"{ASAKA}&hazard=flood", headers=JSON).json()["sites"]
    assert sites["layer"] == "emergency_sites"
    assert len(sites["places"]) == len(sites["lines"]) == 3
    assert sites["lines"][0].startswith(sites["places"][0]["name"] + "：")
    assert "へ約" in sites["lines"][0]
    assert (
        sites["cautions"][0]
        == "指定緊急避難場所：洪水について指定されているものだけを表示しています。"
    )
    assert "開設状況は市の発表を確認してください" in sites["cautions"][1]
    assert "国土地理院" in sites["source"]
    assert sites["date"] == "2025年10月27日"


def test_a_disaster_nothing_is_designated_for_is_said_so(asaka_client: TestClient) -> None:
    (sites,) = asaka_client.get(f"{ASAKA}&hazard=large_fire", headers=JSON).json()["sites"]
    assert (sites["state"], sites["places"]) == ("none", [])
    assert sites["text"] == "この災害の指定はこのデータにありません。"


def test_shelters_are_never_named_as_places_to_flee_to(asaka_client: TestClient) -> None:
    for disaster in ("", "&hazard=flood", "&hazard=earthquake"):
        answer = asaka_client.get(f"{ASAKA}{disaster}", headers=JSON).json()
        layers = {one["layer"] for part in ("sites", "facilities") for one in answer[part]}
        assert "evacuation_shelters" not in layers


def test_the_page_says_the_same_in_both_languages_without_script(asaka_client: TestClient) -> None:
    page = asaka_client.get(f"{ASAKA}&hazard=flood", headers=PAGE)
    assert page.headers["content-type"].startswith("text/html")
    (sites,) = asaka_client.get(f"{ASAKA}&hazard=flood", headers=JSON).json()["sites"]
    for line in sites["lines"]:
        assert line in page.text
    assert 'aria-live="polite"' in page.text
    assert page.text.count("<script") == 1  # of what only the device can do: copying and the like
    english = asaka_client.get(f"{ASAKA}&hazard=flood&lang=en", headers=PAGE).text
    assert "Disaster information for this place" in english
    assert "about" in english


def test_nothing_of_it_is_stored(asaka_client: TestClient) -> None:
    for headers in (JSON, PAGE):
        answer = asaka_client.get(ASAKA, headers=headers)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "Accept" in answer.headers["vary"]


def test_without_a_place_the_page_asks_for_one(asaka_client: TestClient) -> None:
    page = asaka_client.get("/here", headers=PAGE)
    assert page.status_code == 200
    assert "緯度と経度を入力してください" in page.text
    assert asaka_client.get("/here", headers=JSON).status_code == 400
    assert asaka_client.get("/here?f=json").status_code == 400


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("lat=35.8", "lon is missing; wanted both lat and lon"),
        ("lat=abc&lon=139.6", "lat is 'abc'"),
        ("lat=nan&lon=139.6", "lat is 'nan'"),
        ("lat=91&lon=139.6", "lat is '91'"),
        ("lat=35.8&lon=1e999", "lon is '1e999'"),
        ("lat=35.8&lon=139.6&hazard=war", "hazard is 'war'"),
        ("lat=35.8&lon=139.6&radius=-1", "radius is '-1'"),
        ("lat=35.8&lon=139.6&f=xml", "f is 'xml'"),
    ],
)
def test_a_wrong_value_is_named(asaka_client: TestClient, query: str, said: str) -> None:
    answer = asaka_client.get(f"/here?{query}")
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert asaka_client.get(f"/here?{query}", headers=PAGE).status_code == 400


def test_a_program_is_told_of_a_misspelt_parameter_and_a_page_opens(
    asaka_client: TestClient,
) -> None:
    misspelt = f"{ASAKA}&radus=300"
    answer = asaka_client.get(misspelt, headers=JSON)
    assert answer.status_code == 400
    detail = answer.json()["detail"]
    assert detail.startswith("radus is no parameter of this address; wanted one of lat, lon,")
    assert asaka_client.get(f"{ASAKA}&fbclid=abc", headers=PAGE).status_code == 200


def test_a_field_that_a_form_left_empty_asks_for_nothing(asaka_client: TestClient) -> None:
    empty = asaka_client.get(f"{ASAKA}&radius=&hazard=", headers=JSON)
    assert empty.json() == asaka_client.get(ASAKA, headers=JSON).json()


def test_a_place_far_away_is_said_to_be_outside_the_city(asaka_client: TestClient) -> None:
    answer = asaka_client.get("/here?lat=-33.9&lon=18.4", headers=JSON).json()
    assert answer["in_city"] is False
    assert "市外" in answer["notes"][0]


def test_the_place_and_the_sites_open_in_other_maps_without_asking_them(
    asaka_client: TestClient,
) -> None:
    page = asaka_client.get(f"{ASAKA}&hazard=flood", headers=PAGE).text
    assert page.count('href="geo:') == page.count('href="https://maps.gsi.go.jp/#16/') == 4
    assert 'href="geo:35.797,139.593?q=35.797,139.593"' in page
    assert page.count('rel="external noreferrer"') == 4


def test_the_text_to_copy_holds_every_statement_with_source_and_date(
    asaka_client: TestClient,
) -> None:
    answer = asaka_client.get(f"{ASAKA}&hazard=flood", headers=JSON).json()
    page = asaka_client.get(f"{ASAKA}&hazard=flood", headers=PAGE).text
    text = unescape(page.split("<pre>")[1].split("</pre>")[0])
    for one in (*answer["hazards"], *answer["sites"], *answer["facilities"]):
        for said in (one["title"], *one["lines"], one["text"], one["source"], one["date"]):
            assert said in text
    assert "緯度 35.797" in text


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("048-463-1111", "048-463-1111"),
        ("０４８－４６３－１１１１", "048-463-1111"),
        ("内線 12", None),
    ],
)
def test_a_published_telephone_can_be_called(said: str, number: str | None) -> None:
    assert telephone_of({"phone": said}) == number


def test_an_inexact_position_is_said_to_be_so(asaka_client: TestClient) -> None:
    assert "約300m" in asaka_client.get(f"{ASAKA}&radius=300", headers=JSON).json()["notes"][0]


@pytest.mark.shared
def test_a_real_zone_is_said_with_its_depth_and_what_it_means(yaizu_client: TestClient) -> None:
    layer = yaizu_client.get("/layers/flood/export.geojson").json()["features"]
    deepest = max(layer, key=lambda feature: feature["properties"]["rank"])
    inside = shapely.geometry.shape(deepest["geometry"]).representative_point()
    ((longitude, latitude),) = shapely.get_coordinates(inside)
    answer = yaizu_client.get(f"/here?lat={latitude}&lon={longitude}&f=json").json()
    (flood,) = answer["hazards"]
    assert flood["state"] == "inside"
    assert flood["lines"] == [
        "5m以上10m未満（目安：3階の床上から4階の軒下まで浸水。資料の表記は「5.0~10.0m未満の区域」）"
    ]
    (zone,) = flood["zones"]
    assert (zone["depth_m"], zone["original"]) == ([5.0, 10.0], "5.0~10.0m未満の区域")
    opening = "この場所は、雨水出水（内水）浸水想定区域（想定最大規模）の中です。"
    assert flood["text"] == opening
    assert any(caution.startswith("水深は想定に") for caution in flood["cautions"])


@pytest.mark.shared
def test_a_real_place_that_nobody_surveyed_is_not_called_safe(yaizu_client: TestClient) -> None:
    (flood,) = yaizu_client.get("/here?lat=34.9&lon=138.25", headers=JSON).json()["hazards"]
    assert flood["state"] == "not_surveyed"
    assert "浸水しないという意味ではありません" in flood["text"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lat=abc", "緯度の「abc」は使えません。-85から85までの数字を書いてください。"),
        ("lat=abc&lon=139.6", "緯度の「abc」は使えません。"),
        ("lat=35.8", "経度がありません。"),
        ("lat=35.8&lon=1396", "経度の「1396」は使えません。-180から180までの数字を"),
        ("lat=35.8&lon=139.6&hazard=rain", "hazardの「rain」は使えません。次のどれかを"),
        ("lat=%3Cb%3E&lon=1", "緯度の「&lt;b&gt;」は使えません。"),
    ],
)
def test_a_page_says_which_value_is_wrong_and_what_to_write(
    asaka_client: TestClient, query: str, words: str
) -> None:
    page = asaka_client.get(f"/here?{query}", headers=PAGE)
    assert page.status_code == 400
    assert words in page.text


def test_a_program_is_told_the_wrong_value_before_the_missing_one(
    asaka_client: TestClient,
) -> None:
    detail = asaka_client.get("/here?lat=abc", headers=JSON).json()["detail"]
    assert detail == "lat is 'abc'; wanted a number from -85 to 85"


def test_how_long_a_place_may_be_on_foot_is_said_with_its_rule(asaka_client: TestClient) -> None:
    (sites,) = asaka_client.get(f"{ASAKA}&hazard=flood", headers=JSON).json()["sites"]
    for place, line in zip(sites["places"], sites["lines"], strict=True):
        minutes = math.ceil(place["metres"] * 1.3 / 60)
        assert place["walk"] == f"徒歩の目安 約{minutes}分"
        assert line.endswith(f"（直線）、{place['walk']}")
        assert line.startswith(f"{place['name']}：{place['direction']}へ約{place['distance']}")
    assert sites["text"].startswith("徒歩の目安は、直線距離の1.3倍を毎分60mで歩いた時間です。")


def test_the_answer_says_where_the_place_is(asaka_client: TestClient) -> None:
    here = "/here?lat=35.7934&lon=139.5942"
    assert asaka_client.get(here, headers=JSON).json()["near"] == "青葉台一丁目、朝霞シンボルロード"
    assert asaka_client.get("/here?lat=35.69&lon=139.70", headers=JSON).json()["near"] == ""


def test_the_map_is_told_how_words_are_read_and_programs_are_not(
    asaka_client: TestClient,
) -> None:
    plain_answer = asaka_client.get(f"{ASAKA}&lang=ja-x-easy", headers=JSON).json()
    marked_answer = asaka_client.get(f"{ASAKA}&lang=ja-x-easy&marks=1", headers=JSON).json()
    (text, marked) = (each["hazards"][0]["text"] for each in (plain_answer, marked_answer))
    assert ANY.search(text) is None
    assert ANY.search(marked) is not None
    assert plain(marked) == text
    assert asaka_client.get(f"{ASAKA}&f=json&marks=2").status_code == 400
