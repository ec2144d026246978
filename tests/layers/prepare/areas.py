"""How near two areas are: the Hausdorff distance of the areas, not of their borders."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely


def near_each_other(
    one: shapely.Geometry,
    other: shapely.Geometry,
    distance: float,
    step: float,
    box: shapely.Geometry | None = None,
) -> bool:
    """Whether every place of each is within `distance` of the other, tried each `step`.

    With a `box`, only its places are: what lies near one at its edge may have been cut off.
    """
    inner = None if box is None else shapely.buffer(box, -distance)
    shapely.prepare([one, other])
    for near, far in ((one, other), (other, one)):
        places = samples(near, step)
        if inner is not None:
            places = places[shapely.intersects(inner, places)]
        if not shapely.dwithin(far, places, distance).all():
            return False
    return True


def samples(area: shapely.Geometry, step: float) -> npt.NDArray[Any]:
    """Points of an area: its vertices, and a grid of `step` inside it."""
    if shapely.is_empty(area):
        return np.empty(0, dtype=object)
    west, south, east, north = shapely.bounds(area)
    x, y = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    grid = np.asarray(shapely.points(x.ravel(), y.ravel()))
    inside = grid[shapely.contains_properly(area, grid)]
    return np.concatenate([shapely.points(shapely.get_coordinates(area)), inside])
