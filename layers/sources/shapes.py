"""Geometries from the numbers of text formats, or why they make none."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import numpy as np
import shapely

from layers.errors import told
from layers.report import Problem
from layers.texts.message import LANGUAGES

LONGEST = 40  # characters of a value in a message
LEAST = {"line": 2, "ring": 4}  # positions
SEVERAL: dict[str, Callable[[Any], Any]] = {
    "Point": shapely.multipoints,
    "LineString": shapely.multilinestrings,
    "Polygon": shapely.multipolygons,
}


class BrokenGeometry(ValueError):
    """Coordinates that make no geometry: why, as a kind of `layers.texts`."""

    def __init__(self, kind: str, value: str = "", detail: str = "") -> None:
        self.why = {
            language: told(kind, language, "", None, value, detail) for language in LANGUAGES
        }
        super().__init__(self.why["en"])

    def problem(self, row: int) -> Problem:
        """What the report says of the row."""
        return Problem("warning", "broken_geometry", row, detail=self.why, rows_left_out=1)


def number(cell: object) -> float:
    """A coordinate, from a number or text, full-width digits included. Raises `BrokenGeometry`."""
    if isinstance(cell, str):
        try:
            cell = float(unicodedata.normalize("NFKC", cell).strip())
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


def line(positions: Sequence[Sequence[float]]) -> shapely.Geometry:
    """The line through (x, y) positions. Raises `BrokenGeometry`."""
    return shapely.LineString(_at_least("line", positions))


def polygon(rings: Sequence[Sequence[Sequence[float]]]) -> shapely.Geometry:
    """The polygon of an outer ring and its holes, closed where they are not.

    Raises `BrokenGeometry`.
    """
    if not rings:
        raise BrokenGeometry("no_ring")
    return shapely.Polygon(_closed(rings[0]), [_closed(ring) for ring in rings[1:]])


def together(parts: Iterable[shapely.Geometry]) -> shapely.Geometry:
    """One geometry of several: of one kind where they are. Raises `BrokenGeometry`."""
    several = list(parts)
    if not several:
        raise BrokenGeometry("no_parts")
    if len(several) == 1:
        return several[0]
    flat = shapely.get_parts(several)
    kinds = {part.geom_type for part in flat}
    make = SEVERAL.get(kinds.pop()) if len(kinds) == 1 else None
    return cast(shapely.Geometry, (make or shapely.geometrycollections)(flat))


def _closed(ring: Sequence[Sequence[float]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    positions = [tuple(position[:2]) for position in ring]
    if positions and positions[0] != positions[-1]:
        positions.append(positions[0])
    return _at_least("ring", positions)


def _at_least(
    kind: str, positions: Sequence[Sequence[float]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    if len(positions) < LEAST[kind]:
        raise BrokenGeometry("few_positions", str(len(positions)), kind)
    return np.array([position[:2] for position in positions], dtype=float)
