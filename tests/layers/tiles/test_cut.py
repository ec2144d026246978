from __future__ import annotations

import json
from typing import Any

import pytest

from layers.catalog.layer import Encoding
from layers.geometry.tile import Tile
from layers.schema.values import Scalar
from layers.tiles.content import count_name
from tests.layers.city import SmallCity

FLAG = """
[fields.open]
title = { ja = "開設", en = "Open" }
column = "開設"
type = "flag"
codes = [
    { value = true, label = { ja = "開いている", en = "open" } },
    { value = false, label = { ja = "閉じている", en = "closed" } },
]

[style]
field = "open"
"""


def cluster(city: SmallCity, encoding: Encoding) -> dict[str, Any]:
    """The properties of four points in one place, one without a flag."""
    rows = "".join(f"甲,35.1,139.1,{flag}\n" for flag in ("1", "1", "0", ""))
    city.put("points.csv", "名称,緯度,経度,開設\n" + rows)
    source = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.declare("points", source, top="crowded = 1", fields=FLAG)
    layer = city.open().layer("points")
    assert layer.bounds is not None
    tile = Tile.at(10, layer.bounds.west, layer.bounds.south)
    (feature,) = json.loads(layer.tile(tile, encoding))["features"]
    properties: dict[str, Any] = feature["properties"]
    return properties


def test_a_clusters_classes_are_spelt_as_in_json(city: SmallCity) -> None:
    expected = {"point_count": 4, "count:true": 2, "count:false": 1, "count:": 1}
    assert cluster(city, "geojson") == expected


def test_a_styled_clusters_classes_are_in_words(city: SmallCity) -> None:
    styled = cluster(city, "styled")
    counts = {name: styled[name] for name in ("件数", "開いている", "閉じている", "その他")}
    assert counts == {"件数": 4, "開いている": 2, "閉じている": 1, "その他": 1}


@pytest.mark.parametrize(
    ("value", "name"),
    [("消火栓", "count:消火栓"), (3, "count:3"), (1.5, "count:1.5"), (True, "count:true")],
)
def test_a_class_is_named_by_its_value(value: Scalar, name: str) -> None:
    assert count_name(value) == name
