"""The tables for an office: every line says whose data it is, and no cell of it is a formula."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import shapely

from layers.catalog.catalog import Catalog
from layers.exports.csv import BYTE_ORDER_MARK
from layers.exports.reach import exposure_table, reach_table
from layers.query.exposure import exposure
from layers.query.reach import Area, reach, town_areas

AREA = Area('=HYPERLINK("https://example.com")', shapely.box(139.58, 35.79, 139.6, 35.81), 500)


def rows(table: bytes) -> list[dict[str, str]]:
    assert table.startswith(BYTE_ORDER_MARK)
    return [*csv.DictReader(StringIO(table.decode("utf-8-sig"), newline=""), strict=True)]


def test_each_area_is_a_line_with_its_source(asaka: Catalog) -> None:
    layer = asaka.layers["hydrants"]
    areas = town_areas(asaka)[:5]
    result = reach(layer, [*areas, AREA], 120)
    lines = {line["区域"]: line for line in rows(reach_table(result))}
    assert {each.name for each in areas} | {"'" + AREA.name} == set(lines)
    for each in result.areas[:5]:
        line = lines.get(each.area.name) or lines["'" + each.area.name]
        assert float(line["距離を超える割合（%）"]) == round(each.share * 100, 1)
        assert line["版"] == layer.revision.id
        assert line["見本"] == "見本"
        assert line["区域の範囲"].startswith("代表点から")


def test_a_real_layer_is_called_no_sample(asaka: Catalog) -> None:
    result = reach(asaka.layers["emergency_sites"], [replace(AREA, name="本町")], 120)
    (line,) = rows(reach_table(result))
    assert line["見本"] == ""


def test_each_place_in_a_zone_is_a_line_in_the_zones_words(yaizu: Catalog) -> None:
    flooded = exposure(yaizu.layers["hydrants"], yaizu.layers["flood"])
    lines = rows(exposure_table([flooded]))
    assert len(lines) == len(flooded.exposed)
    assert {line["区分の原表記"] for line in lines} <= {
        each.properties["depth_label"] for exposed in flooded.exposed for each in exposed.zones
    }
    assert {line["名称"] for line in lines} <= {"防火水そう", "井戸"}
