"""The files of the base map are what their sources say, each licence in a file of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from data.make_base import MARGIN, METRES, main
from data.make_facts import DATA
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city

FILES = ("attribution.geojson", "expressways.geojson", "openstreetmap.geojson")


def features(name: str) -> list[dict[str, Any]]:
    document = json.loads((DATA / "base" / name).read_text(encoding="utf-8"))
    listed: list[dict[str, Any]] = document["features"]
    return listed


@pytest.mark.shared
def test_making_the_base_again_gives_the_same_bytes(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "boundary.geojson").write_bytes((DATA / "boundary.geojson").read_bytes())
    main(shared, tmp_path)
    for name in FILES:
        made = (tmp_path / "base" / name).read_bytes()
        assert made == (DATA / "base" / name).read_bytes(), name


@pytest.mark.parametrize("name", FILES)
def test_everything_lies_in_the_city_or_near_it(name: str) -> None:
    city = json.loads((DATA / "boundary.geojson").read_text(encoding="utf-8"))["features"][0]
    boundary = shapely.from_geojson(json.dumps(city["geometry"]))
    west, south, east, north = shapely.bounds(boundary).tolist()
    y = MARGIN / METRES
    reach = shapely.box(west - 1.3 * y, south - 1.01 * y, east + 1.3 * y, north + 1.01 * y)
    for feature in features(name):
        assert reach.contains(shapely.from_geojson(json.dumps(feature["geometry"])))
        assert set(feature["properties"]) <= {
            "kind", "name", "name_en", "name_kana", "name_romaji", "name_ko", "name_zh",
        }  # fmt: skip


def test_each_file_is_credited_with_a_licence_of_its_own() -> None:
    city = load_city(BUNDLED_DEFINITIONS / "city.toml")
    licences = {entry.path.removeprefix("base/"): entry.credit for entry in city.base}
    assert sorted(licences) == sorted(FILES)
    assert "ODbL" in licences["openstreetmap.geojson"].licence["en"]
    assert licences["openstreetmap.geojson"].mark == "© OpenStreetMap contributors"
    assert licences["expressways.geojson"].licence["en"] == "CC BY-SA 3.0"
    kinds = {feature["properties"]["kind"] for feature in features("openstreetmap.geojson")}
    assert kinds == {"water", "river", "road", "park", "border"}
    assert {each["properties"]["kind"] for each in features("expressways.geojson")} == {
        "expressway"
    }
