"""Rows that repeat another row, or nearly so."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.parts import Geometries, Integers, Kind
from layers.geometry.tile import METRES_PER_DEGREE, SOURCE_DIGITS
from layers.messages import ProblemKind
from layers.report import Problem
from layers.revision.table import Slices

NEAR = 5.0  # metres: nearer than that, two places of the same kind are likely to be one
MOST = 100  # pairs that are listed

Floats = npt.NDArray[np.float64]


def duplicates(
    kind: Kind,
    geometry: Geometries,
    properties: Slices,
    labels: Integers | None,
    numbers: Integers,
) -> list[Problem]:
    """Notes of rows alike in published properties and position, and of near neighbours.

    `geometry` is in degrees; `labels` are the same number where labels are alike. Neighbours are
    sought among points with a label.
    """
    places = shapely.bounds(geometry)[:, :2]
    problems = _exact(places, geometry, properties, numbers)
    if kind == "point" and labels is not None:
        problems += _near(places, labels, numbers)
    return problems


def _exact(
    places: Floats, geometry: Geometries, properties: Slices, numbers: Integers
) -> list[Problem]:
    """Rows that an earlier one equals. `places` (n, 2) are the corners of their bounds."""
    whole = np.round(places * 10**SOURCE_DIGITS).astype(np.int64)
    index = _shared(whole @ [1 << 32, 1])  # both in one number: each has less than 32 bits
    first: dict[tuple[bytes, bytes], int] = {}
    pairs = []
    shapes = shapely.to_wkb(geometry[index])
    for row, content, shape in zip(
        numbers[index].tolist(), properties.take(index), shapes, strict=True
    ):
        earlier = first.setdefault((content, shape), row)
        if earlier != row:
            pairs.append((row, str(earlier), ""))
    return _listed("duplicate", "duplicates", pairs)


def _near(places: Floats, label: Integers, numbers: Integers) -> list[Problem]:
    """Points within `NEAR` metres of another with the same label, but not at its very place.

    `places` are longitudes and latitudes, (n, 2).
    """
    if len(places) < 2:
        return []
    stretch = np.array([np.cos(np.radians(places[:, 1].mean())), 1.0])
    metres = places * METRES_PER_DEGREE * stretch
    # Two points within NEAR share a cell of twice that in one of four grids, each half a cell off.
    halves = np.floor(metres / NEAR).astype(np.int64)
    shifts = [(0, 0), (1, 0), (0, 1), (1, 1)]
    neighbours = np.concatenate(
        [_together((halves + shift) // 2, metres[:, 0], label) for shift in shifts]
    )
    neighbours = np.unique(np.sort(neighbours, axis=1), axis=0)
    distance = np.hypot(*(metres[neighbours[:, 0]] - metres[neighbours[:, 1]]).T)
    close = (distance <= NEAR) & (distance > 0)
    pairs = [
        (int(numbers[second]), str(numbers[first]), f"{distance_m:.1f}")
        for (first, second), distance_m in zip(neighbours[close], distance[close], strict=True)
    ]
    return _listed("near_duplicate", "near_duplicates", pairs)


def _together(cells: Integers, eastward: Floats, label: Integers) -> Integers:
    """Pairs of neighbours, from west to east, that share a cell and a label, (n, 2).

    `cells` are columns and rows, (n, 2); `eastward` says how far east a point lies.
    """
    number = cells[:, 1] * (np.ptp(cells[:, 0]) + 1) + cells[:, 0]
    shared = _shared(number)
    order = shared[np.lexsort((eastward[shared], label[shared], number[shared]))]
    key = np.column_stack([number, label])[order]
    together = np.flatnonzero((key[1:] == key[:-1]).all(axis=1))
    return np.column_stack([order[together], order[together + 1]])


def _shared(numbers: Integers) -> Integers:
    """The indices of numbers that occur more than once: in most layers few."""
    ordered = np.sort(numbers)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(repeated):
        return np.empty(0, dtype=np.int64)
    position = np.searchsorted(repeated, numbers).clip(max=len(repeated) - 1)
    return np.flatnonzero(repeated[position] == numbers)


def _listed(
    kind: ProblemKind, summary: ProblemKind, pairs: list[tuple[int, str, str]]
) -> list[Problem]:
    """A note for each pair: the row, the other row's number and the metres between them.

    `summary` is the kind of the note that counts the pairs beyond `MOST`.
    """
    problems = [
        Problem("note", kind, row, value=second, detail=metres)
        for row, second, metres in pairs[:MOST]
    ]
    if len(pairs) > MOST:
        problems.append(Problem("note", summary, value=str(len(pairs) - MOST)))
    return problems
