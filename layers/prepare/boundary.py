"""Rows outside the city: filtered or only counted, and how far the nearest of them are."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.ellipsoid import GEOD
from layers.geometry.parts import Geometries, Integers
from layers.report import Problem, spans_of

NEAR_MISS = 500.0  # metres: as far as a boundary drawn coarsely, or a wrong digit, may be off
MOST = 20  # near misses that are listed
REACH = np.array([-3, -1, 3, 1]) * 0.01  # degrees: more than NEAR_MISS up to 80 degrees north


def outside_of(
    city: shapely.Geometry,
    geometry: Geometries,
    retained: npt.NDArray[np.bool_],
    numbers: Integers,
    within: Literal["boundary"] | None,
) -> tuple[npt.NDArray[np.bool_], list[Problem]]:
    """Which of the rows `retained` still are, and what lies outside `city` (all in degrees).

    With `within` rows outside are left out, else they are only counted.
    """
    shapely.prepare(city)
    outside = retained & ~shapely.intersects(city, geometry)
    count = int(outside.sum())
    if not count:
        return retained, []
    if within is None:
        return retained, [Problem("note", "outside_kept", value=str(count))]
    spans = spans_of(numbers[outside].tolist())
    problems = [
        Problem("note", "outside", value=str(count), rows_left_out=count, count=count, spans=spans)
    ]
    return retained & ~outside, problems + _near_misses(
        city, geometry, np.flatnonzero(outside), numbers
    )


def _near_misses(
    city: shapely.Geometry, geometry: Geometries, index: Integers, numbers: Integers
) -> list[Problem]:
    """The rows of `index` within `NEAR_MISS` of the city, nearest first."""
    near = shapely.intersects(shapely.box(*shapely.bounds(city) + REACH), geometry[index])
    index = index[near]
    lines = shapely.shortest_line(geometry[index], city)
    ends = shapely.get_coordinates(lines).reshape(-1, 4)
    _, _, metres = GEOD.inv(*ends.T)
    nearest = np.argsort(metres, kind="stable")[:MOST]
    return [
        Problem("note", "near_outside", int(numbers[index[at]]), value=f"{metres[at]:.0f}")
        for at in nearest
        if metres[at] <= NEAR_MISS
    ]
