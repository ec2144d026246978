"""Geometries from the numbers of text formats, or why they make none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryType

from layers.errors import explanation
from layers.geometry.parts import MULTI, TYPES, Geometries
from layers.japanese.spelling import nfkc
from layers.messages import ProblemKind
from layers.messages.message import LANGUAGES
from layers.report import Problem

Positions = npt.NDArray[np.float64]  # x and y, (n, 2) or wider
Rings = Sequence[Sequence[Sequence[float]] | Positions]  # an outer ring and its holes

LONGEST = 40  # characters of a value in a message
LEAST = {"line": 2, "ring": 4}  # positions
REPEATED = 20  # times that a position of a file comes in its geometries; of a border mostly twice
FREE = 1_000_000  # positions that come again in whatever file


class BrokenGeometry(ValueError):
    """Coordinates that make no geometry: why, as a kind of `layers.messages`."""

    def __init__(self, kind: ProblemKind, value: str = "", detail: str = "") -> None:
        self.why: dict[str, str] = {
            language: explanation(kind, language, "", None, value, detail) for language in LANGUAGES
        }
        super().__init__(self.why["en"])

    def problem(self, row: int) -> Problem:
        """The row's problem for the report."""
        return Problem("warning", "broken_geometry", row, detail=self.why, rows_left_out=1)


class Repetition:
    """How many positions the geometries of a file may be made of that refer to `positions` in it:
    references to references may multiply without end.
    """

    def __init__(self, positions: int) -> None:
        self._most = self._left = REPEATED * positions + FREE

    def take(self, positions: int) -> None:
        """Use positions once more. Raises `BrokenGeometry` where that is too often."""
        self._left -= positions
        if self._left < 0:
            raise BrokenGeometry("many_repetitions", f"{self._most:,}")


def number(cell: object) -> float:
    """A coordinate, from a number or text, full-width digits included. Raises `BrokenGeometry`."""
    if isinstance(cell, str):
        try:
            cell = float(nfkc(cell).strip())
        except ValueError:
            raise BrokenGeometry("not_a_number", str(cell)[:LONGEST]) from None
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise BrokenGeometry("not_a_number", str(cell)[:LONGEST])
    try:
        value = float(cell)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise BrokenGeometry("not_a_finite_number", str(cell)[:LONGEST])
    return value


def point(positions: Sequence[Sequence[float]]) -> shapely.Geometry:
    """The point at the one position there is. Raises `BrokenGeometry`."""
    if len(positions) != 1:
        raise BrokenGeometry("point_positions", str(len(positions)))
    return shapely.Point(positions[0][0], positions[0][1])


def line(positions: Sequence[Sequence[float]] | Positions) -> shapely.Geometry:
    """The line through (x, y) positions. Raises `BrokenGeometry`."""
    return shapely.LineString(_at_least("line", _pairs(positions)))


def polygon(rings: Rings) -> shapely.Geometry:
    """The polygon of an outer ring and its holes, closed where they are not.

    Raises `BrokenGeometry`.
    """
    return cast(shapely.Geometry, polygons([rings])[0])


def polygons(ring_lists: Sequence[Rings]) -> Geometries:
    """A polygon of each list of rings. Raises `BrokenGeometry`."""
    closed = [[_closed(ring) for ring in rings] for rings in ring_lists]
    if not all(closed):
        raise BrokenGeometry("no_ring")
    rings = [ring for rings in closed for ring in rings]
    if not rings:
        return np.empty(0, dtype=object)
    offsets = np.cumsum([0, *map(len, rings)]), np.cumsum([0, *map(len, closed)])
    return shapely.from_ragged_array(GeometryType.POLYGON, np.concatenate(rings), offsets)


def together(parts: Iterable[shapely.Geometry]) -> shapely.Geometry:
    """One geometry of several: of one kind where they are. Raises `BrokenGeometry`."""
    geometries = list(parts)
    if not geometries:
        raise BrokenGeometry("no_parts")
    if len(geometries) == 1:
        return geometries[0]
    flat = shapely.get_parts(geometries)
    types = {*shapely.get_type_id(flat).tolist()}
    kind = next((kind for kind, number in TYPES.items() if types == {number}), None)
    return cast(shapely.Geometry, (MULTI[kind] if kind else shapely.geometrycollections)(flat))


def from_above(geometry: shapely.Geometry) -> shapely.Geometry:
    """Polygons, such as the triangles of a mesh, as one area; what stands upright is left out."""
    if shapely.get_type_id(geometry) != GeometryType.MULTIPOLYGON:
        return geometry
    parts = shapely.get_parts(geometry)
    flat = parts[shapely.area(parts) > 0]
    return shapely.union_all(shapely.make_valid(flat)) if len(flat) else geometry


def _pairs(positions: Sequence[Sequence[float]] | Positions) -> Positions:
    if isinstance(positions, np.ndarray):
        return positions[:, :2]
    return np.array([position[:2] for position in positions], dtype=float).reshape(-1, 2)


def _closed(ring: Sequence[Sequence[float]] | Positions) -> Positions:
    positions = _pairs(ring)
    if len(positions) and (positions[0] != positions[-1]).any():
        positions = np.concatenate([positions, positions[:1]])
    return _at_least("ring", positions)


def _at_least(kind: str, positions: Positions) -> Positions:
    if len(positions) < LEAST[kind]:
        raise BrokenGeometry("few_positions", str(len(positions)), kind)
    return positions
