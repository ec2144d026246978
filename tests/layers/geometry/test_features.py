from __future__ import annotations

import numpy as np
import shapely

from layers.geometry.features import points_on, whole_geometries
from layers.geometry.parts import from_shapes, shapes_of

WKT = [
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 9, 5 5), (6 6, 6 7, 7 7, 6 6)))",
    "POLYGON ((2 2, 3 2, 3 3, 2 2))",
    "MULTIPOLYGON (((20 0, 21 0, 21 1, 20 1, 20 0)), ((30 0, 31 0, 31 1, 30 1, 30 0)))",
]


def test_features_are_put_together_as_they_came_apart() -> None:
    geometry = shapely.from_wkt(np.array(WKT, dtype=object))
    whole = whole_geometries(from_shapes(shapes_of("polygon", geometry)).to_shapes())
    assert shapely.to_wkt(whole).tolist() == shapely.to_wkt(geometry).tolist()


def test_a_point_stands_on_the_largest_part_and_the_first_of_equal_ones() -> None:
    geometry = shapely.from_wkt(np.array(WKT, dtype=object))
    points = points_on(from_shapes(shapes_of("polygon", geometry)))
    largest = shapely.box([5, 2, 20], [5, 2, 0], [9, 3, 21], [9, 3, 1])
    assert shapely.contains_xy(largest, points).all()
    assert shapely.contains_xy(geometry, points).all()
