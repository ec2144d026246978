"""Parts cut to a box, and laid on a zoom's grid of coordinates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from layers.parts import Integers, Parts, Shapes, concatenate, from_shapes, in_threads
from layers.shown import run_starts
from layers.tile import Bounds


def clip(parts: Parts, box: Bounds, digits: int) -> tuple[Parts, npt.NDArray[np.bool_]]:
    """The parts inside `box` (degrees), those that cross its edge cut, in the order of owners.

    Lines and polygons; `parts` lie on the grid of `digits` decimals, and so does what is cut. Also
    which of the parts given back were cut.
    """
    inside = within(parts.bounds(), box)
    if inside.all():
        return parts, ~inside
    shapes = parts.take(~inside).to_shapes()
    cut = on_grid(
        from_shapes(shapes.with_geometry(shapely.clip_by_rect(shapes.geometry, *box))), digits
    )
    both = concatenate([parts.take(inside), cut])
    order = np.argsort(both.owner, kind="stable")
    return both.take(order), (order >= np.count_nonzero(inside))


def within(bounds: npt.NDArray[np.float64], box: Bounds) -> npt.NDArray[np.bool_]:
    """Which of the bounds lie wholly inside the box."""
    west, south, east, north = bounds.T
    inside: npt.NDArray[np.bool_] = (
        (west >= box.west) & (south >= box.south) & (east <= box.east) & (north <= box.north)
    )
    return inside


def on_grid(parts: Parts, digits: int) -> Parts:
    """Lines or polygons with coordinates of `digits` decimals, without repeated vertices.

    Polygons are valid and wound as RFC 7946 wants. What the grid cannot show (a polygon thinner
    than its step) is left out.
    """
    snapped = _snapped(parts, digits)
    if snapped.kind == "line" or not len(snapped):
        return snapped
    polygons = snapped.to_shapes()
    # Rounding can fold a ring onto itself: only those are noded again, on the same grid.
    broken = ~in_threads(shapely.is_valid, polygons.geometry)
    if broken.any():
        geometry = polygons.geometry.copy()
        mended = shapely.make_valid(geometry[broken], method="structure", keep_collapsed=False)
        geometry[broken] = shapely.set_precision(mended, 10.0**-digits)
        polygons = polygons.with_geometry(geometry)
    return _wound(polygons, digits)


def whole_features(
    parts: Parts, digits: int, touched: npt.NDArray[np.bool_] | None = None
) -> Parts:
    """Parts of a feature that overlap or share an edge put together, so that it is valid.

    `touched` are the parts that may have come to do so; None: all. Only their features are tried.
    """
    if parts.kind != "polygon" or not len(parts):
        return parts
    starts = run_starts(parts.owner)
    several = np.diff(starts) > 1
    if touched is not None:
        several &= np.logical_or.reduceat(touched, starts[:-1])
    if not several.any():
        return parts
    tried = np.repeat(several, np.diff(starts))
    shapes = parts.take(tried).to_shapes()
    feature = np.repeat(np.arange(np.count_nonzero(several)), np.diff(starts)[several])
    bad = np.asarray(~shapely.is_valid(shapely.multipolygons(shapes.geometry, indices=feature)))
    if not bad.any():
        return parts
    broken = shapes.take(bad[feature])
    ends = run_starts(broken.owner)
    merged = np.empty(len(ends) - 1, dtype=object)
    for index, group in enumerate(np.split(broken.geometry, ends[1:-1])):
        merged[index] = shapely.union_all(group, grid_size=10.0**-digits)
    owners = Shapes("polygon", broken.geometry[ends[:-1]], broken.owner[ends[:-1]])
    mended = _wound(owners.with_geometry(merged), digits)
    kept = tried.copy()
    kept[tried] = bad[feature]
    both = concatenate([parts.take(~kept), mended])
    return both.take(np.argsort(both.owner, kind="stable"))


def _wound(shapes: Shapes, digits: int) -> Parts:
    """Valid polygons on the grid, wound as RFC 7946 wants."""
    wound = shapely.orient_polygons(shapes.geometry, exterior_cw=False)
    return _rounded(from_shapes(Shapes("polygon", wound, shapes.owner)), digits)


def _rounded(parts: Parts, digits: int) -> Parts:
    rounded = np.round(parts.coordinates, digits)
    return Parts(parts.kind, rounded, parts.offsets, parts.owner)


def _snapped(parts: Parts, digits: int) -> Parts:
    """Parts rounded, without repeated vertices, and without rings and lines that vanished."""
    if not len(parts):
        return parts
    coordinates = np.round(parts.coordinates, digits)
    starts = parts.offsets[0]
    keep = np.ones(len(coordinates), dtype=bool)
    x, y = coordinates.T
    keep[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    keep[starts[:-1]] = True
    fewest = 2 if parts.kind == "line" else 4  # vertices; a ring's first is also its last
    if keep.all() and np.diff(starts).min() >= fewest:
        return Parts(parts.kind, coordinates, parts.offsets, parts.owner)
    sizes = np.add.reduceat(keep.astype(np.int64), starts[:-1])
    if parts.kind == "line":
        there = sizes >= fewest
        keep &= np.repeat(there, np.diff(starts))
        return Parts("line", coordinates[keep], (_offsets(sizes[there]),), parts.owner[there])
    polygons = parts.offsets[1]
    closed = sizes >= fewest
    there = closed[polygons[:-1]]
    closed &= np.repeat(there, np.diff(polygons))
    keep &= np.repeat(closed, np.diff(starts))
    rings = np.add.reduceat(closed.astype(np.int64), polygons[:-1])
    offsets = (_offsets(sizes[closed]), _offsets(rings[there]))
    return Parts("polygon", coordinates[keep], offsets, parts.owner[there])


def _offsets(sizes: Integers) -> Integers:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
