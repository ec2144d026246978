"""Circular arcs as lines.

An arc is cut into pieces of at most 4 degrees, as GDAL does it: of a circle of 100 metres they are
6 centimetres off.
"""

from __future__ import annotations

import math

import numpy as np

from layers.sources.vector.shapes import BrokenGeometry, Positions

STEP = math.radians(4)
STRAIGHT = 1e-12  # of the square of its chord: an arc that encloses less with it is straight


def along_arcs(positions: Positions) -> Positions:
    """The positions along arcs, each given by where it begins, a point on it, and where it ends,
    which is where the next begins. The given ones are among them. Raises `BrokenGeometry`.

    An arc that ends where it begins is a circle, whose middle lies halfway to the point on it.
    """
    if len(positions) < 3 or len(positions) % 2 == 0:
        raise BrokenGeometry("arc_positions", str(len(positions)))
    pieces = [positions[:1]]
    for at in range(0, len(positions) - 2, 2):
        start, through, end = positions[at : at + 3]
        pieces.append(_along(start, through, end))
    return np.concatenate(pieces)


def circle(positions: Positions) -> Positions:
    """The positions along the circle through three. Raises `BrokenGeometry`."""
    if len(positions) != 3:
        raise BrokenGeometry("arc_positions", str(len(positions)))
    start, through, end = positions
    centre = _centre(start, through, end)
    if centre is None:
        raise BrokenGeometry("arc_positions", str(len(positions)))
    opposite = 2 * np.array(centre) - start
    return np.concatenate([positions[:1], _along(start, opposite, start)])


def _along(start: Positions, through: Positions, end: Positions) -> Positions:
    """The positions of an arc behind its first, (n, 2)."""
    closed = bool((start == end).all())
    middle = (start + through) / 2
    centre = (float(middle[0]), float(middle[1])) if closed else _centre(start, through, end)
    if centre is None:
        return np.array([through, end])
    first, second, third = (
        math.atan2(point[1] - centre[1], point[0] - centre[0]) for point in (start, through, end)
    )
    turn = 2 * math.pi
    to_through, to_end = (second - first) % turn, (third - first) % turn
    if closed:
        to_through, to_end = math.pi, turn
    elif to_through > to_end:  # the other way round
        to_through, to_end = to_through - turn, to_end - turn
    radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
    halves = []
    for begin, stop, last in ((0.0, to_through, through), (to_through, to_end, end)):
        count = max(math.ceil(abs(stop - begin) / STEP), 1)
        angles = first + np.linspace(begin, stop, count + 1)[1:-1]
        between = np.column_stack([np.cos(angles), np.sin(angles)]) * radius + centre
        halves += [between, last.reshape(1, 2)]
    return np.concatenate(halves)


def _centre(start: Positions, through: Positions, end: Positions) -> tuple[float, float] | None:
    """The middle of the circle through three points; None where they lie on one line."""
    a, b = through - start, end - start
    twice_area = 2 * float(a[0] * b[1] - a[1] * b[0])
    if abs(twice_area) <= STRAIGHT * max(float(a @ a), float(b @ b)):
        return None
    x = (b[1] * (a @ a) - a[1] * (b @ b)) / twice_area
    y = (a[0] * (b @ b) - b[0] * (a @ a)) / twice_area
    return float(start[0] + x), float(start[1] + y)
