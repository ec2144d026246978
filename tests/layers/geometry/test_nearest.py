"""The nearest points are those that measuring every geodesic finds, in the same order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, strategies as st
from pyproj import Geod

from layers.geometry.nearest import Near, PointIndex

# On a lattice points coincide and lie as far as each other from a place.
LATTICE = st.integers(-4, 4).map(lambda step: step / 8)
LONGITUDE = LATTICE | st.floats(-180, 180) | st.sampled_from([-180.0, 180.0])
LATITUDE = LATTICE | st.floats(-85, 85) | st.sampled_from([-90.0, 90.0])
POINT = st.tuples(LONGITUDE, LATITUDE)


def measured(points: np.ndarray, place: tuple[float, float], among: np.ndarray, count: int) -> Near:
    """Every geodesic measured, and the shortest taken."""
    chosen = np.flatnonzero(among)
    x, y = points[chosen].T
    longitude, latitude = (np.full(len(chosen), degrees) for degrees in place)
    azimuth, _, metres = Geod(ellps="GRS80").inv(longitude, latitude, x, y)
    order = np.argsort(metres, kind="stable")[:count]
    return Near(chosen[order], metres[order], azimuth[order] % 360)


def check(points: np.ndarray, place: tuple[float, float], among: np.ndarray, count: int) -> None:
    near = PointIndex(points).nearest(*place, among, count)
    expected = measured(points, place, among, count)
    assert near.indices.tolist() == expected.indices.tolist()
    assert near.metres.tolist() == expected.metres.tolist()
    assert near.azimuth.tolist() == expected.azimuth.tolist()


@given(st.lists(st.tuples(POINT, st.booleans()), min_size=1, max_size=40), POINT, st.integers(1, 5))
@example([((0.0, 0.0), False)], (0.0, 0.0), 3)
@example([((0.125, 0.0), True), ((-0.125, 0.0), True)] * 3, (0.0, 0.0), 3)
def test_few_points_and_ties_are_found_as_by_measuring_all(
    points: list[tuple[tuple[float, float], bool]], place: tuple[float, float], count: int
) -> None:
    among = np.array([is_among for _, is_among in points])
    check(np.array([point for point, _ in points]), place, among, count)


@pytest.mark.parametrize("spread", [0.001, 1.0, 40.0])
def test_many_points_are_found_as_by_measuring_all(spread: float) -> None:
    random = np.random.default_rng(1)
    points = random.normal([139.6, 35.8], spread, (5000, 2)).clip([-180, -90], [180, 90])
    for place in random.normal([139.6, 35.8], spread, (40, 2)).clip([-180, -85], [180, 85]):
        check(points, (float(place[0]), float(place[1])), random.random(5000) < 0.5, 3)
