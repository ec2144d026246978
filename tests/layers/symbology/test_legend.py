"""A class is named by its words, or by its value as people read it."""

from __future__ import annotations

import json
from pathlib import Path

from layers.geometry.tile import Tile
from layers.schema.values import PAGE_LANGUAGES
from tests.layers.city import SmallCity

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
FLAG = """
[fields.open]
title = { ja = "開設", en = "Open" }
column = "開設"
type = "flag"

[style]
field = "open"
classes = [{ value = true, color = "#aa0000" }, { value = false, color = "#0000aa" }]
"""


def test_a_flag_without_words_of_its_own_is_a_yes_or_a_no(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    city.put(
        "points.csv", "名称,緯度,経度,開設\nあ,35.1,139.1,1\nい,35.1,139.1,1\nう,35.1,139.1,0\n"
    )
    city.declare("points", SOURCE, top="crowded = 1", fields=FLAG)
    layer = city.open().layer("points")
    labels = [entry.label for entry in layer.legend()]
    assert [label["ja"] for label in labels] == ["あり", "なし"]
    assert [label["en"] for label in labels] == ["yes", "no"]
    assert all(set(label) == set(PAGE_LANGUAGES) for label in labels)
    styled = json.loads(layer.tile(Tile.at(10, 139.1, 35.1), "styled"))["features"]
    assert [(one["properties"]["あり"], one["properties"]["なし"]) for one in styled] == [(2, 1)]
