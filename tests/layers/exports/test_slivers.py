"""A feature finer than the exports' grid is handed on as the finest that the grid can say."""

from __future__ import annotations

import csv
import json
from io import StringIO

import numpy as np
import pytest
import shapely

from layers.exports.pack import pack
from layers.geometry.parts import Kind, from_shapes, shapes_of
from layers.geometry.slivers import on_grid_whole
from layers.geometry.tile import SOURCE_DIGITS
from tests.layers.city import SQUARE, SmallCity, feature_collection, polygon
from tests.layers.exported import exported

STEP = 10.0**-SOURCE_DIGITS
SLIVER = [[139.1, 35.1], [139.1001, 35.1], [139.1001, 35.10000002], [139.1, 35.10000002]]
ALONG = [[139.1, 35.1], [139.11, 35.11], [139.11, 35.11000002], [139.1, 35.10000002]]
SPECK = [[139.15, 35.1], [139.15000002, 35.1], [139.15, 35.10000002]]


def closed(ring: list[list[float]]) -> list[list[float]]:
    return [*ring, ring[0]]


def line(*places: list[float]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [*places]}


POLYGONS = [
    polygon(closed(SLIVER)),
    polygon(SQUARE),
    polygon(closed(ALONG)),
    {"type": "MultiPolygon", "coordinates": [[closed(SPECK)], [closed(SLIVER)]]},
]
LINES = [
    line([139.1, 35.1], [139.10000002, 35.1]),
    line([139.1, 35.1], [139.1, 35.10000002]),
    line([139.1, 35.1], [139.2, 35.2]),
]


@pytest.mark.parametrize("geometries", [POLYGONS, LINES], ids=["polygons", "lines"])
def test_every_format_has_every_feature_where_it_is(
    city: SmallCity, geometries: list[dict[str, object]]
) -> None:
    named: list[tuple[dict[str, object] | None, dict[str, object]]] = [
        (geometry, {"名称": str(at)}) for at, geometry in enumerate(geometries)
    ]
    city.put("fine.geojson", feature_collection(*named))
    city.declare("fine", 'path = "fine.geojson"')
    layer = city.open().layer("fine")
    features = json.loads(exported(layer.revision))["features"]
    assert [feature["properties"]["name"] for feature in features] == ["0", "1", "2", "3"][
        : len(geometries)
    ]
    lines = csv.DictReader(StringIO(exported(layer.revision, "csv").decode("utf-8-sig")))
    for feature, row, source in zip(features, lines, geometries, strict=True):
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        assert not shape.is_empty
        assert shapely.hausdorff_distance(shape, shapely.geometry.shape(source)) < 3 * STEP
        assert shapely.equals(shapely.from_wkt(row["wkt"]), shape)
        at = shapely.Point(float(row["longitude"]), float(row["latitude"]))
        assert shapely.distance(at, shape) < STEP
    assert len(pack(layer)) > 100


@pytest.mark.parametrize("offset", [0.0, 0.5, 1.5, 2.5])
def test_a_shape_alone_between_two_steps_of_the_grid_vanishes_neither(offset: float) -> None:
    x, y = 139.1 + offset * STEP, 35.1 + offset * STEP
    dot = shapely.box(x, y, x + STEP / 100, y + STEP / 100)
    shapes: dict[Kind, shapely.Geometry] = {
        "polygon": dot,
        "line": shapely.LineString([(x, y), (x, y)]),
    }
    for kind, shape in shapes.items():
        parts = from_shapes(shapes_of(kind, np.array([shape])))
        on_grid = on_grid_whole(parts, SOURCE_DIGITS).to_shapes()
        assert on_grid.owner.tolist() == [0]
        assert shapely.is_valid(on_grid.geometry).all()
