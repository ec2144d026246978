"""Geometries of WKB and WKT, with curves and surfaces as lines and polygons.

A curve among a million points must not keep the others from being read: shapely reads all that it
knows at once, and the rest is taken up one by one.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely import GeometryType

from layers.geometry.parts import Geometries, simple_parts
from layers.report import Problem
from layers.sources.vector import shapes
from layers.sources.vector.arcs import along_arcs
from layers.sources.vector.shapes import BrokenGeometry, Positions
from layers.sources.vector.well_known import (
    ARC,
    CURVES,
    DEEPEST,
    LINES,
    SURFACES,
    Node,
    from_wkb,
    from_wkt,
)

COLLECTIONS = frozenset(struct.pack(order, code) for order in ("<I", ">I") for code in (7, 1007))
COLLECTION_HEADER = 9  # bytes: their order, the code and the number of geometries
WRAPPER = re.compile("COLLECTION|CURVE|SURFACE", re.IGNORECASE)  # what may stand in itself


@dataclass
class Made:
    """Geometries, None where there is none, and why some could not be made, by index.

    `kinds` counts those that were of a kind which GEOS does not know.
    """

    geometry: Geometries
    broken: dict[int, BrokenGeometry] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def leave_out_hidden_curves(self) -> None:
        """Put None for collections with a curve in them, which shapely makes and then fails at."""
        of_several = shapely.get_type_id(self.geometry) == GeometryType.GEOMETRYCOLLECTION
        for index in np.flatnonzero(of_several).tolist():
            try:
                simple_parts(self.geometry[index])
            except NotImplementedError:
                self.geometry[index] = None

    def notes(self) -> list[Problem]:
        """What is to be said of geometries that are not as the source has them."""
        return notes(self.kinds)


def notes(kinds: Counter[str]) -> list[Problem]:
    """A note of each kind of curve, and of each of surface, with its number."""
    return [
        Problem(
            "note",
            "surfaces_as_polygons" if kind in SURFACES else "curves_as_lines",
            value=kind,
            detail=str(count),
        )
        for kind, count in kinds.items()
    ]


def of_wkb(contents: Sequence[bytes | None]) -> Made:
    """The geometry of each content; none of None."""
    return _made(contents, shapely.from_wkb, from_wkb, _is_deep)


def of_wkt(texts: Sequence[str]) -> Made:
    """The geometry of each text; none of an empty one."""
    return _made(texts, shapely.from_wkt, from_wkt, _may_be_deep)


def _is_deep(content: bytes) -> bool:
    """Whether collections begin one within another, deeper than is read."""
    at = depth = 0
    while depth <= DEEPEST and content[at + 1 : at + 5] in COLLECTIONS:
        at, depth = at + COLLECTION_HEADER, depth + 1
    return depth > DEEPEST


def _may_be_deep(text: str) -> bool:
    """Whether GEOS, which goes as deep into itself as a text does, could run out of its stack."""
    return len(WRAPPER.findall(text)) > DEEPEST


def _made(
    contents: Sequence[Any],
    read: Callable[..., Any],
    parse: Callable[[Any], Node],
    is_dangerous: Callable[[Any], bool],
) -> Made:
    """Geometries by `read`, which is shapely's, and those it cannot make by `parse`."""
    safe = [None if not content or is_dangerous(content) else content for content in contents]
    geometry = np.full(len(contents), None, dtype=object)
    try:
        geometry[:] = read(safe, on_invalid="ignore")
    except NotImplementedError:  # for one curve among them
        for index, content in enumerate(safe):
            with suppress(NotImplementedError):
                geometry[index] = read(content, on_invalid="ignore")
    made = Made(geometry)
    made.leave_out_hidden_curves()
    for index in np.flatnonzero(shapely.is_missing(geometry)).tolist():
        if not contents[index]:
            continue
        try:
            node = parse(contents[index])
            kinds = {*node.kinds()}
            if safe[index] and not kinds & (CURVES | SURFACES):  # GEOS knows it, and cannot make it
                raise BrokenGeometry("unmade")
            geometry[index] = _geometry(node)
        except BrokenGeometry as error:
            made.broken[index] = error
        else:
            made.kinds.update(sorted(kinds & SURFACES)[:1])
            made.kinds.update([node.kind] if ARC in kinds else [])
    return made


def _geometry(node: Node) -> shapely.Geometry:
    """The geometry of a node. Raises `BrokenGeometry`."""
    if not node.parts and not len(node.positions):
        return shapely.GeometryCollection()
    if not np.isfinite(node.positions).all():
        raise BrokenGeometry("not_a_finite_number", "NaN")
    if node.kind == "POINT":
        return shapes.point(node.positions.tolist())
    if node.kind in LINES or node.kind == "COMPOUNDCURVE":
        return shapes.line(_line(node))
    if node.kind in ("POLYGON", "TRIANGLE", "CURVEPOLYGON"):
        return shapes.polygon([_line(part) for part in node.parts])
    together = shapes.together(map(_geometry, node.parts))
    return shapes.from_above(together) if node.kind in SURFACES else together


def _line(node: Node) -> Positions:
    """The positions along a curve, those where its parts meet once."""
    if node.kind == ARC:
        return along_arcs(node.positions)
    if node.kind == "LINESTRING":
        return node.positions
    if node.kind != "COMPOUNDCURVE":
        raise BrokenGeometry("geometry_kind", node.kind)
    pieces = [_line(part) for part in node.parts]
    meets = [
        index > 0 and len(piece) > 0 and (pieces[index - 1][-1:] == piece[:1]).all()
        for index, piece in enumerate(pieces)
    ]
    return np.concatenate(
        [piece[1:] if meeting else piece for piece, meeting in zip(pieces, meets, strict=True)]
        or [np.empty((0, 2))]
    )
