"""KML: Placemarks, with the words that web maps put into tables and lines of the description.

GDAL's drivers merge or lose ExtendedData with Japanese names, so this is read here. A file that one
links to beside or below itself, as in a KMZ, is read in the link's place; nothing is fetched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element

import shapely

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import kml_links, shapes, xml
from layers.sources.vector.columns import Record
from layers.sources.vector.xml_features import XmlFeatures

FOLDER = "フォルダ"
CONTAINERS = frozenset({"Document", "Folder"})
GEOMETRIES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"})
# What shows something but is no feature for us.
ELSEWHERE = frozenset({kml_links.LINK, "GroundOverlay", "ScreenOverlay", "PhotoOverlay"})
OTHER_GEOMETRIES = frozenset({"Model", "Track", "MultiTrack", "Tour"})
NO_COLUMNS = frozenset({"styleUrl", "visibility", "open"})
DECLARATION = re.compile("<[!?][^<>]*>")
OPEN_TAG = re.compile("<(?![/A-Za-z][^<>]*>)")
LONGEST_DESCRIPTION = 100_000  # characters that are looked through for a table
LINE = re.compile(r"([^:：<>/]{1,30}?)\s*[:：](?!//)\s*(.*)", re.DOTALL)


@dataclass
class _Placemarks(XmlFeatures):
    """The Placemarks read so far."""

    elsewhere: Counter[str] = field(default_factory=Counter)
    documents: list[Path] = field(default_factory=list)  # read, the first of them first


def read(source: Source, path: Path) -> Rows:
    """Read every Placemark; row n is the n-th of the document. Raises `SourceError`."""
    placemarks = _Placemarks()
    for placemark, folder in _placemarks(path, placemarks):
        _add(placemarks, placemark, folder)
    if not placemarks.records and not placemarks.elsewhere:
        raise SourceError(path, "no_placemark")
    problems = [
        Problem("warning", "kml_elsewhere", value=kind, detail=str(count))
        for kind, count in placemarks.elsewhere.items()
    ]
    return placemarks.rows(path, declared_crs(source, path, "EPSG:4326"), problems)


def _placemarks(path: Path, placemarks: _Placemarks) -> Iterator[tuple[Element, str]]:
    """Each Placemark with the names of the folders around it; it is emptied afterwards."""
    placemarks.documents.append(path)
    open_elements: list[Element] = []
    folders: list[str] = []
    features = {"Placemark"}
    for event, element in xml.events(path):
        name = xml.local(element.tag)
        if event == "start":
            open_elements.append(element)
            if name in CONTAINERS:
                folders.append("")
            continue
        open_elements.pop()
        parent = open_elements[-1] if open_elements else None
        if name in CONTAINERS:
            folders.pop()
        elif name == "name" and parent is not None and xml.local(parent.tag) in CONTAINERS:
            folders[-1] = (element.text or "").strip()
        elif name == "Schema" and element.get("parent") == "Placemark":
            features.add(element.get("name") or "Placemark")  # KML 2.0's own feature names
        elif name == kml_links.LINK:
            address = kml_links.address_of(element)
            target = kml_links.target_of(path, address)
            if target is None:
                placemarks.elsewhere[kml_links.described(address)] += 1
            elif target not in placemarks.documents:
                around = [*folders[1:], _own_name(element)]
                for placemark, folder in _placemarks(target, placemarks):
                    yield placemark, "/".join(filter(None, [*around, folder]))
        elif name in ELSEWHERE:
            placemarks.elsewhere[name] += 1
        elif name in features and not any(xml.local(e.tag) in features for e in open_elements):
            # The outermost Document is the map itself.
            yield element, "/".join(filter(None, folders[1:]))
        elif parent is not None and xml.local(parent.tag) not in CONTAINERS | {"kml"}:
            continue  # a part of what is not yet whole
        if parent is not None:
            parent.remove(element)


def _own_name(element: Element) -> str:
    return next((e.text or "" for e in element if xml.local(e.tag) == "name"), "").strip()


def _add(placemarks: _Placemarks, placemark: Element, folder: str) -> None:
    number = len(placemarks.records) + 1
    record = _record(placemark)
    if folder:
        record.put(FOLDER, folder)
    placemarks.records.append(record)
    try:
        placemarks.geometries.append(_geometry(placemark))
    except shapes.BrokenGeometry as error:
        placemarks.geometries.append(None)
        placemarks.unplaced[number] = error.problem(number)


def _record(placemark: Element) -> Record:
    """A Placemark's own words, its ExtendedData, then what is in tables of its description."""
    record = Record()
    for child in placemark:
        name = xml.local(child.tag)
        if name == "ExtendedData":
            for key, value in _extended(child):
                record.put(key, value)
        elif not len(child) and name not in NO_COLUMNS and (child.text or "").strip():
            record.put(name, (child.text or "").strip())
    for key, value in described(record.get("description", "")[:LONGEST_DESCRIPTION]):
        if record.get(key) != value:
            record.put(key, value)
    return record


def _extended(data: Element) -> Iterator[tuple[str, str]]:
    """The names and values of ExtendedData in each of its forms."""
    for child in data:
        name = xml.local(child.tag)
        if name == "SchemaData":
            yield from _extended(child)
        elif name == "Data":
            value = next((part.text for part in child if xml.local(part.tag) == "value"), None)
            yield child.get("name") or name, (value or "").strip()
        else:  # SimpleData, or an element of another namespace
            yield child.get("name") or name, "".join(child.itertext()).strip()


def _geometry(placemark: Element) -> shapely.Geometry | None:
    """The geometry of a Placemark; None when it has none. Raises `BrokenGeometry`."""
    parts = [child for child in placemark if xml.local(child.tag) in GEOMETRIES]
    others = [xml.local(e.tag) for e in placemark.iter() if xml.local(e.tag) in OTHER_GEOMETRIES]
    if others:
        raise shapes.BrokenGeometry("other_geometry", others[0])
    return shapes.together(map(_shape, parts)) if parts else None


def _shape(element: Element) -> shapely.Geometry:
    kind = xml.local(element.tag)
    if kind == "Point":
        return shapes.point(_positions(element))
    if kind == "MultiGeometry":
        return shapes.together(_shape(e) for e in element if xml.local(e.tag) in GEOMETRIES)
    if kind == "Polygon":
        outer = [e for e in element if xml.local(e.tag) == "outerBoundaryIs"]
        inner = [e for e in element if xml.local(e.tag) == "innerBoundaryIs"]
        return shapes.polygon([_positions(boundary) for boundary in outer + inner])
    return shapes.line(_positions(element))


def _positions(element: Element) -> list[list[float]]:
    """The (longitude, latitude) positions within an element."""
    texts = (e.text or "" for e in element.iter() if xml.local(e.tag) == "coordinates")
    text = re.sub(r"\s*[,，]\s*", ",", " ".join(texts))
    positions = []
    for position in text.split():
        cells = position.split(",")
        if len(cells) < 2:
            raise shapes.BrokenGeometry("half_a_position", position[:40])
        positions.append([shapes.number(cell) for cell in cells[:2]])
    return positions


def described(html: str) -> list[tuple[str, str]]:
    """Names and values in a description: rows of a table, or lines of "name: value"."""
    parser = _Tables()
    parser.feed(_closed(html))
    parser.close()
    if parser.tables:
        return [pair for table in parser.tables for pair in _pairs(_with_texts(table))]
    lines = [line.strip() for line in "".join(parser.lines).split("\n") if line.strip()]
    matches = [LINE.fullmatch(line) for line in lines]
    return [(m[1].strip(), m[2].strip()) for m in matches if m] if all(matches) else []


def _closed(html: str) -> str:
    """HTML without comments and declarations, and of which no tag is left open: for each that is
    Python's parser may look through all that follows.
    """
    pieces, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start)) >= 0:
        pieces.append(html[at:start])
        at = end + len("-->")
    return OPEN_TAG.sub("&lt;", DECLARATION.sub("", "".join([*pieces, html[at:]])))


Cell = tuple[bool, str]  # whether it is a heading, and its text
Pieces = tuple[bool, list[str]]  # the same, the text in the pieces that are between tags


def _with_texts(table: list[list[Pieces]]) -> list[list[Cell]]:
    return [[(heading, "".join(pieces)) for heading, pieces in row] for row in table]


def _pairs(table: list[list[Cell]]) -> Iterator[tuple[str, str]]:
    """Names and values of a table, which stand beside or above one another."""
    rows = [row for row in table if row]
    headings = bool(rows) and all(heading for heading, _ in rows[0])
    if len(rows) == 2 and headings and len(rows[0]) == len(rows[1]) > 1:
        yield from ((name, value) for (_, name), (_, value) in zip(*rows, strict=True))
        return
    for row in rows:
        if len(row) == 2 and row[0][1] and not all(heading for heading, _ in row):
            yield row[0][1], row[1][1]


class _Tables(HTMLParser):
    """The tables of an HTML text by row and cell, and the lines of text outside them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Pieces]]] = []
        self.lines: list[str] = []
        self._open: list[list[list[Pieces]]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Open a table, a row or a cell."""
        del attrs
        if tag == "table":
            if self._open and self._open[-1] and self._open[-1][-1]:
                self._open[-1][-1].pop()  # a cell that only holds another table
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            if not self._open[-1]:
                self._open[-1].append([])
            self._open[-1][-1].append((tag == "th", []))
        elif tag in ("br", "p", "div", "li"):
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a table or a line."""
        if tag == "table" and self._open:
            self._open.pop()
        elif tag in ("p", "div", "li"):
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        """Text of the cell that is open, or of a line."""
        if not self._open:
            self.lines.append(data)
        elif self._open[-1] and self._open[-1][-1]:
            _, pieces = self._open[-1][-1][-1]
            piece = data.rstrip() if pieces else data.strip()
            if piece:
                pieces.append(piece)
