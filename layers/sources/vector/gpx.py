"""GPX: the waypoints, routes or tracks that a device or an app has recorded.

https://www.topografix.com/GPX/1/1/
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import shapely

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import shapes, xml
from layers.sources.vector.columns import Record
from layers.sources.vector.xml_features import XmlFeatures

SUBLAYERS = {"wpt": "waypoints", "rte": "routes", "trk": "tracks"}  # by the element of a feature
KINDS = {"waypoints": "point", "routes": "line", "tracks": "line"}
# What else stands in a document of version 1.1, or 1.0.
OF_DOCUMENT = frozenset({
    "metadata", "extensions", "name", "desc", "author", "email", "url", "urlname", "time",
    "keywords", "bounds",
})  # fmt: skip
POSITIONS = frozenset({"rtept", "trkseg"})  # elements of a feature that are no columns


@dataclass
class _Sublayer(XmlFeatures):
    """The features of one kind."""

    def add(self, element: Element) -> None:
        """Put a feature below the others."""
        self.records.append(_record(element))
        try:
            self.geometries.append(_geometry(element))
        except shapes.BrokenGeometry as error:
            self.geometries.append(None)
            number = len(self.geometries)
            self.unplaced[number] = error.problem(number)


def read(source: Source, path: Path) -> Rows:
    """Read every feature of one kind; row n is the n-th of its kind. Raises `SourceError`."""
    sublayers: dict[str, _Sublayer] = defaultdict(_Sublayer)
    unknown: Counter[str] = Counter()
    for element in _features(path, unknown):
        sublayers[SUBLAYERS[xml.local(element.tag)]].add(element)
    sublayer = sublayers[_chosen(source, path, [*sublayers])]
    problems = [
        Problem("warning", "gpx_unknown", None, None, name, str(count), count)
        for name, count in unknown.items()
    ]
    return sublayer.rows(
        path, declared_crs(source, path, "EPSG:4326"), problems, unread=unknown.total()
    )


def _chosen(source: Source, path: Path, names: list[str]) -> str:
    """The sublayer that the source names, or the only one of its kind. Raises `SourceError`."""
    if not names:
        raise SourceError(path, "no_gpx")
    of_kind = [name for name in names if source.geometry in (None, KINDS[name])]
    if source.sublayer is None and len(of_kind) == 1:
        return of_kind[0]
    if source.sublayer not in names:
        listed = ", ".join(names)
        raise SourceError(path, "sublayer", source.sublayer, listed, key="source.sublayer")
    return source.sublayer


def _features(path: Path, unknown: Counter[str]) -> Iterator[Element]:
    """Each waypoint, route and track, emptied afterwards; other elements are counted by name."""
    around: list[Element] = []
    for event, element in xml.events(path):
        if event == "start":
            around.append(element)
            continue
        around.pop()
        if len(around) == 1:
            name = xml.local(element.tag)
            if name in SUBLAYERS:
                yield element
            elif name not in OF_DOCUMENT and xml.space(element.tag) == xml.space(around[0].tag):
                unknown[name] += 1
            around[0].remove(element)


def _record(element: Element) -> Record:
    """What is written of a feature: its own elements, and the leaves of its extensions."""
    record = Record()
    for child in element:
        name = xml.local(child.tag)
        if name in POSITIONS:
            continue
        for leaf in child.iter() if name == "extensions" else [child]:
            text = (leaf.text or "").strip() or leaf.get("href", "")  # of a link
            if text:
                record.put(xml.local(leaf.tag), text)
    return record


def _geometry(element: Element) -> shapely.Geometry:
    """The point of a waypoint, the line of a route, the lines of a track.

    A track's segments of a single position, as a device leaves them where it finds itself again,
    are no lines and left out beside others. Raises `BrokenGeometry`.
    """
    match xml.local(element.tag):
        case "wpt":
            return shapes.point([_position(element)])
        case "rte":
            return shapes.line(_positions(element, "rtept"))
        case _:
            segments = [_positions(segment, "trkpt") for segment in _children(element, "trkseg")]
            lines = [segment for segment in segments if len(segment) >= shapes.LEAST["line"]]
            return shapes.together(map(shapes.line, lines or segments))


def _positions(element: Element, name: str) -> list[tuple[float, float]]:
    return [_position(point) for point in _children(element, name)]


def _position(element: Element) -> tuple[float, float]:
    """Longitude and latitude of a point. Raises `BrokenGeometry`."""
    cells = [element.get(name) for name in ("lon", "lat")]
    if None in cells:
        raise shapes.BrokenGeometry("half_a_position", ", ".join(filter(None, cells)))
    longitude, latitude = map(shapes.number, cells)
    return longitude, latitude


def _children(element: Element, name: str) -> Iterable[Element]:
    return (child for child in element if xml.local(child.tag) == name)
