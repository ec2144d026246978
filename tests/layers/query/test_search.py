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
from layers.query.search import build
from layers.query.search.build import index_of
from layers.query.search.coordinates import coordinates_in
from layers.query.search.find import Finding, find
from layers.query.search.index import Index, Named, Names

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

# What people type, the kind of what answers best, and its name.
ASKED = {
    "みぞぬま": ("town", "大字溝沼"),
    "mizonuma": ("town", "大字溝沼"),
    "Mizonuma": ("town", "大字溝沼"),
    "ミゾヌマ": ("town", "大字溝沼"),
    "ﾐｿﾞﾇﾏ": ("town", "大字溝沼"),
    "溝沼7": ("town", "溝沼七丁目"),
    "溝沼七丁目": ("town", "溝沼七丁目"),
    "溝沼　７丁目": ("town", "溝沼七丁目"),
    "みぞぬま7ちょうめ": ("town", "溝沼七丁目"),
    "Mizonuma 7-chome": ("town", "溝沼七丁目"),
    "mizonuma 7-1-2": ("town", "溝沼七丁目"),
    "Mizonuma 7-chome, Asaka-shi": ("town", "溝沼七丁目"),
    "mizonuma asaka city": ("town", "大字溝沼"),
    "Asaka Station": ("station", "朝霞駅"),
    "351-0023": ("town", "大字溝沼"),
    "3510023": ("town", "大字溝沼"),
    "〒３５１－００２３": ("town", "大字溝沼"),
    "351‐0012": ("town", "栄町一丁目"),
    "351-8501": ("office", "朝霞市役所"),
    "3510023 朝霞市溝沼7": ("town", "溝沼七丁目"),
    "朝霞台駅": ("station", "朝霞台駅"),
    "あさかだい": ("station", "朝霞台駅"),
    "あさかだいえき": ("station", "朝霞台駅"),
    "asakadai": ("station", "朝霞台駅"),
    "Asakadai Station": ("station", "朝霞台駅"),
    "北朝霞": ("station", "北朝霞駅"),
    "kita-asaka": ("station", "北朝霞駅"),
    "kitaasaka": ("station", "北朝霞駅"),
    "Kita‑Asaka": ("station", "北朝霞駅"),
    "朝霞": ("station", "朝霞駅"),
    "市役所": ("office", "朝霞市役所"),
    "しやくしょ": ("office", "朝霞市役所"),
    "公園": ("park", "二本松公園"),
    "こうえん": ("park", "二本松公園"),
    "黒目川": ("water", "黒目川"),
    "kuromegawa": ("water", "黒目川"),
    "川越街道": ("road", "川越街道"),
    "1丁目": ("town", "三原一丁目"),
    "栄町保育園": ("layer", "栄町保育園"),
    "朝霞第1小学校": ("layer", "朝霞第一小学校"),
    "しょうがっこう": ("layer", "朝霞第一小学校"),
    "溝沼 小学校": ("layer", "朝霞第十小学校"),
    "小学校 溝沼": ("layer", "朝霞第十小学校"),
    "みぞぬま しょうがっこう": ("layer", "朝霞第十小学校"),
    "溝沼 公園": ("park", "中道公園"),
}
# Each kind of typing gives what the first of it does.
TYPED_ALIKE = (
    *("第一", "第1", "第１"),
    *("一丁目", "1丁目", "１丁目"),
    *("朝志ヶ丘", "朝志ケ丘", "朝志が丘", "朝志ガ丘"),
    *("さかえちょう", "さかえちょー", "サカエチョウ", "sakaecho", "sakaechō", "sakaechou"),
    *("ほんちょう", "ほんちょ", "honcho", "honchou", "hontyou"),
)
ALIKE = (TYPED_ALIKE[:3], TYPED_ALIKE[3:6], TYPED_ALIKE[6:10], TYPED_ALIKE[10:16], TYPED_ALIKE[16:])
# What is outside the city, and what it is called.
ELSEWHERE_NAMED = {
    "和光市": "和光市",
    "和光市本町1-1": "和光市",
    "わこうし": "和光市",
    "Wako-shi": "和光市",
    "志木市本町1-1-1": "志木市",
    "東京都練馬区大泉町1": "東京都練馬区",
    "〒178-0062 東京都練馬区大泉町1": "東京都練馬区",
    "練馬区": "練馬区",
    "東京都": "東京都",
    "東京都本町1-1-1": "東京都本町",
    "三重県四日市市諏訪町1-5": "三重県四日市市",
    "四日市市諏訪町": "四日市市",
    "茨城県つがる町1": "茨城県つがる町",
    "つがる市": "つがる市",
    "351-0113": "〒351-0113",
    "1000001": "〒100-0001",
}
OTHERS = (
    *("消火栓", "しょうかせん", "AED", "避難", "避難所", "避難場所", "ひなんじょ", "shelter", "駅"),
    *("朝霞市", "埼玉県", "埼玉県朝霞市", "朝霞市 小学校", "351-00", "351-0000", "35", "3510"),
    *("a", "o", "か", "ん", "ー", "・", "-", "第", "2", "1-1", "溝沼市民センター", "和光市駅"),
    *("岡 避難所", "溝沼 避難所", "school", "library", "tōkyō", "Tôkyô", "東京", "１００メートル"),
    *("みぞぬまｄ", "ｍｉｚｏ", "ミゾ", "本町1", "四十条市", "小学校　中学校", "朝霞　朝霞"),
)
YAIZU_ASKED = {
    "避難所": ("layer", "二区コミュニティ防災センター"),
    "公園": ("park", "三ヶ名公園"),
    "市役所本館": ("layer", "市役所本館"),
    "でぃすかばりーぱーく": ("layer", "ディスカバリーパーク焼津天文科学館"),
    "第五コミュニティ": ("layer", "第５コミュニティ防災センター"),
    "第5コミュニティー": ("layer", "第５コミュニティ防災センター"),
    "やいづみなみ": ("layer", "焼津南小学校"),
    "焼津第１自治会": ("area", "焼津第1自治会"),
    "交番": ("layer", "八楠交番"),
}


def of_kind(finding: Finding, kind: str) -> list[str]:
    """The names of the places of a kind."""
    return [hit.name for group in finding.groups if group.kind == kind for hit in group.hits]


def towns(finding: Finding) -> list[str]:
    return of_kind(finding, "town")


def names(finding: Finding, layer: str) -> list[str]:
    return [
        hit.name
        for group in finding.groups
        if group.layer and group.layer.id == layer
        for hit in group.hits
    ]


def first(finding: Finding) -> str:
    """The name that Enter chooses, unless the query calls a layer."""
    return finding.groups[0].hits[0].name


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
    doubts = {hit.name: hit.doubt for g in find(index_of(asaka), "溝沼").groups for hit in g.hits}
    assert doubts["溝沼一丁目"] == 500
    assert doubts["大字溝沼"] == 1500
    assert doubts["溝沼保育園"] == 0


def test_names_are_found_with_the_best_first_and_bounded(asaka: Catalog) -> None:
    sites = "emergency_sites"
    assert names(find(index_of(asaka), "栄町保育園"), sites) == ["栄町保育園"]
    assert names(find(index_of(asaka), "朝志が丘市民ｾﾝﾀｰ"), sites) == ["朝志ヶ丘市民センター"]
    assert "朝霞第八小学校" in names(find(index_of(asaka), "小学校 朝霞"), sites)
    groups = find(index_of(asaka), "小学校").groups
    (group,) = [g for g in groups if g.layer and g.layer.id == sites]
    assert (len(group.hits), group.more) == (8, 2)


def test_no_sample_and_no_zone_or_class_is_a_place(asaka: Catalog) -> None:
    index = index_of(asaka)
    assert [layer.id for layer in index.layers] == ["emergency_sites", "evacuation_shelters"]
    assert {layer.id for layer in index.samples} == {
        "flood",
        "hydrants",
        "extinguishers",
        "crime_prevention",
    }
    assert not any(layer.names for layer in index.samples)
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
    assert shelters["flags"] == ["accepts"]
    accepted = {name: flags for name, *_, flags in shelters["names"] if isinstance(flags, list)}
    assert accepted["クリード朝霞"] == ["市が特定したもの"]


def test_the_index_is_small_and_the_same_each_time(asaka: Catalog) -> None:
    again = index_of(asaka)
    assert again.content == index_of(asaka).content
    assert len(gzip.compress(again.content)) < 12_000


def test_a_layer_with_too_many_names_is_left_out_and_said_to_be(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "MOST_NAMES", 50)
    small = index_of(asaka)
    assert [layer.id for layer in small.layers] == ["emergency_sites"]
    assert [layer.title["ja"] for layer in small.left_out] == ["指定避難所"]
    assert [layer.id for layer in find(small, "指定避難所").layers] == ["evacuation_shelters"]


def assert_finds(catalog: Catalog, query: str, best: tuple[str, str]) -> None:
    finding = find(index_of(catalog), query)
    assert (finding.groups[0].kind, first(finding)) == best
    assert finding.elsewhere is None


@pytest.mark.parametrize(("query", "best"), ASKED.items())
def test_what_people_type_finds_what_they_mean(
    asaka: Catalog, query: str, best: tuple[str, str]
) -> None:
    assert_finds(asaka, query, best)


@pytest.mark.shared
@pytest.mark.parametrize(("query", "best"), YAIZU_ASKED.items())
def test_what_people_of_another_city_type_finds_what_they_mean(
    yaizu: Catalog, query: str, best: tuple[str, str]
) -> None:
    assert_finds(yaizu, query, best)


@pytest.mark.parametrize("typed", ALIKE, ids=lambda typed: typed[0])
def test_what_is_typed_in_another_way_finds_the_same(
    asaka: Catalog, typed: tuple[str, ...]
) -> None:
    index = index_of(asaka)
    findings = [find(index, query) for query in typed]
    assert towns(findings[0]) or findings[0].groups
    assert findings == [findings[0]] * len(typed)


@pytest.mark.parametrize(("query", "place"), ELSEWHERE_NAMED.items())
def test_an_address_of_another_city_is_said_to_lie_outside(
    asaka: Catalog, query: str, place: str
) -> None:
    finding = find(index_of(asaka), query)
    assert finding.elsewhere == place
    assert towns(finding) == []


@pytest.mark.parametrize(
    "query",
    ["溝沼市民センター", "和光市駅", "朝霞市", "市役所", "埼玉県", "351-0000", "351-011", "市民"],
)
def test_what_is_in_the_city_is_not_said_to_lie_outside(asaka: Catalog, query: str) -> None:
    assert find(index_of(asaka), query).elsewhere is None


@pytest.mark.shared
def test_where_no_town_is_known_a_towns_name_is_no_other_municipality(yaizu: Catalog) -> None:
    index = index_of(yaizu)
    assert find(index, "本町1").elsewhere is None
    assert find(index, "藤枝市").elsewhere == "藤枝市"
    assert find(index, "東京都練馬区1").elsewhere == "東京都練馬区"


def test_numbers_are_in_their_order(asaka: Catalog) -> None:
    schools = names(find(index_of(asaka), "朝霞第"), "emergency_sites")
    assert [name[3] for name in schools] == [*"一一二二三三四四"]
    chomes = towns(find(index_of(asaka), "根岸台"))
    assert [name[3] for name in chomes] == [*"一二三四五六七八"]
    own = ["本町十丁目", "本町二丁目", "本町十一丁目", "本町一丁目"]
    places = np.array([shapely.Point(139, 35 + at / 10) for at in range(len(own))])
    index = Index(Gazetteer.of("見本市", "11227", own, places))
    assert towns(find(index, "本町")) == ["本町一丁目", "本町二丁目", "本町十丁目", "本町十一丁目"]
    assert towns(find(index, "1丁目")) == ["本町一丁目"]


def test_the_exact_name_comes_first_then_beginnings_then_words_then_the_rest(
    asaka: Catalog,
) -> None:
    own = ["北台", "台", "台東", "新（台）"]
    places = np.array([shapely.Point(139, 35 + at / 10) for at in range(len(own))])
    index = Index(Gazetteer.of("見本市", "11227", own, places))
    assert towns(find(index, "台")) == ["台", "台東", "新（台）", "北台"]
    kinds = [group.kind for group in find(index_of(asaka), "朝霞").groups]
    assert kinds == ["station", "park", "layer", "layer", "office", "town"]  # 朝霞駐屯地 last


def test_a_kind_is_called_by_its_name_and_its_places_are_listed(asaka: Catalog) -> None:
    index = index_of(asaka)
    for query in ("避難所", "ひなんじょ", "指定避難所", "shelter", "避难所"):
        finding = find(index, query)
        assert [layer.id for layer in finding.layers] == ["evacuation_shelters"], query
        (group,) = finding.groups
        assert (len(group.hits), group.more) == (8, 35)
    assert [layer.id for layer in find(index, "避難場所").layers] == ["emergency_sites"]
    assert [layer.id for layer in find(index, "避難").layers] == [
        "emergency_sites",
        "evacuation_shelters",
    ]
    assert len(of_kind(find(index, "駅"), "station")) == 8
    near = names(find(index, "溝沼 避難所"), "evacuation_shelters")
    assert "朝霞第十小学校" in near
    assert len(near) < 8


def test_places_for_everybody_come_before_those_that_take_in_some_people(asaka: Catalog) -> None:
    listed = names(find(index_of(asaka), "避難所"), "evacuation_shelters")
    assert "クリード朝霞" not in listed
    assert names(find(index_of(asaka), "クリード"), "evacuation_shelters") == ["クリード朝霞"]


@pytest.mark.parametrize(
    ("query", "layer"),
    [
        ("消火栓", "hydrants"),
        ("しょうかせん", "hydrants"),
        ("消火器", "extinguishers"),
        ("防犯", "crime_prevention"),
        ("浸水", "flood"),
    ],
)
def test_a_sample_is_known_by_its_kind_and_answers_nothing(
    asaka: Catalog, query: str, layer: str
) -> None:
    finding = find(index_of(asaka), query)
    assert [each.id for each in finding.samples] == [layer]
    assert [each.id for each in finding.layers] == []
    assert "hydrants" not in [group.layer.id for group in finding.groups if group.layer]


@pytest.mark.shared
def test_a_layer_of_classes_is_known_by_the_classes_that_it_has(yaizu: Catalog) -> None:
    index = index_of(yaizu)
    for query in ("防火水そう", "井戸", "消防水利"):
        assert [layer.id for layer in find(index, query).layers] == ["hydrants"]
    assert [layer.id for layer in find(index, "AED").layers] == ["aed"]
    assert len(names(find(index, "AED"), "aed")) == 8
    assert [layer.id for layer in find(index, "内水").layers] == ["flood"]


def test_a_postcode_gives_its_towns_and_the_beginning_of_one_those_of_all(asaka: Catalog) -> None:
    index = index_of(asaka)
    assert towns(find(index, "351-0032")) == ["大字田島", "田島一丁目", "田島二丁目"]
    (group,) = find(index, "351-00").groups
    assert len(group.hits) + group.more == 78  # all but 陸上自衛隊朝霞駐屯地
    whole_city = find(index, "351-0000")
    assert (whole_city.groups, whole_city.elsewhere) == ([], None)


@pytest.mark.shared
def test_without_a_list_of_postcodes_that_is_what_is_said(yaizu: Catalog) -> None:
    finding = find(index_of(yaizu), "425-0022")
    assert (finding.no_postcodes, finding.elsewhere) == (True, None)


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


def here(index: Index, query: str) -> dict[str, Any]:
    finding = find(index, query)
    return {
        "groups": [
            (g.kind, g.layer.id if g.layer else None, g.more, [_rounded(tuple(h)) for h in g.hits])
            for g in finding.groups
        ],
        "layers": [layer.id for layer in finding.layers],
        "samples": [layer.id for layer in finding.samples],
        "elsewhere": finding.elsewhere,
        "noPostcodes": finding.no_postcodes,
    }


def there(finding: dict[str, Any]) -> dict[str, Any]:
    fields = ("name", "longitude", "latitude", "doubt", "feature", "forms")
    groups = [
        (
            g["kind"],
            g["layer"]["id"] if g["layer"] else None,
            g["more"],
            [_rounded(tuple(hit[field] for field in fields)) for hit in g["hits"]],
        )
        for g in finding["groups"]
    ]
    return {**finding, "groups": groups}


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
    queries += [*ASKED, *ELSEWHERE_NAMED, *TYPED_ALIKE, *OTHERS]
    queries += [reading for readings in index.readings.values() for reading in readings]
    queries += [place.name for kind in index.places for place in kind.names]
    queries += [term[:8] for layer in [*index.layers, *index.samples] for term in layer.terms]
    for query, found in zip(queries, in_browser(index, queries), strict=True):
        assert there(found) == here(index, query), query


def test_the_numbers_of_a_jo_are_one_spelling_to_both() -> None:
    own = ["北五条西四丁目", "大通西十丁目", "十条"]
    places = np.array([shapely.Point(141.3, 43.0 + at / 10) for at in range(len(own))])
    index = Index(Gazetteer.of("見本市", "01100", own, places))
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


def test_numbers_words_and_kinds_are_ranked_alike_by_both() -> None:
    own = [
        "本町十一丁目",
        "本町二丁目",
        "本町一丁目",
        "本町十丁目",
        "北台",
        "台東",
        "新（台）",
        "台",
    ]
    points = np.array([shapely.Point(139.5, 35 + at / 10) for at in range(len(own))])
    halls = ("第11集会所", "第1集会所", "第2集会所", "第10集会所", "集会所（第3）", "A-11", "A-1")
    named = tuple(
        Named(name, 139.5, 35 + at / 10, town=at, readings=(f"しゅうかいじょ {at}",))
        for at, name in enumerate(halls)
    )
    places = [Names("landmark", ("集会所", "hall"), named), Names("park", ("公園",), named[:2])]
    neighbours = [["隣市", "トナリシ", "Tonari-shi"]]
    index = Index(
        Gazetteer.of("見本市", "11227", own, points),
        places=places,
        neighbours=neighbours,
        city_words=["city"],
    )
    queries = [
        "hall city",
        "city mura",
        "1丁目",
        "本町1",
        "本町",
        "台",
        "東",
        "第1",
        "1集会所",
        "A-1",
        "a1",
        "集会所 本町",
    ]
    queries += ["hall", "ha", "集会所 第1", "第3", "tonarishi", "隣市1", "隣市台", "しゅう", "ka"]
    queries += [
        "公園",
        "公園 第1",
        "台 集会所",
        "しゅうかいじょ2",
        "syukaizyo 11",
        "3",
        "11",
        "見本市",
    ]
    for query, found in zip(queries, in_browser(index, queries), strict=True):
        assert there(found) == here(index, query), query
    assert of_kind(find(index, "第1"), "landmark") == ["第1集会所", "第10集会所", "第11集会所"]
    assert of_kind(find(index, "1集会所"), "landmark") == ["第1集会所"]
    assert of_kind(find(index, "第3"), "landmark") == ["集会所（第3）"]


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
        *YAIZU_ASKED,
        *OTHERS,
    ]
    queries += [place.name for kind in index.places for place in kind.names][::5]
    queries += [feature.name for layer in index.layers for feature in layer.names][::5]
    queries += [read for layer in index.layers for f in layer.names for read in f.readings][::5]
    for query, found in zip(queries, in_browser(index, queries), strict=True):
        assert there(found) == here(index, query), query
    assert [layer.names for layer in index.layers if layer.id == "hydrants"] == [[]]


@pytest.mark.shared
def test_a_real_citys_addresses_are_found_by_both(shared: Path) -> None:
    with gzip.open(shared / "japan" / "addresses_all.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["市区町村"] == "焼津市"]
    places = [shapely.Point(float(row["経度"]), float(row["緯度"])) for row in rows]
    own = [row["大字町丁目"] for row in rows]
    index = Index(Gazetteer.of("焼津市", "22212", own, np.array(places)))
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
    for group in find(index_of(asaka), query).groups:
        assert group.hits
