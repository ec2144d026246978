"""An address without coordinates is placed at its town, however it is spelt, or reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given, strategies as st
from pyproj import Geod

from layers.japanese.addresses import DOUBT_CHOME, DOUBT_TOWN, Gazetteer, Town, parse_number
from layers.schema.bundled import BUNDLED_DATA
from tests.layers.city import CITY, SmallCity, feature_collection, findings


def gazetteer() -> Gazetteer:
    towns = json.loads((BUNDLED_DATA / "towns.geojson").read_text(encoding="utf-8"))["features"]
    names = [town["properties"]["name"] for town in towns]
    places = [shapely.Point(town["geometry"]["coordinates"]) for town in towns]
    return Gazetteer.of("朝霞市", "11227", names, shapely.points([p.coords[0] for p in places]))


TOWNS = gazetteer()


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("埼玉県朝霞市栄町1-5-43", "栄町一丁目"),
        ("朝霞市本町２丁目", "本町二丁目"),
        ("朝霞市本町一丁目１番１号", "本町一丁目"),
        ("朝志ヶ丘1-2-3", "朝志ケ丘一丁目"),
        ("朝霞市 朝志が丘 四丁目", "朝志ケ丘四丁目"),
        ("朝霞市膝折町４－１１", "膝折町四丁目"),
        ("朝霞市岡3-16-13", "岡三丁目"),
        ("朝霞市大字岡3", "大字岡"),
        ("朝霞市岡100番地", "大字岡"),
        ("上内間木12", "大字上内間木"),
        ("根岸台八丁目1番", "根岸台八丁目"),
        ("〒351-0011 埼玉県朝霞市本町1-1-1", "本町一丁目"),
        ("３５１－００１１　朝霞市本町一丁目1-1", "本町一丁目"),
        ("〒3510011朝霞市本町1-1-1", "本町一丁目"),
        ("351-0011 本町1-1-1", "本町一丁目"),
        ("大字溝沼字泉水100", "大字溝沼"),
    ],
)
def test_an_address_is_in_its_town(address: str, town: str) -> None:
    found = TOWNS.find(address)
    assert found is not None
    assert TOWNS.towns[found][0] == town


@pytest.mark.parametrize(
    "address",
    [
        "埼玉県志木市本町1-1-1",
        "和光市本町1-1",
        "東京都練馬区大泉町1",
        "東京都台東区上野公園1-1-1",
        "台東区上野公園1-1-1",
        "〒110-0007 東京都台東区上野公園1-1-1",
        "岡山県岡山市北区1-1-1",
        "岡山市北区1-1-1",
        "岡山1-1-1",
        "東京都本町1-1-1",
        "千葉県印旛郡栄町1-1-1",
        "印旛郡栄町安食1",
        "栄町安食1-1-1",
        "栄町",
        "朝霞市",
        "不明",
        "",
    ],
)
def test_an_address_elsewhere_or_of_no_certain_town_is_none(address: str) -> None:
    assert TOWNS.find(address) is None


@given(st.integers(1, 99))
def test_kanji_numbers_are_numbers(value: int) -> None:
    tens, ones = divmod(value, 10)
    kanji = ("" if tens == 0 else ("" if tens == 1 else "〇一二三四五六七八九"[tens]) + "十") + (
        "〇一二三四五六七八九"[ones] if ones else ""
    )
    assert parse_number(kanji) == parse_number(str(value)) == value


@pytest.mark.shared
def test_real_sites_lie_within_the_doubt_of_their_town(shared: Path) -> None:
    sites = json.loads((shared / "asaka" / "emergency_112275.geojson").read_text(encoding="utf-8"))
    geod = Geod(ellps="GRS80")
    for site in sites["features"]:
        town = TOWNS.find(site["properties"]["住所"])
        assert town is not None
        _, x, y = TOWNS.towns[town]
        *_, metres = geod.inv(x, y, *site["geometry"]["coordinates"])
        assert metres <= (DOUBT_TOWN if town.chome is None else DOUBT_CHOME)


def test_rows_without_coordinates_are_placed_and_say_how_exactly(city: SmallCity) -> None:
    town: dict[str, object] = {"type": "Point", "coordinates": [139.1, 35.1]}
    city.put("towns.geojson", feature_collection((town, {"name": "本町一丁目"})))
    declared = CITY.replace(
        'boundary = "boundary.geojson"',
        'boundary = "boundary.geojson"\nneighbourhoods = "towns.geojson"',
    )
    (city.definitions / "city.toml").write_text(declared, encoding="utf-8")
    city.put(
        "points.csv",
        "名称,住所,緯度,経度\nあ,見本市本町1-2,,\nい,見本市本町1-9,35.05,139.05\nう,見本市南町2,,\n",
    )
    columns = 'longitude = "経度"\nlatitude = "緯度"\naddress = "住所"'
    city.declare("points", f'path = "points.csv"\ncrs = "EPSG:6668"\n{columns}')
    layer = city.open().layer("points")
    frame = layer.revision.features()
    assert frame["position_precision"].tolist() == ["town", "exact"]
    assert frame["position_doubt_m"].iloc[0] == DOUBT_CHOME
    assert frame.geometry.iloc[0].coords[0] == (139.1, 35.1)
    found = [(problem.kind, problem.row) for problem in findings(layer.revision.report)]
    assert found == [("address_placed", 2), ("address_unknown", 4), ("no_geometry", 4)]
    assert layer.revision.report.rows_left_out == 1


def test_a_layer_of_exact_positions_has_no_field_for_it(city: SmallCity) -> None:
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    source = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.declare("points", source)
    assert "position_precision" not in city.open().layer("points").definition.fields


def test_a_county_may_stand_between_the_prefecture_and_the_city() -> None:
    towns = Gazetteer.of("三芳町", "11324", ["大字北永井"], shapely.points([(139.5, 35.8)]))
    assert towns.find("埼玉県入間郡三芳町北永井1") == Town("北永井", None)
    assert towns.find("徳島県三好郡三芳町北永井1") is None


@pytest.mark.parametrize("address", ["見本市北５条西４丁目", "見本市北五条西四丁目1", "北5条西4-1"])
def test_the_numbers_of_a_jo_are_one_spelling(address: str) -> None:
    places = shapely.points([(141.3, 43.0), (141.4, 43.1)])
    towns = Gazetteer.of("見本市", "01100", ["北五条西四丁目", "大通西十丁目"], places)
    assert towns.find(address) == Town("北5条西", 4)
    assert towns.find("見本市大通西10丁目") == Town("大通西", 10)


def test_two_spellings_of_a_town_are_one() -> None:
    assert TOWNS.find("朝志ガ丘2丁目") == Town("朝志ケ丘", 2)
