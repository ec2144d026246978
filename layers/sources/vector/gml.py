"""GML as 国土数値情報 writes it (JPGIS 2): features that refer to geometries by their ids.

Geometries within their features are read too, as 基盤地図情報 has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import numpy.typing as npt

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import curves, shapes, stated, xml
from layers.sources.vector.columns import Columns, Record
from layers.sources.vector.gml_geometry import (
    GEOMETRIES,
    HREF,
    Builder,
    Node,
    Reference,
    crs_of,
    dimension_of,
    node,
)

GML = "http://www.opengis.net/gml"
KSJ = "nlftp.mlit.go.jp/ksj"
ENVELOPE = 3  # elements from the root to the envelope of all features


@dataclass
class _Document:
    """What has been read so far; `records` and `referring` run in parallel."""

    records: list[Record] = field(default_factory=list)
    referring: list[list[tuple[str, Node | Reference]]] = field(default_factory=list)
    geometries: dict[str, Node] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)
    systems: dict[str, None] = field(default_factory=dict)
    latitude_first: bool = False
    attributes: dict[str, str] = field(default_factory=dict)  # of the root
    dimension: int | None = None  # of positions, where the document says it once for all


def read(source: Source, path: Path) -> Rows:
    """Read every feature; row n is the n-th of the document. Raises `SourceError`."""
    document = _Document()
    for element in _elements(path, document):
        if xml.space(element.tag).startswith(GML):
            _keep(document, element)
        else:
            _take(document, element)
    if not document.geometries and not any(map(_has_geometry, document.referring)):
        raise SourceError(path, "no_gml")
    system, latitude_first = _system(path, document)
    builder = Builder(document.geometries, latitude_first)
    geometry, unplaced = _geometries(document, builder)
    of_count = stated.missing(path, document.attributes, len(geometry))
    with path.open("rb") as raw:
        encoding = xml.encoding_of(path, raw)
    return Rows(
        path=path,
        columns=Columns.of(path, document.records).frame(),
        geometry=geometry,
        numbers=np.arange(1, len(geometry) + 1),
        total=len(geometry) + sum(problem.rows_left_out for problem in of_count),
        crs=declared_crs(source, path, system),
        encoding=encoding,
        problems=[*curves.notes(builder.kinds), *of_count],
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
            if xml.local(element.tag) == "Envelope" and len(around) <= ENVELOPE:
                document.dimension = dimension_of(element)
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


def _keep(document: _Document, element: Element) -> None:
    """A geometry, and those within it, under their ids."""
    for inner in element.iter():
        key = _id(inner)
        if key and xml.local(inner.tag) in GEOMETRIES:
            document.geometries[key] = node(inner, document.dimension)


def _id(element: Element) -> str | None:
    return next((v for name, v in element.attrib.items() if xml.local(name) == "id"), None)


def _take(document: _Document, element: Element) -> None:
    """A feature: its leaves are columns, its geometries and references are kept for later."""
    record = Record()
    referring: list[tuple[str, Node | Reference]] = []
    _leaves(document, element, xml.local(element.tag), record, referring)
    document.records.append(record)
    document.referring.append(referring)
    document.features.add(_id(element) or "")
    document.latitude_first |= KSJ in xml.space(element.tag)


def _leaves(
    document: _Document,
    element: Element,
    name: str,
    record: Record,
    referring: list[tuple[str, Node | Reference]],
) -> None:
    for child in element:
        tag = xml.local(child.tag)
        # A leaf of GML's, such as timePosition, is called as the property that it is in.
        called = name if xml.space(child.tag).startswith(GML) else tag
        text = (child.text or "").strip()
        if tag in GEOMETRIES:
            referring.append((name, node(child, document.dimension)))
        elif tag == "boundedBy" and xml.space(child.tag).startswith(GML):
            continue  # the corners of the geometry, which is there itself
        elif len(child):
            _leaves(document, child, called, record, referring)
        else:
            href = child.get(HREF)
            key = record.put(called, text or href or None)
            if href and not text:
                referring.append((key, Reference(href.rpartition("#")[2])))


def _has_geometry(referring: list[tuple[str, Node | Reference]]) -> bool:
    return any(isinstance(node, Node) for _, node in referring)


def _system(path: Path, document: _Document) -> tuple[str | None, bool]:
    """The CRS, and whether latitude comes first. Raises `SourceError` when there are several."""
    systems = {crs_of(name) for name in document.systems}
    if len(systems) > 1:
        names = ", ".join(document.systems)
        raise SourceError(path, "several_systems", names[:200])
    return systems.pop() if systems else (None, document.latitude_first)


def _geometries(
    document: _Document, builder: Builder
) -> tuple[npt.NDArray[np.object_], dict[int, Problem]]:
    """Each feature's geometry, None where it has none, and by row number why it could not be made.

    A column that refers to a geometry is no column of the feature.
    """
    geometry = np.full(len(document.records), None, dtype=object)
    unplaced: dict[int, Problem] = {}
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
