"""Parts cut to a box, and rounded to a zoom's grid of coordinates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.parts import Geometries, Integers, Parts, Shapes, concatenate, from_shapes
from layers.geometry.runs import run_starts
from layers.geometry.threads import each_in_threads
from layers.geometry.tile import Bounds

Pairs = tuple[Integers, Integers]


def clip(
    parts: Parts, chosen: Integers, bounds: npt.NDArray[np.float64], box: Bounds, digits: int
) -> tuple[Parts, npt.NDArray[np.bool_]]:
    """The parts of index `chosen` inside `box` (degrees), in the order of their owners, those that
    cross its edge cut; and which of them were cut.

    Lines and polygons; `parts` lie on the grid of `digits` decimals, and so do the cut ones.
    `bounds` are those of the chosen parts.
    """
    inside = _within(bounds, box)
    whole = parts.take(chosen[inside])
    if inside.all():
        return whole, ~inside
    shapes = parts.take(chosen[~inside]).to_shapes()
    cut = on_grid(
        from_shapes(shapes.with_geometry(shapely.clip_by_rect(shapes.geometry, *box))), digits
    )
    both = concatenate([whole, cut])
    order = np.argsort(both.owner, kind="stable")
    return both.take(order), order >= len(whole)


def _within(bounds: npt.NDArray[np.float64], box: Bounds) -> npt.NDArray[np.bool_]:
    """Which of the bounds lie wholly inside the box."""
    west, south, east, north = bounds.T
    inside: npt.NDArray[np.bool_] = (
        (west >= box.west) & (south >= box.south) & (east <= box.east) & (north <= box.north)
    )
    return inside


def on_grid(parts: Parts, digits: int) -> Parts:
    """Lines or polygons with coordinates of `digits` decimals, without has_several vertices.

    Polygons are valid and wound as RFC 7946 wants. What the grid cannot show (a polygon thinner
    than its step) is left out.
    """
    pieces = each_in_threads(lambda piece: _piece_on_grid(piece, digits), parts.split())
    return concatenate(pieces)


def _piece_on_grid(parts: Parts, digits: int) -> Parts:
    snapped = _snapped(parts, digits)
    if snapped.kind == "line" or not len(snapped):
        return snapped
    # Rounding can fold a ring onto itself: only those are noded again, on the same grid.
    shapes = snapped.to_shapes()
    broken = ~shapely.is_valid(shapes.geometry)
    if broken.any():
        folded = Shapes("polygon", shapes.geometry[broken], np.flatnonzero(broken))
        mended = shapely.make_valid(folded.geometry, method="structure", keep_collapsed=False)
        noded = folded.with_geometry(shapely.set_precision(mended, 10.0**-digits))
        whole = snapped.take(~broken)
        joined = concatenate([whole, _rounded(from_shapes(noded), digits)])
        position = np.concatenate([np.flatnonzero(~broken), noded.owner])
        order = np.argsort(position, kind="stable")
        ordered = joined.take(order)
        snapped = replace(ordered, owner=snapped.owner[position[order]])
    return _wound(snapped, digits)


def whole_features(
    parts: Parts, digits: int, touched: npt.NDArray[np.bool_] | None = None
) -> Parts:
    """Parts of a feature that overlap or share an edge put together, so that it is valid.

    `touched` are the parts that may have come to do so; None: all. Only their features are tried.
    """
    if parts.kind != "polygon" or not len(parts):
        return parts
    # What is put together lies on the grid again, and may now meet another part of its feature:
    # then all of them are put together.
    for meeting in (_colliding, _siblings_of_colliding):
        tried = _of_several(parts, touched)
        shapes = parts.take(tried).to_shapes()
        first, second = meeting(shapes)
        if not len(first):
            return parts
        parts, touched = _put_together(
            parts, tried, shapes.geometry, _groups(len(shapes), first, second), digits
        )
    return parts


def _of_several(parts: Parts, touched: npt.NDArray[np.bool_] | None) -> Integers:
    """The parts of features that have several, and any of `touched`."""
    starts = run_starts(parts.owner)
    has_several = np.diff(starts) > 1
    if touched is not None:
        has_several &= np.logical_or.reduceat(touched, starts[:-1])
    return np.flatnonzero(np.repeat(has_several, np.diff(starts)))


def _put_together(
    parts: Parts, tried: Integers, geometry: Geometries, group: Integers, digits: int
) -> tuple[Parts, npt.NDArray[np.bool_]]:
    """Parts of one group as one, on the grid, in the place of the first; and which these are.

    `geometry` and `group` are of the parts `tried`.
    """
    order = np.argsort(group, kind="stable")
    starts = run_starts(group[order])
    groups = np.flatnonzero(np.diff(starts) > 1)
    members = [order[starts[at] : starts[at + 1]] for at in groups]
    merged = np.array(each_in_threads(lambda index: shapely.union_all(geometry[index]), members))
    first = tried[order[starts[groups]]]
    joined = on_grid(from_shapes(Shapes("polygon", merged, first).with_geometry(merged)), digits)
    others = np.setdiff1d(np.arange(len(parts)), tried[np.concatenate(members)])
    everything = concatenate([parts.take(others), joined])
    position = np.concatenate([others, joined.owner])
    order = np.argsort(position, kind="stable")
    return replace(everything.take(order), owner=parts.owner[position[order]]), order >= len(others)


def _colliding(shapes: Shapes) -> Pairs:
    """Pairs of parts that no valid feature has both of."""
    first, second = shapely.STRtree(shapes.geometry).query(shapes.geometry)
    vertices = shapely.get_num_coordinates(shapes.geometry)
    # Each pair once, the larger part first: the one that gains by being prepared.
    rank = np.empty_like(vertices)
    rank[np.argsort(vertices, kind="stable")] = np.arange(len(vertices))
    pairs = (rank[first] > rank[second]) & (shapes.owner[first] == shapes.owner[second])
    first, second = first[pairs], second[pairs]
    shapely.prepare(shapes.geometry[np.unique(first)])
    meet = shapely.intersects(shapes.geometry[first], shapes.geometry[second])
    first, second = first[meet], second[meet]
    # Interiors apart, and no more than points of their boundaries in common.
    well = shapely.relate_pattern(shapes.geometry[first], shapes.geometry[second], "F***0****")
    return first[~well], second[~well]


def _siblings_of_colliding(shapes: Shapes) -> Pairs:
    """Pairs that join all parts of a feature of which any two collide."""
    broken = np.isin(shapes.owner, shapes.owner[_colliding(shapes)[0]])
    first = np.flatnonzero(broken[1:] & (shapes.owner[1:] == shapes.owner[:-1]))
    return first, first + 1


def _groups(count: int, first: Integers, second: Integers) -> Integers:
    """For each of `count` indices the lowest of those that pairs join it to."""
    group = np.arange(count)
    while (group[first] != group[second]).any():
        lowest = np.minimum(group[first], group[second])
        np.minimum.at(group, first, lowest)
        np.minimum.at(group, second, lowest)
        group = group[group]
    return group


def _wound(parts: Parts, digits: int) -> Parts:
    """Valid polygons on the grid, wound as RFC 7946 wants: exteriors against the clock."""
    starts, sizes = parts.offsets[0][:-1], np.diff(parts.offsets[0])
    # In whole steps from the ring's first vertex, so that the sign of its area is exact.
    steps = parts.coordinates - np.repeat(parts.coordinates[starts], sizes, axis=0)
    x, y = np.rint(steps * 10.0**digits).T
    twice = np.zeros(len(x))
    twice[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]  # 0 from a ring's last vertex, which is its first
    exterior = np.zeros(len(sizes), dtype=bool)
    exterior[parts.offsets[1][:-1]] = True
    turned = (np.add.reduceat(twice, starts) > 0) != exterior
    if not turned.any():
        return parts
    order = np.arange(len(x))
    mirror = np.repeat(starts + starts + sizes - 1, sizes) - order
    order = np.where(np.repeat(turned, sizes), mirror, order)
    return replace(parts, coordinates=parts.coordinates[order])


def _rounded(parts: Parts, digits: int) -> Parts:
    rounded = np.round(parts.coordinates, digits)
    return Parts(parts.kind, rounded, parts.offsets, parts.owner)


def _snapped(parts: Parts, digits: int) -> Parts:
    """Parts rounded, without has_several vertices, and without rings and lines that vanished."""
    if not len(parts):
        return parts
    coordinates = np.round(parts.coordinates, digits)
    starts = parts.offsets[0]
    keep = np.ones(len(coordinates), dtype=bool)
    x, y = coordinates.T
    keep[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    keep[starts[:-1]] = True
    return Parts(parts.kind, coordinates, parts.offsets, parts.owner).only(keep)
