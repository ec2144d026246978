"""GeoRSS: the entries of an Atom or RSS feed that have a place.

https://docs.ogc.org/cs/17-002r1/17-002r1.html (Simple and GML), and W3C's older geo:lat, geo:long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import shapely

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import shapes, xml
from layers.sources.vector.columns import Record
from layers.sources.vector.gml_geometry import GEOMETRIES, Builder, crs_of, node
from layers.sources.vector.xml_features import XmlFeatures

ENTRIES = frozenset({"item", "entry"})
GEORSS = "http://www.georss.org/georss"
W3C = "http://www.w3.org/2003/01/geo/wgs84_pos#"
LATITUDES, LONGITUDES = frozenset({"lat"}), frozenset({"long", "lon"})
BOXES = frozenset({"Envelope"})  # of GML
SIMPLE = frozenset({"point", "line", "polygon", "box", "circle"})
DEGREES = ("EPSG:4326", True)  # longitude and latitude, the latter first


@dataclass
class _Entries(XmlFeatures):
    """The entries read so far."""

    systems: set[tuple[str | None, bool]] = field(default_factory=set)


def read(source: Source, path: Path) -> Rows:
    """Read every entry; row n is the n-th of the feed. Raises `SourceError`."""
    entries = _Entries()
    for element in _elements(path):
        _add(entries, element)
    if not entries.systems:
        raise SourceError(path, "no_georss", len(entries.records))
    if len(entries.systems) > 1:
        names = ", ".join(str(name) for name, _ in entries.systems)
        raise SourceError(path, "several_systems", names)
    ((system, _),) = entries.systems
    return entries.rows(path, declared_crs(source, path, system))


def _elements(path: Path) -> Iterator[Element]:
    """Each entry; it is emptied afterwards."""
    around: list[Element] = []
    for event, element in xml.events(path):
        if event == "start":
            around.append(element)
            continue
        around.pop()
        if xml.local(element.tag) in ENTRIES and around:
            yield element
            around[-1].remove(element)


def _add(entries: _Entries, entry: Element) -> None:
    record = Record()
    places: list[Element] = []
    _leaves(entry, record, places)
    entries.records.append(record)
    try:
        entries.geometries.append(_geometry(entries, places))
    except shapes.BrokenGeometry as error:
        entries.geometries.append(None)
        number = len(entries.records)
        entries.unplaced[number] = error.problem(number)


def _leaves(element: Element, record: Record, places: list[Element]) -> None:
    """The leaves of an entry, but those of its place, which are kept for later."""
    for child in element:
        space, name = xml.space(child.tag), xml.local(child.tag)
        if (space == GEORSS and name in SIMPLE | {"where"}) or (
            space == W3C and name in LATITUDES | LONGITUDES
        ):
            places.append(child)
            continue
        if len(child) and not (child.text or "").strip():
            _leaves(child, record, places)
            continue
        text = "".join(child.itertext()).strip() or child.get("href") or child.get("term")
        if text:
            record.put(name, text)


def _geometry(entries: _Entries, places: list[Element]) -> shapely.Geometry | None:
    """All of an entry's place; None where it has none. Raises `BrokenGeometry`."""
    parts = []
    halves: dict[bool, list[str]] = {True: [], False: []}  # latitudes and longitudes
    for place in places:
        name = xml.local(place.tag)
        if xml.space(place.tag) == W3C:
            halves[name in LATITUDES].append(place.text or "")
            entries.systems.add(DEGREES)
        elif name == "where":
            parts += [_of_gml(entries, e) for e in place if xml.local(e.tag) in GEOMETRIES | BOXES]
        else:
            entries.systems.add(DEGREES)
            parts.append(_simple(name, place.text or ""))
    if len(halves[True]) != len(halves[False]):
        raise shapes.BrokenGeometry("half_a_position", ", ".join(halves[True] + halves[False]))
    for latitude, longitude in zip(halves[True], halves[False], strict=True):
        parts.append(shapes.point([(shapes.number(longitude), shapes.number(latitude))]))
    return shapes.together(parts) if parts else None


def _of_gml(entries: _Entries, element: Element) -> shapely.Geometry:
    """GML's geometry: latitude first, unless it names a system that has it otherwise."""
    name = element.get("srsName")
    system = crs_of(name) if name else DEGREES
    entries.systems.add(system)
    builder = Builder({}, latitude_first=system[1])
    if xml.local(element.tag) in BOXES:
        corners = [e.text or "" for e in element if xml.local(e.tag).endswith("Corner")]
        return _simple("box", " ".join(corners))
    return builder.geometry(node(element))


def _simple(kind: str, text: str) -> shapely.Geometry:
    """The geometry of latitudes and longitudes in a text. Raises `BrokenGeometry`."""
    numbers = [shapes.number(cell) for cell in text.replace(",", " ").split()]
    if kind == "circle":
        raise shapes.BrokenGeometry("other_geometry", kind)
    if len(numbers) % 2:
        raise shapes.BrokenGeometry("half_a_position", text.strip()[: shapes.LONGEST])
    positions = [*zip(numbers[1::2], numbers[::2], strict=True)]
    match kind:
        case "point":
            return shapes.point(positions)
        case "line":
            return shapes.line(positions)
        case "box":
            if len(positions) != 2:
                raise shapes.BrokenGeometry("few_positions", str(len(positions)), kind)
            return shapely.box(*positions[0], *positions[1])
    return shapes.polygon([positions])
