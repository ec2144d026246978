"""GML as 国土数値情報 writes it (JPGIS 2): features that refer to geometries by their ids.

Geometries within their features are read too, as 基盤地図情報 has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import shapes, stated, xml
from layers.sources.vector.columns import Columns, free_name

GML = "http://www.opengis.net/gml"
KSJ = "nlftp.mlit.go.jp/ksj"
HREF = "{http://www.w3.org/1999/xlink}href"
CURVES = frozenset({"Curve", "LineString", "LineStringSegment", "CompositeCurve", "Ring"})
CURVES |= {"OrientableCurve", "LinearRing"}
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
# Of one geometry: references to references may multiply without end.
MOST_POSITIONS = 5_000_000
MOST_REFERENCES = 100_000

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


@dataclass
class _Document:
    """What has been read so far; `records` and `referring` run in parallel."""

    records: list[dict[str, str | None]] = field(default_factory=list)
    referring: list[list[tuple[str, Node | Reference]]] = field(default_factory=list)
    geometries: dict[str, Node] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)
    systems: dict[str, None] = field(default_factory=dict)
    latitude_first: bool = False
    attributes: dict[str, str] = field(default_factory=dict)  # of the root


def read(source: Source, path: Path) -> Rows:
    """Read every feature; row n is the n-th of the document. Raises `SourceError`."""
    document = _Document()
    for element in _elements(path, document):
        if xml.space(element.tag).startswith(GML):
            _keep(document.geometries, element)
        else:
            _take(document, element)
    if not document.geometries and not any(map(_has_geometry, document.referring)):
        raise SourceError(path, "no_gml")
    system, latitude_first = _system(path, document)
    geometry, unplaced = _geometries(document, latitude_first)
    of_count = stated.missing(path, document.attributes, len(geometry))
    with path.open("rb") as raw:
        encoding = xml.encoding_of(path, raw)
    return Rows(
        path=path,
        columns=Columns.of(document.records).frame(),
        geometry=geometry,
        numbers=np.arange(1, len(geometry) + 1),
        total=len(geometry) + sum(problem.rows_left_out for problem in of_count),
        crs=declared_crs(source, path, system),
        encoding=encoding,
        problems=of_count,
        unplaced=unplaced,
    )


def _elements(path: Path, document: _Document) -> Iterator[Element]:
    """Each feature and each geometry that stands by itself; it is emptied afterwards."""
    around: list[Element] = []
    for event, element in xml.events(path):
        if event == "start":
            if not around:
                document.attributes = dict(element.attrib)
            around.append(element)
            if name := element.get("srsName"):
                document.systems[name] = None
            continue
        around.pop()
        if not around or not _holds_features(around):
            continue
        if not _is_member(element) and (
            not xml.space(element.tag).startswith(GML) or xml.local(element.tag) in GEOMETRIES
        ):
            yield element
        around[-1].remove(element)


def _holds_features(around: list[Element]) -> bool:
    return len(around) == 1 or (len(around) == 2 and _is_member(around[1]))


def _is_member(element: Element) -> bool:
    return xml.local(element.tag).lower().endswith(("member", "members"))


def _keep(geometries: dict[str, Node], element: Element) -> None:
    """A geometry, and those within it, under their ids."""
    for inner in element.iter():
        key = _id(inner)
        if key and xml.local(inner.tag) in GEOMETRIES:
            geometries[key] = _node(inner)


def _id(element: Element) -> str | None:
    return next((v for name, v in element.attrib.items() if xml.local(name) == "id"), None)


def _node(element: Element) -> Node:
    """A geometry as it is written, without the elements that only wrap others."""
    kind = xml.local(element.tag)
    parts: list[Positions | Reference | Node] = []
    reverse = element.get("orientation") == "-"
    for child in element:
        name = xml.local(child.tag)
        if name in ("pos", "posList", "coordinates"):
            parts.append(_positions(child))
        elif name in GEOMETRIES:
            parts.append(_node(child))
        elif href := child.get(HREF):
            parts.append(Reference(href.rpartition("#")[2], child.get("orientation") == "-"))
        elif not (child.text or "").strip():  # exterior, segments, curveMember …
            parts += _node(child).parts
    return Node(kind, parts, reverse)


def _positions(element: Element) -> Positions:
    text = re.sub(r"\s*,\s*", ",", element.text or "")
    try:
        if "," in text:
            rows = [position.split(",")[:2] for position in text.split()]
            return np.array(rows, dtype=float).reshape(-1, 2)
        numbers = np.array(text.split(), dtype=float)
        dimension = int(element.get("srsDimension") or (3 if len(numbers) == 3 else 2))
        return numbers.reshape(-1, dimension)[:, :2]
    except ValueError:
        return np.full((1, 2), np.nan)  # said where the geometry is made, of the row that needs it


def _take(document: _Document, element: Element) -> None:
    """A feature: its leaves are columns, its geometries and references are kept for later."""
    record: dict[str, str | None] = {}
    referring: list[tuple[str, Node | Reference]] = []
    _leaves(element, xml.local(element.tag), record, referring)
    document.records.append(record)
    document.referring.append(referring)
    document.features.add(_id(element) or "")
    document.latitude_first |= KSJ in xml.space(element.tag)


def _leaves(
    element: Element,
    name: str,
    record: dict[str, str | None],
    referring: list[tuple[str, Node | Reference]],
) -> None:
    for child in element:
        tag = xml.local(child.tag)
        # A leaf of GML's, such as timePosition, is called as the property that it is in.
        called = name if xml.space(child.tag).startswith(GML) else tag
        text = (child.text or "").strip()
        if tag in GEOMETRIES:
            referring.append((name, _node(child)))
        elif len(child):
            _leaves(child, called, record, referring)
        else:
            key = free_name(called, record)
            href = child.get(HREF)
            record[key] = text or href or None
            if href and not text:
                referring.append((key, Reference(href.rpartition("#")[2])))


def _has_geometry(referring: list[tuple[str, Node | Reference]]) -> bool:
    return any(isinstance(node, Node) for _, node in referring)


def _system(path: Path, document: _Document) -> tuple[str | None, bool]:
    """The CRS, and whether latitude comes first. Raises `SourceError` when there are several."""
    systems = {_crs_of(name) for name in document.systems}
    if len(systems) > 1:
        names = ", ".join(document.systems)
        raise SourceError(path, "several_systems", names[:200])
    return systems.pop() if systems else (None, document.latitude_first)


def _crs_of(name: str) -> tuple[str | None, bool]:
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


def _geometries(
    document: _Document, latitude_first: bool
) -> tuple[npt.NDArray[np.object_], dict[int, Problem]]:
    """Each feature's geometry, None where it has none, and by row number why it could not be made.

    A column that refers to a geometry is no column of the feature.
    """
    geometry = np.full(len(document.records), None, dtype=object)
    unplaced: dict[int, Problem] = {}
    builder = _Builder(document.geometries, latitude_first)
    rows = zip(document.records, document.referring, strict=True)
    for index, (record, referring) in enumerate(rows):
        parts = []
        try:
            for key, node in referring:
                if isinstance(node, Reference) and node.id not in document.geometries:
                    if node.id not in document.features:
                        raise shapes.BrokenGeometry("reference_missing", node.id)
                    continue
                if isinstance(node, Reference):
                    record.pop(key)
                parts.append(builder.geometry(node))
            geometry[index] = shapes.together(parts) if parts else None
        except shapes.BrokenGeometry as error:
            unplaced[index + 1] = error.problem(index + 1)
    return geometry, unplaced


class _Builder:
    """Makes geometries of nodes, following their references."""

    def __init__(self, geometries: dict[str, Node], latitude_first: bool) -> None:
        self._geometries, self._swap = geometries, latitude_first
        self._following: list[str] = []
        self._followed_so_far = 0

    def geometry(self, node: Node | Reference) -> shapely.Geometry:
        """The geometry of a node. Raises `BrokenGeometry`."""
        if isinstance(node, Reference):
            return self._followed(node, self.geometry)
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
            return positions[::-1] if node.reverse else positions
        if isinstance(node, np.ndarray):
            if not np.isfinite(node).all():
                raise shapes.BrokenGeometry("not_a_finite_number", "NaN")
            return (node[:, ::-1] if self._swap else node).tolist()  # type: ignore[no-any-return]
        along: list[list[float]] = []
        for part in node.parts:
            further = self._curve(part)
            along += further[1:] if along and further and along[-1] == further[0] else further
            if len(along) > MOST_POSITIONS:
                raise shapes.BrokenGeometry("many_positions", str(MOST_POSITIONS))
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
