"""Parts cut to a box."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from layers.parts import Geometries, Owners, Parts
from layers.tile import Bounds


def clip(parts: Parts, box: Bounds) -> Parts:
    """The parts inside `box` (degrees), those that cross its edge cut. Points on the edge stay."""
    bounds = shapely.bounds(parts.geometry)
    west, south, east, north = bounds.T
    inside = np.asarray(
        (west >= box.west) & (south >= box.south) & (east <= box.east) & (north <= box.north)
    )
    if inside.all() or parts.kind == "point":
        return parts.take(inside)
    geometry = parts.geometry.copy()
    geometry[~inside] = shapely.clip_by_rect(geometry[~inside], *box)
    return parts.with_geometry(geometry)


def on_grid(parts: Parts, digits: int) -> Parts:
    """Parts with coordinates of `digits` decimals, polygons valid and wound as RFC 7946 wants.

    What the grid cannot show (a polygon thinner than its step) is left out.
    """
    if parts.kind == "point" or not len(parts):
        return parts
    snapped, owner = _snapped(parts, digits)
    if parts.kind == "line":
        return Parts("line", snapped, owner)
    # Rounding can fold a ring onto itself: only those are noded again, on the same grid.
    broken = ~shapely.is_valid(snapped)
    if broken.any():
        snapped[broken] = shapely.set_precision(snapped[broken], 10.0**-digits)
        whole = Parts("polygon", snapped, owner).with_geometry(snapped)
        snapped, owner = whole.geometry, whole.owner
    return Parts("polygon", shapely.orient_polygons(snapped, exterior_cw=False), owner)


def _snapped(parts: Parts, digits: int) -> tuple[Geometries, Owners]:
    """Lines or polygons rounded, without repeated vertices, and without what vanished."""
    kind, coordinates, whole = shapely.to_ragged_array(parts.geometry, include_z=False)
    coordinates = np.round(coordinates, digits)
    offsets: tuple[npt.NDArray[np.integer], ...] = whole
    starts = offsets[0]
    keep = np.ones(len(coordinates), dtype=bool)
    keep[1:] = (coordinates[1:] != coordinates[:-1]).any(axis=1)
    keep[starts[:-1]] = True
    sizes = np.add.reduceat(keep, starts[:-1])
    if parts.kind == "line":
        there = sizes >= 2
        keep &= np.repeat(there, np.diff(starts))
        offsets = (_offsets(sizes[there]),)
    else:
        rings = np.diff(offsets[1])
        outer = sizes[offsets[1][:-1]] >= 4  # a closed ring has at least four vertices
        ring_there = (sizes >= 4) & np.repeat(outer, rings)
        keep &= np.repeat(ring_there, np.diff(starts))
        there = outer
        left = np.add.reduceat(ring_there, offsets[1][:-1])
        offsets = (_offsets(sizes[ring_there]), _offsets(left[there]))
    if not there.any():
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    return shapely.from_ragged_array(kind, coordinates[keep], offsets), parts.owner[there]


def _offsets(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)])
