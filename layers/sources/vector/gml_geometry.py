"""Geometry of GML: as it is written, what it refers to, and the shapes it makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.sources.vector import shapes, xml
from layers.sources.vector.arcs import along_arcs, circle

HREF = "{http://www.w3.org/1999/xlink}href"
CURVES = frozenset({"Curve", "LineString", "LineStringSegment", "CompositeCurve", "Ring"})
CURVES |= {"OrientableCurve", "LinearRing"}
ARCS = frozenset({"Arc", "ArcString", "Circle"})
# Segments whose positions are not along them.
OTHER_SEGMENTS = frozenset({
    "CircleByCenterPoint", "ArcByCenterPoint", "ArcByBulge", "ArcStringByBulge", "CubicSpline",
    "BSpline", "Bezier", "Clothoid", "OffsetCurve",
})  # fmt: skip
PATCHES = frozenset({"PolygonPatch", "Polygon"})
SURFACES = frozenset({"Surface", "CompositeSurface", "OrientableSurface", "PolyhedralSurface"})
SEVERAL = frozenset({"MultiPoint", "MultiCurve", "MultiSurface", "MultiLineString"})
SEVERAL |= {"MultiPolygon", "MultiGeometry"}
GEOMETRIES = CURVES | PATCHES | SURFACES | SEVERAL | {"Point"}
# JPGIS names a system by its datum and its axes, 基盤地図情報 by words of its own: latitude first.
SYSTEMS = (
    (re.compile(r"jgd\s?20(11|24)\s?/?\s?\(b, ?l\)|jgd20(11|24)\.bl"), "EPSG:6668"),
    (re.compile(r"jgd\s?2000\s?/?\s?\(b, ?l\)|jgd2000\.bl"), "EPSG:4612"),
    (re.compile(r"(td|tokyo)\s?/?\s?\(b, ?l\)"), "EPSG:4301"),
)
EPSG = re.compile(r"epsg\D*(?:[\d.]+[:/])?(\d{4,6})")
MOST_POSITIONS = 5_000_000  # of one curve
MOST_REFERENCES = 100_000  # of one geometry: references to references multiply

Made = TypeVar("Made")
Positions = npt.NDArray[np.float64]  # (n, 2) in the file's own order of axes


class Reference(NamedTuple):
    """To another geometry, or another feature, by its id."""

    id: str
    reverse: bool = False


class Node(NamedTuple):
    """A geometry as it is written: of a kind, made of positions, references and other nodes."""

    kind: str
    parts: list[Positions | Reference | Node]
    reverse: bool = False


def node(element: Element, dimension: int | None = None) -> Node:
    """A geometry as it is written, without the elements that only wrap others.

    `dimension` is that of its positions where neither it nor what is in it says another.
    """
    dimension = dimension_of(element) or dimension
    kind = xml.local(element.tag)
    parts: list[Positions | Reference | Node] = []
    reverse = element.get("orientation") == "-"
    for child in element:
        name = xml.local(child.tag)
        if name in ("pos", "posList", "coordinates"):
            parts.append(_positions(child, dimension))
        elif name in GEOMETRIES | ARCS | OTHER_SEGMENTS:
            parts.append(node(child, dimension))
        elif href := child.get(HREF):
            parts.append(Reference(href.rpartition("#")[2], child.get("orientation") == "-"))
        elif not (child.text or "").strip():  # exterior, segments, curveMember …
            parts += node(child, dimension).parts
    return Node(kind, parts, reverse)


def _count(geometry: Node) -> int:
    """The positions that are written in a geometry."""
    return sum(
        _count(part) if isinstance(part, Node) else len(part)
        for part in geometry.parts
        if not isinstance(part, Reference)
    )


def dimension_of(element: Element) -> int | None:
    """The number of coordinates of a position, as an element says it."""
    text = element.get("srsDimension") or element.get("dimension") or ""
    return int(text) if text in ("2", "3") else None


def _positions(element: Element, dimension: int | None) -> Positions:
    text = re.sub(r"\s*,\s*", ",", element.text or "")
    try:
        if "," in text:
            rows = [position.split(",")[:2] for position in text.split()]
            return np.array(rows, dtype=float).reshape(-1, 2)
        numbers = np.array(text.split(), dtype=float)
        width = dimension_of(element) or dimension or (3 if len(numbers) == 3 else 2)
        return numbers.reshape(-1, width)[:, :2]
    except ValueError:
        return np.full((1, 2), np.nan)  # said where the geometry is made, of the row that needs it


def crs_of(name: str) -> tuple[str | None, bool]:
    plain = " ".join(name.lower().split())
    for pattern, crs in SYSTEMS:
        if pattern.search(plain):
            return crs, True
    match = EPSG.search(plain)
    if match is None:
        return None, False
    code = f"EPSG:{match[1]}"
    if plain == code.lower():  # the old way of writing it, by which x comes first
        return code, False
    try:
        axes = CRS.from_user_input(code).axis_info
    except CRSError:
        return None, False
    return code, bool(axes) and axes[0].direction == "north"


class Builder:
    """Makes geometries of nodes, following their references; `kinds` counts arcs made lines."""

    def __init__(self, geometries: dict[str, Node], latitude_first: bool) -> None:
        self._geometries, self._swap = geometries, latitude_first
        self.kinds: Counter[str] = Counter()
        self._following: list[str] = []
        self._followed_so_far = 0
        self._repetition = shapes.Repetition(sum(map(_count, geometries.values())))

    def geometry(self, node: Node | Reference) -> shapely.Geometry:
        """The geometry of a node. Raises `BrokenGeometry`."""
        if isinstance(node, Reference):
            self._repetition.take(0)
            geometry = self._followed(node, self.geometry)
            self._repetition.take(int(shapely.get_num_coordinates(geometry)))
            return geometry
        if node.kind == "Point":
            return shapes.point(self._curve(node))
        if node.kind in CURVES:
            return shapes.line(self._curve(node))
        if node.kind in PATCHES:
            return shapes.polygon([self._curve(part) for part in node.parts])
        return shapes.together(
            self.geometry(part) for part in node.parts if not isinstance(part, np.ndarray)
        )

    def _curve(self, node: Positions | Node | Reference) -> list[list[float]]:
        """The positions along a curve, those where its parts meet once; x before y."""
        if isinstance(node, Reference):
            positions = self._followed(node, self._curve)
            self._repetition.take(len(positions))
            return positions[::-1] if node.reverse else positions
        if isinstance(node, np.ndarray):
            if not np.isfinite(node).all():
                raise shapes.BrokenGeometry("not_a_finite_number", "NaN")
            return (node[:, ::-1] if self._swap else node).tolist()  # type: ignore[no-any-return]
        if node.kind in OTHER_SEGMENTS:
            raise shapes.BrokenGeometry("other_geometry", node.kind)
        along: list[list[float]] = []
        for part in node.parts:
            further = self._curve(part)
            along += further[1:] if along and further and along[-1] == further[0] else further
            if len(along) > MOST_POSITIONS:
                raise shapes.BrokenGeometry("many_positions", str(MOST_POSITIONS))
        if node.kind in ARCS:
            self.kinds[node.kind] += 1
            through = np.array(along).reshape(-1, 2)
            along = (circle if node.kind == "Circle" else along_arcs)(through).tolist()
        return along[::-1] if node.reverse else along

    def _followed(self, reference: Reference, make: Callable[[Node], Made]) -> Made:
        """What a reference refers to. Raises `BrokenGeometry` for one to itself, or to nothing."""
        if reference.id in self._following or reference.id not in self._geometries:
            raise shapes.BrokenGeometry("reference_missing", reference.id)
        self._followed_so_far = self._followed_so_far + 1 if self._following else 1
        if self._followed_so_far > MOST_REFERENCES:
            raise shapes.BrokenGeometry("many_references", str(MOST_REFERENCES))
        self._following.append(reference.id)
        try:
            return make(self._geometries[reference.id])
        finally:
            self._following.pop()
