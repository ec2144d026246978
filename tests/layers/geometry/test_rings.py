"""Rings in any order, winding and role enclose the ground they enclose."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, strategies as st

from layers.geometry.rings import enclosed_area, valid_polygons

AREA = shapely.union_all(
    [
        shapely.Polygon(
            [(0, 0), (100, 0), (100, 100), (0, 100)],
            [[(10, 10), (60, 10), (60, 60), (10, 60)], [(70, 70), (80, 70), (75, 90)]],
        ),
        shapely.box(20, 20, 40, 40).difference(shapely.box(25, 25, 30, 30)),  # an island in a hole
        shapely.box(200, 0, 230, 30),
    ]
)
BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def repaired(geometry: shapely.Geometry, *, loose: bool = False) -> shapely.Polygon:
    valid: shapely.Polygon = valid_polygons(np.array([geometry], dtype=object), loose=loose)[0]
    assert valid.is_valid
    return valid


@given(st.permutations(range(6)), st.lists(st.booleans(), min_size=6, max_size=6))
def test_loose_rings_in_any_order_and_winding_are_the_same_area(
    order: list[int], turned: list[bool]
) -> None:
    rings = shapely.get_rings(shapely.get_parts(AREA))
    shuffled = [shapely.reverse(rings[index]) if turned[index] else rings[index] for index in order]
    one = shapely.Polygon(shuffled[0], shuffled[1:])  # as a reader without a clue makes it
    each = shapely.multipolygons([shapely.Polygon(ring) for ring in shuffled])
    assert repaired(one).equals(AREA)
    assert repaired(one, loose=True).equals(AREA)
    assert repaired(each, loose=True).equals(AREA)


@given(st.randoms(use_true_random=False))
def test_a_polygon_with_holes_is_the_same_whichever_ring_is_first(random: Random) -> None:
    polygon = shapely.get_parts(AREA)[0]
    rings = [*shapely.get_rings(polygon)]
    random.shuffle(rings)
    assert repaired(shapely.Polygon(rings[0], rings[1:])).equals(polygon)


def test_parts_that_overlap_are_put_together_where_the_format_says_that_they_are_parts() -> None:
    inner, outer = shapely.box(2, 2, 4, 4), shapely.box(0, 0, 10, 10)
    assert repaired(shapely.multipolygons([inner, outer])).area == pytest.approx(100)


def test_a_ring_that_is_there_twice_takes_nothing_away() -> None:
    ring = shapely.box(0, 0, 10, 10).exterior
    assert repaired(shapely.Polygon(ring, [ring])).area == pytest.approx(100)
    assert repaired(shapely.Polygon(ring, [ring]), loose=True).area == pytest.approx(100)


def test_both_halves_of_a_bow_tie_are_kept_whose_signed_area_is_nothing() -> None:
    assert BOW_TIE.area == 0
    assert repaired(BOW_TIE).area == pytest.approx(2)
    assert enclosed_area(BOW_TIE) == pytest.approx(2)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=9))
def test_no_lobe_of_a_ring_that_crosses_itself_is_lost(ring: list[tuple[int, int]]) -> None:
    polygon = shapely.Polygon(ring)
    enclosed = shapely.make_valid(polygon)
    assert shapely.area(enclosed.difference(repaired(polygon))) < 1e-6


def test_a_hole_that_sticks_out_stays_a_hole() -> None:
    polygon = shapely.Polygon(
        shapely.box(0, 0, 10, 10).exterior, [shapely.box(8, 4, 10.5, 6).exterior]
    )
    assert repaired(polygon).area == pytest.approx(96)
    assert repaired(polygon, loose=True).area == pytest.approx(96)


def test_what_is_no_area_is_empty() -> None:
    assert repaired(shapely.Polygon([(0, 0), (1, 0), (2, 0)])).is_empty
