"""Places are found however they are written, and the browser's own search finds the same."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, strategies as st

from layers.catalog.catalog import Catalog
from layers.geometry.datum import JAPAN
from layers.geometry.region import Region
from layers.japanese.addresses import Gazetteer
from layers.query.search import index as indexing
from layers.query.search.coordinates import coordinates_in
from layers.query.search.find import Group, find
from layers.query.search.index import Index, index_of

ROOT = Path(__file__).parents[3]
PLACES = [
    "35.797, 139.593",
    "35.797,139.593",
    "35.797 139.593",
    "(35.797、139.593)",
    "139.593, 35.797",
    "３５．７９７，　１３９．５９３",
    "北緯35.797度 東経139.593度",
    "東経139.593 北緯35.797",
    "北緯35度47分49.2秒東経139度35分34.8秒",
    "35°47′49.2″N 139°35′34.8″E",
    "35°47'49.2\" 139°35'34.8\"",
    "N35.797 E139.593",
    "緯度：35.797　経度：139.593",
]
NO_PLACES = ["", "1 2", "1-2-3", "35.797", "48.85, 2.35", "35°61′00″ 139°35′00″", "35.797139.593"]
ADDRESSES = [
    ("朝志ヶ丘1-2-3", "朝志ケ丘一丁目"),
    ("朝志ケ丘１丁目", "朝志ケ丘一丁目"),
    ("埼玉県朝霞市朝志が丘 一丁目２番", "朝志ケ丘一丁目"),
    ("朝霞市大字岡3", "大字岡"),
    ("岡3-16-13", "岡三丁目"),
    ("字溝沼100", "大字溝沼"),
    ("根岸台8-1", "根岸台八丁目"),
    ("朝霞市本町", "本町一丁目"),
    ("膝折町４丁目", "膝折町四丁目"),
    ("〒351-0011 埼玉県朝霞市本町1-1-1", "本町一丁目"),
]
ELSEWHERE = [
    "志木市本町1-1-1",
    "東京都練馬区大泉町1",
    "東京都台東区上野公園1-1-1",
    "台東区上野公園1-1-1",
    "岡山県岡山市北区1-1-1",
    "岡山市",
    "岡山1-1-1",
    "〒110-0007東京都台東区上野公園1",
    "東京都本町1-1-1",
    "印旛郡栄町1-1",
    "栄町安食1-1",
    "朝霞市",
    "ここにない名前",
    "　",
]
NAMES = [
    "小学校",
    "朝霞 小学校",
    "栄町保育園",
    "朝志が丘市民センター",
    "市民ｾﾝﾀｰ",
    "見本 消火器",
    "ABC",
    "岡",
]


def towns(groups: list[Group]) -> list[str]:
    return [hit.name for group in groups if group.kind == "town" for hit in group.hits]


def names(groups: list[Group], layer: str) -> list[str]:
    return [
        hit.name
        for group in groups
        if group.layer and group.layer.id == layer
        for hit in group.hits
    ]


@pytest.mark.parametrize("text", PLACES)
def test_coordinates_are_understood(text: str) -> None:
    assert coordinates_in(text, JAPAN) == pytest.approx((139.593, 35.797), abs=1e-9)


@pytest.mark.parametrize("text", NO_PLACES)
def test_what_is_no_place_in_japan_is_none(text: str) -> None:
    assert coordinates_in(text, JAPAN) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("41.9, 12.5", (12.5, 41.9)),
        ("12.5, 41.9", (12.5, 41.9)),
        ("41°54′N 12°30′E", (12.5, 41.9)),
        ("-12.05, -77.04", (-77.04, -12.05)),
        ("12.05S 77.04W", (-77.04, -12.05)),
        ("西経77.04 南緯12.05", (-77.04, -12.05)),
        ("35.797, 139.593", None),
    ],
)
def test_coordinates_are_those_of_the_citys_part_of_the_world(
    text: str, place: tuple[float, float] | None
) -> None:
    rome, lima = (12.3, 41.7, 12.7, 42.1), (-77.2, -12.2, -76.8, -11.9)
    extent = lima if place and place[0] < 0 else rome
    found = coordinates_in(text, Region.of(extent).bounds)
    assert found == (place and pytest.approx(place, abs=1e-9))


@pytest.mark.parametrize(("address", "town"), ADDRESSES)
def test_an_address_leads_to_its_town(asaka: Catalog, address: str, town: str) -> None:
    assert towns(find(index_of(asaka), address))[0] == town


@pytest.mark.parametrize("query", ELSEWHERE)
def test_an_address_elsewhere_leads_to_no_town(asaka: Catalog, query: str) -> None:
    assert towns(find(index_of(asaka), query)) == []


def test_a_town_is_not_the_exact_place(asaka: Catalog) -> None:
    doubts = {hit.name: hit.doubt for g in find(index_of(asaka), "溝沼") for hit in g.hits}
    assert doubts["溝沼一丁目"] == 500
    assert doubts["大字溝沼"] == 1500
    assert doubts["溝沼保育園"] == 0


def test_names_are_found_with_the_best_first_and_bounded(asaka: Catalog) -> None:
    sites = "emergency_sites"
    assert names(find(index_of(asaka), "栄町保育園"), sites) == ["栄町保育園"]
    assert names(find(index_of(asaka), "朝志が丘市民ｾﾝﾀｰ"), sites) == ["朝志ヶ丘市民センター"]
    assert "朝霞第八小学校" in names(find(index_of(asaka), "小学校 朝霞"), sites)
    (group,) = [g for g in find(index_of(asaka), "小学校") if g.layer and g.layer.id == sites]
    assert (len(group.hits), group.more) == (8, 2)


def test_no_sample_and_no_zone_or_class_is_a_place(asaka: Catalog) -> None:
    index = index_of(asaka)
    assert [layer.id for layer in index.layers] == ["emergency_sites", "evacuation_shelters"]
    assert [title["ja"] for title in index.samples] == [
        "街角消火器",
        "防犯（カメラ・防犯ステーションなど）",
    ]
    assert index_of(asaka.without_samples()).samples == []
    assert "見本" not in index.content.decode()


def test_of_a_site_the_index_holds_what_it_is_designated_for(asaka: Catalog) -> None:
    sites, shelters = json.loads(index_of(asaka).content)["layers"]
    assert len(sites["flags"]) == 8
    named = {
        name: dict(zip(sites["flags"], flags, strict=True)) for name, *_, flags in sites["names"]
    }
    assert named["栄町保育園"]["flood"] is True
    assert named["溝沼保育園"]["flood"] is None
    assert shelters["flags"] == []
    assert all(len(each) == 4 for each in shelters["names"])


def test_the_index_is_small_and_the_same_each_time(asaka: Catalog) -> None:
    again = index_of(asaka)
    assert again.content == index_of(asaka).content
    assert len(gzip.compress(again.content)) < 12_000


def test_a_layer_with_too_many_names_is_left_out_and_said_to_be(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "MOST_NAMES", 50)
    small = index_of(asaka)
    assert [layer.id for layer in small.layers] == ["emergency_sites"]
    assert [title["ja"] for title in small.left_out] == ["指定避難所"]


def in_browser(index: Index, queries: list[str]) -> list[Any]:
    """What the script of the map finds."""
    done = subprocess.run(
        ["tools/with-node.sh", "node", "tests/layers/query/finder.mjs"],
        input=json.dumps({"index": json.loads(index.content), "queries": queries}).encode(),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return list(json.loads(done.stdout))


def here(index: Index, query: str) -> list[Any]:
    return [
        (g.kind, g.layer.id if g.layer else None, g.more, [_rounded(tuple(h)) for h in g.hits])
        for g in find(index, query)
    ]


def there(groups: list[Any]) -> list[Any]:
    fields = ("name", "longitude", "latitude", "doubt", "feature")
    return [
        (
            g["kind"],
            g["layer"]["id"] if g["layer"] else None,
            g["more"],
            [_rounded(tuple(hit[field] for field in fields)) for hit in g["hits"]],
        )
        for g in groups
    ]


def _rounded(hit: tuple[Any, ...]) -> tuple[Any, ...]:
    name, longitude, latitude, *rest = hit
    return (name, round(longitude, 5), round(latitude, 5), *rest)


def test_the_browser_finds_the_same(asaka: Catalog) -> None:
    index = index_of(asaka)
    own = [name for name, _x, _y in index.gazetteer.towns.values()]
    own += [one.name for layer in index.layers for one in layer.names][:200]
    parts = [name[: 1 + at % len(name)] for at, name in enumerate(own)]
    queries = [*PLACES, *NO_PLACES, *(a for a, _ in ADDRESSES), *ELSEWHERE, *NAMES, *own, *parts]
    queries += [f"埼玉県朝霞市{name}２－３" for name in own[:79]]
    for query, found in zip(queries, in_browser(index, queries), strict=True):
        assert there(found) == here(index, query), query


def test_the_numbers_of_a_jo_are_one_spelling_to_both() -> None:
    own = ["北五条西四丁目", "大通西十丁目", "十条"]
    places = np.array([shapely.Point(141.3, 43.0 + at / 10) for at in range(len(own))])
    index = Index(Gazetteer.of("見本市", "01100", own, places), [], [], [])
    queries = [
        "見本市北５条西４丁目",
        "北五条西四丁目1-1",
        "北5条西4-1",
        "大通西10丁目",
        "10条",
        "十十条",
    ]
    for query, found in zip(queries, in_browser(index, queries), strict=True):
        assert there(found) == here(index, query), query
    assert [towns(find(index, query))[:1] for query in queries[:3]] == [["北五条西四丁目"]] * 3


@pytest.mark.shared
def test_a_real_citys_names_are_found_by_both(yaizu: Catalog) -> None:
    index = index_of(yaizu)
    assert names(find(index, "ディスカバリーパーク 天文"), "aed") == ["ﾃﾞｨｽｶﾊﾞﾘｰﾊﾟｰｸ焼津天文科学館"]
    queries = [
        "ディスカバリーパーク",
        "第五コミュニティ",
        "港",
        "小学校",
        "保育園 焼津",
        "交番",
        "34.8431, 138.3239",
        "本町1",
    ]
    for query, found in zip(queries, in_browser(index, queries), strict=True):
        assert there(found) == here(index, query), query
    assert "hydrants" not in {layer.id for layer in index.layers}


@pytest.mark.shared
def test_a_real_citys_addresses_are_found_by_both(shared: Path) -> None:
    with gzip.open(shared / "japan" / "addresses_all.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["市区町村"] == "焼津市"]
    places = [shapely.Point(float(row["経度"]), float(row["緯度"])) for row in rows]
    own = [row["大字町丁目"] for row in rows]
    index = Index(Gazetteer.of("焼津市", "22212", own, np.array(places)), [], [], [])
    assert len(index.gazetteer.towns) > 50
    assert towns(find(index, "静岡県焼津市本町２丁目１６－３２"))[0] == "本町二丁目"
    queries = [f"焼津市{name}12-3" for name in own] + own
    for query, found in zip(queries, in_browser(index, queries), strict=True):
        assert there(found) == here(index, query), query


TYPED = st.text(
    st.sampled_from(
        "朝霞市岡栄町溝沼大字ヶが丁目一二十〇1２-ー番号,.、°分′ 　東経北緯NabC()[\"'\\*"
    ),
    max_size=14,
)


@given(TYPED)
def test_nothing_typed_is_an_error(asaka: Catalog, query: str) -> None:
    for group in find(index_of(asaka), query):
        assert group.hits
