"""Lengths and areas on the plane are those on the ellipsoid."""

from __future__ import annotations

import pytest
import shapely

from layers.geometry.ellipsoid import GEOD
from layers.geometry.plane import Plane

PLANE = Plane(139.6, 35.8)


@pytest.mark.parametrize("middle", [(139.6, 35.8), (139.8, 35.8), (139.6, 36.0)])
@pytest.mark.parametrize("azimuth", [0, 40, 90])
def test_a_length_is_the_geodesic(middle: tuple[float, float], azimuth: float) -> None:
    x, y, _ = GEOD.fwd(*middle, azimuth, 140.0)
    start, end = (PLANE.metres(shapely.Point(*each)) for each in (middle, (x, y)))
    assert shapely.distance(start, end) == pytest.approx(140, rel=5e-6)


def test_an_area_is_that_on_the_ellipsoid_and_a_place_comes_back() -> None:
    box = shapely.box(139.55, 35.75, 139.65, 35.85)
    area, _ = GEOD.geometry_area_perimeter(shapely.segmentize(box, 0.001))
    assert shapely.area(PLANE.metres(shapely.segmentize(box, 0.001))) == pytest.approx(
        area, rel=1e-5
    )
    assert shapely.equals_exact(PLANE.degrees(PLANE.metres(box)), box, 1e-10)
