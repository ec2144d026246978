"""Features put together from their parts."""

from __future__ import annotations

import numpy as np
import shapely

from layers.geometry.parts import MULTI, Coordinates, Geometries, Parts, Shapes
from layers.geometry.runs import run_starts


def whole_geometries(shapes: Shapes) -> Geometries:
    """The geometry of each owner: a Multi geometry where it has several parts."""
    starts = run_starts(shapes.owner)
    if len(starts) == len(shapes) + 1:
        return shapes.geometry
    groups = np.split(shapes.geometry, starts[1:-1]) if len(shapes) else []
    whole = np.empty(len(groups), dtype=object)
    whole[:] = [group[0] if len(group) == 1 else MULTI[shapes.kind](group) for group in groups]
    return whole


def multi_geometries(shapes: Shapes) -> Geometries:
    """A Multi geometry of each owner, of one part or more."""
    starts = run_starts(shapes.owner)
    indices = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    multi: Geometries = MULTI[shapes.kind](shapes.geometry, indices=indices)
    return multi


def points_on(parts: Parts) -> Coordinates:
    """A point on each owner, in the parts' coordinates, (n, 2): on its largest part."""
    geometry = parts.to_shapes().geometry
    size = shapely.area(geometry) if parts.kind == "polygon" else shapely.length(geometry)
    starts = run_starts(parts.owner)[:-1]
    order = np.lexsort([-size, parts.owner])  # of equal parts the first
    points: Coordinates = shapely.get_coordinates(shapely.point_on_surface(geometry[order[starts]]))
    return points
