"""A tile is kept within its bytes by showing less detail, never by leaving a hazard out."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
import shapely

from layers.geometry.parts import from_shapes, shapes_of
from layers.prepare import zoom_levels
from layers.revision.level import Level
from layers.revision.table import FeatureTable, Slices
from layers.schema.load import load_layer
from tests.layers.city import SmallCity, feature_collection, polygon


def many_squares(count: int) -> str:
    """Small squares of one rank, a row of them after another."""
    step, side = 0.0005, 0.0003
    squares: list[tuple[dict[str, object] | None, dict[str, object]]] = []
    for number in range(count):
        x, y = 139.0 + number % 100 * step, 35.0 + number // 100 * step
        ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
        squares.append((polygon(ring), {"名称": "浅い"}))
    return feature_collection(*squares)


def discs(count: int) -> str:
    """Overlapping discs of 64 vertices, a feature each."""
    found: list[tuple[dict[str, object] | None, dict[str, object]]] = []
    for number in range(count):
        place = shapely.Point(139.01 + number % 30 * 0.006, 35.01 + number // 30 * 0.006)
        ring = shapely.get_coordinates(place.buffer(0.004, quad_segs=16)).tolist()
        found.append((polygon(ring), {"名称": "円"}))
    return feature_collection(*found)


HAZARD = 'hazard = "内水"\nscenario = "実績"\ncoverage = "unknown"\nminzoom = 8\nmaxzoom = 14\n'


def test_a_tile_keeps_to_its_bytes_and_every_polygon_stays(city: SmallCity) -> None:
    city.put("flood.geojson", discs(600))
    top = HAZARD + "tile_bytes = 240000"
    city.declare("flood", 'path = "flood.geojson"', group="disaster", top=top)
    layer = city.open().layer("flood")
    assert [problem.kind for problem in layer.revision.report.problems] == ["not_a_coverage"]
    assert max(layer.revision.pixels.values()) > 1  # else the limit was none
    for z in range(8, 15):
        ids = set()
        for _, content in layer.tiles(z):
            assert len(content) <= 240_000
            ids |= {feature["id"] for feature in json.loads(content)["features"]}
        assert len(ids) == 600


def test_a_tile_that_cannot_is_reported_with_its_size(city: SmallCity) -> None:
    city.put("flood.geojson", many_squares(2000))
    top = HAZARD + "tile_bytes = 20000"
    city.declare("flood", 'path = "flood.geojson"', group="disaster", top=top)
    layer = city.open().layer("flood")
    found = [problem for problem in layer.revision.report.problems if problem.kind == "tile_size"]
    assert found
    sizes = {
        f"{tile.z}/{tile.x}/{tile.y}": len(content)
        for z in range(8, 15)
        for tile, content in layer.tiles(z)
    }
    for problem in found:
        assert problem.severity == "warning"
        assert problem.value is not None
        assert f"{sizes[problem.value]:,}" in problem.message("en")
        zoom = problem.value.split("/")[0]
        assert sizes[problem.value] == max(
            size for place, size in sizes.items() if place.split("/")[0] == zoom
        )
    assert set(layer.revision.pixels.values()) == {1, 4} or set(layer.revision.pixels.values()) == {
        4
    }


def test_parts_of_one_feature_merge_to_keep_a_tile_small(city: SmallCity) -> None:
    squares = json.loads(many_squares(5000))["features"]
    whole: dict[str, object] = {
        "type": "MultiPolygon",
        "coordinates": [square["geometry"]["coordinates"] for square in squares],
    }
    city.put("flood.geojson", feature_collection((whole, {"名称": "浅い"})))
    top = HAZARD + "tile_bytes = 150000"
    city.declare("flood", 'path = "flood.geojson"', group="disaster", top=top)
    layer = city.open().layer("flood")
    assert layer.revision.report.problems == []
    assert max(layer.revision.pixels.values()) > 1
    assert all(len(content) <= 150_000 for z in range(8, 15) for _, content in layer.tiles(z))


def test_a_zoom_made_beside_the_one_before_is_what_it_is_when_asked_for(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = json.loads(many_squares(5000))["features"]
    squares = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    source = from_shapes(shapes_of("polygon", np.array([shapely.multipolygons(squares)])))
    table = FeatureTable(np.arange(1), Slices.of([b"{}"]))
    top = HAZARD + "tile_bytes = 150000"
    city.declare("flood", 'path = "flood.geojson"', group="disaster", top=top)
    definition = load_layer(city.definitions / "flood.toml")

    def made() -> tuple[list[Level], dict[int, int]]:
        levels, pixels, _ = zoom_levels.levels(source, np.zeros(1, np.int64), table, definition)
        return levels, pixels

    beside, pixels = made()
    monkeypatch.setattr(zoom_levels, "_coarser", lambda now, z, _: partial(now.coarsened, z))
    asked, same_pixels = made()
    assert set(pixels.values()) == {1, 2, 4}
    assert pixels == same_pixels
    for one, other in zip(beside, asked, strict=True):
        assert np.array_equal(one.parts.coordinates, other.parts.coordinates)
        assert np.array_equal(one.parts.owner, other.parts.owner)
