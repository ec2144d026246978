"""Files of the base map: what of them is drawn and named, and what is said of a wrong one."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely

from layers.prepare.base_map import BaseFeatures, base_features
from layers.schema.base import BaseSource
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.schema.load import load_city
from tests.layers.city import SmallCity, feature_collection, polygon

CREDIT = {"attribution": {"ja": "見本", "en": "sample"}, "licence": {"ja": "CC0", "en": "CC0"}}


def line(*places: tuple[float, float]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": places}


def point(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def entry(**keys: Any) -> BaseSource:
    return BaseSource.model_validate({"path": "base.geojson", "credit": CREDIT, **keys})


def prepare(city: SmallCity, *features: Any, **keys: Any) -> BaseFeatures:
    city.put("base.geojson", feature_collection(*features))
    source = entry(**keys)
    return base_features(source, load_city(city.definitions / "city.toml"), city.data)


def errors(prepared: BaseFeatures) -> list[str]:
    return [problem.kind for problem in prepared.report.problems if problem.severity == "error"]


def test_lines_of_one_name_are_one_and_cut_two_kilometres_around_the_city(city: SmallCity) -> None:
    prepared = prepare(
        city,
        (line((138.0, 35.1), (139.05, 35.1)), {"name": "黒目川", "name_en": "Kurome River"}),
        (line((139.05, 35.1), (140.0, 35.1)), {"name": "黒目川"}),
        kind="river",
    )
    (feature,) = prepared.far
    assert feature["properties"] == {
        "kind": "river",
        "name": "黒目川",
        "names": {"en": "Kurome River"},
    }
    assert feature["geometry"]["type"] == "LineString"
    west, _, east, _ = shapely.bounds(shapely.from_geojson(json.dumps(feature["geometry"])))
    assert (west, east) == (pytest.approx(138.978, abs=2e-4), pytest.approx(139.222, abs=2e-4))


def test_what_is_far_is_coarse_and_what_is_near_is_fine(city: SmallCity) -> None:
    wave = [(139 + step / 1000, 35.1 + (step % 2) * 2e-5) for step in range(100)]
    prepared = prepare(city, (line(*wave), {"name": "川"}), kind="river")
    far, near = prepared.far[0]["geometry"], prepared.near[0]["geometry"]
    assert (len(far["coordinates"]), len(near["coordinates"])) == (2, 100)
    pond = polygon([[139.1, 35.1], [139.1001, 35.1], [139.1001, 35.1001], [139.1, 35.1]])
    prepared = prepare(city, (pond, {}), kind="water")
    assert (len(prepared.far), len(prepared.near)) == (0, 1)


def test_a_named_area_has_a_place_for_its_name(city: SmallCity) -> None:
    lake = polygon([[139.1, 35.1], [139.12, 35.1], [139.12, 35.12], [139.1, 35.12], [139.1, 35.1]])
    (feature,) = prepare(city, (lake, {"name": "彩湖"}), kind="water").far
    x, y = feature["properties"]["at"]
    assert 139.1 < x < 139.12
    assert 35.1 < y < 35.12


def test_a_station_of_two_lines_is_one_and_others_of_its_name_are_not(city: SmallCity) -> None:
    places = [(139.1, 35.1), (139.1005, 35.1), (139.15, 35.1)]
    stations = [
        (point(*place), {"N02_003": "線", "N02_004": "社", "N02_005": "本町"}) for place in places
    ]
    far = prepare(city, *stations).far
    assert [each["properties"] for each in far] == [{"kind": "station", "name": "本町"}] * 2


def test_each_row_may_have_a_kind_of_its_own_and_a_wrong_one_is_left_out(city: SmallCity) -> None:
    prepared = prepare(
        city,
        (point(139.1, 35.1), {"種": "station", "名": "甲"}),
        (point(139.1, 35.15), {"種": "駅", "名": "乙"}),
        kind_column="種",
        name="名",
    )
    assert [each["properties"] for each in prepared.far] == [{"kind": "station", "name": "甲"}]
    (problem,) = [each for each in prepared.report.problems if each.kind == "kind_unknown"]
    assert (problem.row, problem.value, problem.rows_left_out) == (2, "駅", 1)


def test_the_border_of_another_city_is_a_line_and_its_name_lies_outside_of_this_one(
    city: SmallCity,
) -> None:
    ring = [[138.9, 35.1], [139.1, 35.1], [139.1, 35.3], [138.9, 35.3], [138.9, 35.1]]
    row = {"N03_001": "県", "N03_004": "隣市", "N03_007": "00001"}
    prepared = prepare(city, (polygon(ring), row))
    by_kind = {each["properties"]["kind"]: each["geometry"] for each in prepared.far}
    assert "String" in by_kind["border"]["type"]
    x, y = by_kind["area_name"]["coordinates"]
    assert x < 139.0 or y > 35.2


def test_expressways_that_are_gone_are_not_drawn(city: SmallCity) -> None:
    rows = [
        (line((139.0, 35.1), (139.2, 35.1)), {"N06_003": "1990", "N06_007": "旧道"}),
        (line((139.0, 35.15), (139.2, 35.15)), {"N06_003": "9999", "N06_007": "新道"}),
    ]
    (feature,) = prepare(city, *rows).far
    assert feature["properties"] == {"kind": "expressway", "name": "新道"}


def test_a_name_that_stands_for_none_is_none(city: SmallCity) -> None:
    row = {"W05_003": "1", "W05_004": "名称不明"}
    (feature,) = prepare(city, (line((139.0, 35.1), (139.2, 35.1)), row)).far
    assert feature["properties"] == {"kind": "river"}


@pytest.mark.parametrize(
    ("keys", "kind", "key"),
    [
        ({"kind": "river", "name": "なまえ"}, "no_column", "name"),
        ({"kind_column": "種"}, "no_column", "kind_column"),
        ({"kind": "river", "names": {"en": "英"}}, "no_column", "names.en"),
        ({}, "base_kind", "kind"),
    ],
)
def test_a_wrong_key_is_said(city: SmallCity, keys: Any, kind: str, key: str) -> None:
    prepared = prepare(city, (point(139.1, 35.1), {"name": "川"}), **keys)
    (problem,) = prepared.report.problems
    assert (problem.kind, problem.column) == (kind, key)
    assert prepared.far == prepared.near == []


def test_a_file_of_elsewhere_or_without_a_file_is_an_error(city: SmallCity) -> None:
    far_away = prepare(city, (point(135.0, 34.0), {"name": "駅"}), kind="station")
    assert errors(far_away) == ["base_empty"]
    source = entry(path="none.geojson", kind="river")
    missing = base_features(source, load_city(city.definitions / "city.toml"), city.data)
    assert errors(missing) == ["no_source"]


def test_the_bundled_files_are_read_without_a_word() -> None:
    city = load_city(BUNDLED_DEFINITIONS / "city.toml")
    for source in city.base:
        prepared = base_features(source, city, BUNDLED_DATA)
        assert prepared.report.problems == []
        assert prepared.report.rows == prepared.report.features
