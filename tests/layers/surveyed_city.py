"""A small city whose ground is surveyed, with overlapping zones and with places."""

from __future__ import annotations

from pathlib import Path

from tests.layers.city import SmallCity, feature_collection
from tests.layers.query.test_here import HAZARD, RANK, box

# Of whole 64ths, so that the middle of an edge lies exactly on it.
SLANTED = [[139.015625, 35.03125], [139.1875, 35.0625], [139.125, 35.1875], [139.03125, 35.125]]
HOLE = [[139.0625, 35.0625], [139.078125, 35.09375], [139.09375, 35.078125]]
ROWS = "名称,緯度,経度,代表電話\n"
PLACES = (
    "あ,35.1,139.1,048-463-1111\n"
    "い,35.1,139.1,内線12\n"
    ",35.05,139.02,\n"
    "ホール,35.19,139.19,０４８－４６３－１１１１\n"
)
POINT = 'path = "{id}.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
PHONE = """
[fields.phone]
title = { ja = "電話", en = "Phone" }
column = "代表電話"

[nearest]
"""


def surveyed_city(folder: Path) -> SmallCity:
    """A city whose rivers' zones lie over each other, one with a hole, and whose ground is surveyed
    within its border; with places, and some of which only the neighbourhood is known."""
    city = SmallCity(folder)
    slanted: dict[str, object] = {
        "type": "Polygon",
        "coordinates": [[*ring, ring[0]] for ring in (SLANTED, HOLE)],
    }
    zones: list[tuple[dict[str, object] | None, dict[str, object]]] = [
        (slanted, {"名称": "甲川", "川": "1", "深さ": 2}),
        (box(139.05, 35.0, 139.1, 35.1), {"名称": "乙川", "川": "2", "深さ": 4}),
        (box(139.1, 35.0, 139.12, 35.1), {"名称": "甲川", "川": "1", "深さ": 3}),
        (box(139.13, 35.0, 139.14, 35.01), {"名称": "", "川": "1", "深さ": None}),
    ]
    city.put("flood.geojson", feature_collection(*zones))
    top = HAZARD.format(coverage="boundary") + '\npartition = "river"'
    city.declare("flood", 'path = "flood.geojson"', group="disaster", top=top, fields=RANK)
    city.put("points.csv", ROWS + PLACES)
    city.declare("points", POINT.format(id="points"), top='label = "name"', fields=PHONE)
    city.put("rough.csv", ROWS + PLACES)
    rough = f"{PHONE}[privacy]\ngrid_m = 100\n"
    city.declare("rough", POINT.format(id="rough"), top='label = "name"', fields=rough)
    return city
