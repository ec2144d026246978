"""Features put together from their parts."""

from __future__ import annotations

import numpy as np
import shapely

from layers.geometry.parts import MULTI, Coordinates, Geometries, Parts, Shapes
from layers.geometry.runs import run_starts


def whole_geometries(shapes: Shapes) -> Geometries:
    """The geometry of each owner: a Multi geometry where it has several parts."""
    groups = np.split(shapes.geometry, run_starts(shapes.owner)[1:-1]) if len(shapes) else []
    whole = np.empty(len(groups), dtype=object)
    whole[:] = [group[0] if len(group) == 1 else MULTI[shapes.kind](group) for group in groups]
    return whole


def points_on(parts: Parts) -> Coordinates:
    """A point on each owner, in the parts' coordinates, (n, 2): on its largest part."""
    geometry = parts.to_shapes().geometry
    size = shapely.area(geometry) if parts.kind == "polygon" else shapely.length(geometry)
    starts = run_starts(parts.owner)[:-1]
    order = np.lexsort([-size, parts.owner])  # of equal parts the first
    points: Coordinates = shapely.get_coordinates(shapely.point_on_surface(geometry[order[starts]]))
    return points
