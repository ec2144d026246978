from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import shapely
from hypothesis import given, strategies as st

from layers.geometry.clip import on_grid
from layers.geometry.parts import Kind, Parts, empty, from_shapes, shapes_of
from layers.tiles.content import whole_layer
from layers.tiles.geojson import collection, features


def written(
    kind: Kind, geometries: Sequence[shapely.Geometry], digits: int = 6
) -> list[dict[str, Any]]:
    shapes = shapes_of(kind, np.array(geometries, dtype=object))
    if kind == "point":
        points = from_shapes(shapes)
        parts = Parts(kind, np.round(points.coordinates, digits), (), points.owner)
    else:
        parts = on_grid(from_shapes(shapes), digits)
    count = len(geometries)
    shown = whole_layer(parts, list(range(1, count + 1)), [b'{"n":1}'] * count)
    return cast(list[dict[str, Any]], json.loads(collection(features(shown)))["features"])


def test_points_lines_and_polygons_read_back_as_they_were() -> None:
    hole = [(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)]
    cases: list[tuple[Kind, shapely.Geometry]] = [
        ("point", shapely.Point(139.5, 35.7)),
        ("point", shapely.MultiPoint([(139.5, 35.7), (139.6, 35.8)])),
        ("line", shapely.LineString([(0, 0), (1, 1), (2, 0)])),
        ("line", shapely.MultiLineString([[(0, 0), (1, 1)], [(5, 5), (6, 6)]])),
        ("polygon", shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [hole])),
        ("polygon", shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 3, 4, 4)])),
    ]
    for kind, geometry in cases:
        (feature,) = written(kind, [geometry])
        assert shapely.normalize(shapely.geometry.shape(feature["geometry"])) == shapely.normalize(
            geometry
        )
        assert (feature["id"], feature["properties"]) == (1, {"n": 1})


def test_many_features_keep_their_own_ids_and_places() -> None:
    boxes = [shapely.box(x, 0, x + 0.5, 0.5) for x in range(50)]
    for number, feature in enumerate(written("polygon", boxes), 1):
        assert feature["id"] == number
        assert shapely.geometry.shape(feature["geometry"]).equals(boxes[number - 1])


def test_nothing_is_an_empty_collection() -> None:
    assert features(whole_layer(empty("polygon"), [], [])) == []
    assert json.loads(collection([])) == {"type": "FeatureCollection", "features": []}


@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=20, unique=True
    ),
    st.integers(0, 7),
)
def test_coordinates_are_written_with_no_more_digits_than_wanted(
    places: list[tuple[float, float]], digits: int
) -> None:
    for place, feature in zip(
        places, written("point", list(map(shapely.Point, places)), digits), strict=True
    ):
        for axis, coordinate in zip(place, feature["geometry"]["coordinates"], strict=True):
            assert coordinate == round(coordinate, digits)
            assert abs(coordinate - axis) <= 0.5 * 10**-digits + 1e-12


def test_rings_are_wound_as_rfc_7946_wants() -> None:
    clockwise = shapely.Polygon(
        [(0, 0), (0, 4), (4, 4), (4, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]]
    )
    (feature,) = written("polygon", [clockwise])
    outer, hole = feature["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(hole).is_ccw


def test_a_polygon_that_rounding_folds_is_made_valid() -> None:
    # Rounded to whole degrees, the spike runs along the polygon's own edge.
    folded = shapely.Polygon(
        [(0, 0), (4, 0), (4, 4), (2.1, 4), (2.1, 0.2), (1.9, 0.2), (1.9, 4), (0, 4)]
    )
    for feature in written("polygon", [folded], 0):
        assert shapely.geometry.shape(feature["geometry"]).is_valid
