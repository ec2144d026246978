from __future__ import annotations

import shapely

from layers.geometry.gaps import without_gaps

METRE = 1 / 111_195


def test_a_gap_between_adjoining_areas_is_filled_and_a_wider_one_is_not() -> None:
    west = shapely.box(138.0, 34.0, 138.01, 34.01)
    for metres, pieces in ((2, 1), (8, 2)):
        start = 138.01 + metres * METRE / 0.829  # a degree of longitude is shorter by the cosine
        east = shapely.box(start, 34.0, start + 0.01, 34.01)
        closed = without_gaps(shapely.union(west, east), 5)
        assert shapely.get_num_geometries(closed) == pieces


def test_nothing_is_taken_away_and_the_outline_stays() -> None:
    star = shapely.Polygon([(138, 34), (138.01, 34.004), (138.02, 34), (138.01, 34.02)])
    closed = without_gaps(star, 5)
    assert shapely.area(shapely.difference(star, closed)) < 1e-15
    assert shapely.hausdorff_distance(shapely.boundary(star), shapely.boundary(closed)) < 5 * METRE


def test_a_sliver_inside_is_filled() -> None:
    whole = shapely.box(138.0, 34.0, 138.01, 34.01)
    sliver = shapely.box(138.002, 34.005, 138.008, 34.005 + 3 * METRE)
    closed = without_gaps(shapely.difference(whole, sliver), 5)
    assert shapely.get_num_interior_rings(closed) == 0
