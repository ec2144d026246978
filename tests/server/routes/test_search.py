"""`/search` over HTTP: as a page without script and as JSON, and the index the map searches."""

from __future__ import annotations

import logging
import re
from html import unescape
from pathlib import Path

import orjson
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.settings import Settings
from tests.conftest import YAIZU

PAGE = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def yaizu_client(yaizu: Catalog, shared: Path, home: Path) -> TestClient:
    assert yaizu.layers
    settings = Settings(definitions=YAIZU, data=shared / "yaizu", home=home / "yaizu")
    return TestClient(create_app(settings))


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def test_an_address_leads_to_its_town_with_its_doubt(asaka_client: TestClient) -> None:
    (group,) = asaka_client.get("/search", params={"q": "朝志ヶ丘1-2-3", "f": "json"}).json()[
        "groups"
    ]
    (town,) = group["results"]
    assert (group["kind"], town["name"], town["radius_m"]) == ("town", "朝志ケ丘一丁目", 500)
    assert "正確な位置ではなく、500m" in town["note"]
    assert town["here"] == "/here?lat=35.81884&lon=139.5826&radius=500&lang=ja"
    answer = asaka_client.get(town["here"], headers=JSON).json()
    assert "約500m" in answer["notes"][0]


def test_the_page_says_the_same_and_leads_on(asaka_client: TestClient) -> None:
    for lang in ("ja", "en"):
        query = {"q": "溝沼", "lang": lang}
        page = asaka_client.get("/search", params=query, headers=PAGE)
        assert page.headers["content-type"].startswith("text/html")
        assert "<script" not in page.text
        said = asaka_client.get("/search", params={**query, "f": "json"}).json()
        assert len(said["groups"]) > 2
        text = unescape(page.text)
        for group in said["groups"]:
            assert group["title"] in text
            for result in group["results"]:
                assert result["name"] in text
                assert result["note"] in text
                assert {result["here"], result["map"]} <= set(links(page.text))
                assert asaka_client.get(result["here"]).status_code == 200
                assert ("lang=en" in result["map"]) == (lang == "en")


def test_no_sample_is_named_and_where_nothing_is_found_it_says_why(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    groups = asaka_client.get("/search?q=朝志ヶ丘&f=json").json()["groups"]
    assert [group["layer"] for group in groups] == [None, "emergency_sites", "evacuation_shelters"]
    for layer_id, label in (("extinguishers", "place"), ("crime_prevention", "name")):
        name = max(asaka.layer(layer_id).revision.features()[label], key=len)
        page = asaka_client.get("/search", params={"q": name}, headers=PAGE).text
        assert "「街角消火器」は見本データのため、検索の対象にしていません。" in page
        answer = asaka_client.get("/search", params={"q": name, "f": "json"}).json()
        assert layer_id not in [group["layer"] for group in answer["groups"]]


def test_nothing_found_says_what_to_do(asaka_client: TestClient) -> None:
    page = asaka_client.get("/search?q=<script>alert(1)</script>", headers=PAGE).text
    assert "見つかりませんでした" in page
    assert "<script" not in page
    assert asaka_client.get("/search?q=nowhere&f=json").json()["groups"] == []


def test_neither_query_nor_answer_is_kept(
    asaka_client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="server"):
        for headers in (JSON, PAGE):
            answer = asaka_client.get("/search?q=栄町1-5-43", headers=headers)
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "Accept" in answer.headers["vary"]
    assert caplog.records == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=" + "a" * 101, "q is too long; wanted at most 100 characters"),
        ("", "q is missing"),
        ("q=%20", "q is missing"),
        ("q=a&f=xml", "f is 'xml'"),
        ("q=a&query=b", "query is no parameter of this address"),
    ],
)
def test_a_wrong_query_is_named(asaka_client: TestClient, query: str, said: str) -> None:
    answer = asaka_client.get(f"/search?{query}", headers=JSON)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_a_link_with_the_parameter_of_a_tracker_opens_the_page(asaka_client: TestClient) -> None:
    assert asaka_client.get("/search?q=a&fbclid=b", headers=PAGE).status_code == 200


def test_without_a_query_the_page_is_a_form(asaka_client: TestClient) -> None:
    page = asaka_client.get("/search", headers=PAGE)
    assert page.status_code == 200
    assert 'name="q"' in page.text


def test_the_index_keeps_as_long_as_it_is_the_one_served(asaka_client: TestClient) -> None:
    script = asaka_client.get("/").text
    name = re.search(r"/map\.[0-9a-f]+\.js", script)
    assert name
    address = re.search(r"/search/index\.json\?v=[0-9a-f]+", asaka_client.get(name[0]).text)
    assert address
    answer = asaka_client.get(address[0])
    assert "immutable" in answer.headers["cache-control"]
    assert asaka_client.get("/search/index.json").headers["cache-control"] == "no-cache"
    assert asaka_client.get("/search/index.json?v=old").headers["cache-control"] == "no-store"
    etag = {"If-None-Match": answer.headers["etag"]}
    assert asaka_client.get(address[0], headers=etag).status_code == 304
    assert set(orjson.loads(answer.content)) == {
        "rules", "city", "prefecture", "cityWords", "neighbours", "towns", "readings",
        "hasPostcodes", "otherPostcodes", "places", "layers", "samples",
    }  # fmt: skip


def test_a_postcode_a_station_and_an_office_have_groups_of_their_own(
    asaka_client: TestClient,
) -> None:
    for query, kind, title, name, radius in (
        ("351-0012", "town", "町丁目・住所", "栄町一丁目", 500),
        ("asakadai", "station", "駅", "朝霞台駅", 0),
        ("市役所", "office", "専用の郵便番号がある事業所", "朝霞市役所", 500),
    ):
        (group,) = asaka_client.get("/search", params={"q": query, "f": "json"}).json()["groups"]
        result = group["results"][0]
        assert (group["kind"], group["title"]) == (kind, title)
        assert (result["name"], result["radius_m"]) == (name, radius)
        assert ("正確な位置ではなく" in result["note"]) == (radius > 0)
    (group,) = asaka_client.get("/search?q=黒目川&f=json").json()["groups"]
    assert group["results"][0]["note"] == "途中の1点"


def test_a_layer_that_is_called_leads_to_the_map_with_it(asaka_client: TestClient) -> None:
    answer = asaka_client.get("/search?q=避難所&f=json").json()
    assert answer["layers"] == [
        {
            "id": "evacuation_shelters",
            "title": "指定避難所",
            "map": "/?layers=evacuation_shelters&lang=ja",
        }
    ]
    page = asaka_client.get("/search?q=避難所&lang=en", headers=PAGE).text
    assert "/?layers=evacuation_shelters&lang=en" in links(page)
    assert "Designated evacuation shelters" in page


def test_another_citys_address_is_said_to_lie_outside_and_what_can_be_done(
    asaka_client: TestClient,
) -> None:
    for query, place in (("和光市本町1-1", "和光市"), ("351-0113", "〒351-0113")):
        (note,) = asaka_client.get("/search", params={"q": query, "f": "json"}).json()["notes"]
        assert f"「{place}」は、この地図の範囲（朝霞市）の外です" in note
        assert "市区町村のホームページ" in note
    page = asaka_client.get("/search?q=東京都練馬区大泉町1&lang=en", headers=PAGE).text
    assert '“<span lang="ja">東京都練馬区</span>” is not in the area of this map' in page
    assert "Nothing found" not in page


def test_a_sample_that_is_called_says_that_it_is_one(asaka_client: TestClient) -> None:
    answer = asaka_client.get("/search?q=消火栓&f=json").json()
    assert (answer["layers"], answer["groups"]) == ([], [])
    assert answer["notes"] == [
        "「消防水利（消火栓・防火水そう）」は見本データのため、検索の対象にしていません。"
    ]


@pytest.mark.shared
def test_without_postcodes_that_is_said(yaizu_client: TestClient) -> None:
    (note,) = yaizu_client.get("/search?q=425-0022&f=json").json()["notes"]
    assert "郵便番号の一覧がありません" in note


@pytest.mark.shared
def test_a_real_citys_names_are_found_and_addresses_refused_in_words(
    yaizu_client: TestClient,
) -> None:
    found = yaizu_client.get("/search?q=市役所 本館&f=json").json()["groups"]
    assert "aed" in [group["layer"] for group in found]
    page = yaizu_client.get("/search?q=本町999", headers=PAGE).text
    assert "町丁目の一覧がないため、住所では検索できません" in page
