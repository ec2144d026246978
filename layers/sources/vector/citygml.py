"""CityGML as PLATEAU writes it (i-UR): its areas of hazards, zoning and land use, from above.

https://www.mlit.go.jp/plateaudocument/ : longitude and latitude after each other with the height,
latitude first; the system in the envelope of the whole file only; an area of flooding as a mesh of
triangles. Codes of a code list are kept, and its words beside them where the list is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import shapely
from pyproj import CRS

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import codelist, shapes, xml
from layers.sources.vector.columns import Record
from layers.sources.vector.gml_geometry import (
    GEOMETRIES,
    Builder,
    Node,
    crs_of,
    dimension_of,
    node,
)
from layers.sources.vector.xml_features import XmlFeatures

GML = "http://www.opengis.net/gml"
MEMBERS = frozenset({"cityObjectMember", "featureMember"})
GENERIC = re.compile(r"(string|int|double|date|uri|measure)Attribute|genericAttributeSet")
# Properties with a geometry, by how well they show an object from above: the first is taken.
FROM_ABOVE = re.compile(r"lod(\d)(FootPrint|RoofEdge|MultiSurface|MultiCurve|Network|Geometry|\w*)")
FLAT = ("FootPrint", "RoofEdge", "MultiSurface", "Geometry", "MultiCurve", "MultiPoint", "Network")
WITH_SUFFIX = "名称"  # of the column with the words of another one's codes
THREE = 3  # coordinates of a position where the file does not say it: CityGML is of space


@dataclass
class _City(XmlFeatures):
    """The objects read so far."""

    lists: codelist.CodeLists
    systems: dict[str, None] = field(default_factory=dict)
    dimension: int | None = None


def read(source: Source, path: Path) -> Rows:
    """Read every object; row n is the n-th of the city. Raises `SourceError`."""
    city = _City(codelist.CodeLists(path))
    for element in _objects(path, city):
        _add(city, element)
    if not city.records:
        raise SourceError(path, "no_city_object")
    if all(geometry is None for geometry in city.geometries):
        raise SourceError(path, "only_solids", len(city.records))
    problems = [
        Problem("note", "no_code_list", value=name, detail=column)
        for name, column in city.lists.missing.items()
    ]
    return city.rows(path, _crs(source, path, city), problems)


def _objects(path: Path, city: _City) -> Iterator[Element]:
    """Each object of the city; it is emptied afterwards."""
    around: list[Element] = []
    for event, element in xml.events(path):
        if event == "start":
            around.append(element)
            if name := element.get("srsName"):
                city.systems[name] = None
            if xml.local(element.tag) == "Envelope" and city.dimension is None:
                city.dimension = dimension_of(element)
            continue
        around.pop()
        if len(around) == 2 and xml.local(around[1].tag) in MEMBERS:
            yield element
            around[1].remove(element)
        elif len(around) == 1:
            around[0].remove(element)


def _crs(source: Source, path: Path, city: _City) -> CRS | None:
    """The system of the places, without that of the heights. Raises `SourceError` for several."""
    names = {crs_of(name) for name in city.systems}
    if len(names) > 1:
        raise SourceError(path, "several_systems", ", ".join(city.systems)[:200])
    crs = declared_crs(source, path, names.pop()[0] if names else None)
    return crs.sub_crs_list[0] if crs is not None and crs.is_compound else crs


def _add(city: _City, element: Element) -> None:
    record = Record()
    _put(record, "gml:id", next((v for k, v in element.attrib.items() if xml.local(k) == "id"), ""))
    surfaces: dict[tuple[int, int], list[Node]] = {}
    _properties(city, element, record, surfaces)
    city.records.append(record)
    number = len(city.records)
    try:
        city.geometries.append(_from_above(surfaces))
    except shapes.BrokenGeometry as error:
        city.geometries.append(None)
        city.unplaced[number] = error.problem(number)


def _properties(
    city: _City,
    element: Element,
    record: Record,
    surfaces: dict[tuple[int, int], list[Node]],
) -> None:
    """The leaves of an object into its record, what it looks like from above into `surfaces`."""
    for child in element:
        name = xml.local(child.tag)
        if name == "boundedBy" and xml.space(child.tag).startswith(GML):
            continue  # the corners of the geometry, which is there itself
        if match := FROM_ABOVE.fullmatch(name):
            if match[2] in FLAT:
                dimension = city.dimension or THREE
                nodes = [node(e, dimension) for e in child if xml.local(e.tag) in GEOMETRIES]
                surfaces.setdefault((int(match[1]), FLAT.index(match[2])), []).extend(nodes)
        elif GENERIC.fullmatch(name):
            for value in child:
                if xml.local(value.tag) == "value":
                    _put(record, child.get("name") or name, (value.text or "").strip())
            if name == "genericAttributeSet":
                _properties(city, child, record, surfaces)
        elif len(child):
            _properties(city, child, record, surfaces)
        else:
            text = (child.text or "").strip()
            _put(record, name, text)
            if text and (address := child.get("codeSpace")):
                words = city.lists.words(address, text, name)
                _put(record, f"{name}_{WITH_SUFFIX}", words)


def _put(record: Record, name: str, text: str | None) -> None:
    if text:
        record.put(name, text)


def _from_above(surfaces: Mapping[tuple[int, int], list[Node]]) -> shapely.Geometry | None:
    """The coarsest of an object's geometries; None without one. Raises `BrokenGeometry`.

    Triangles of a mesh, and what stands upright in it, are one area.
    """
    nodes = next((surfaces[key] for key in sorted(surfaces) if surfaces[key]), None)
    if nodes is None:
        return None
    builder = Builder({}, latitude_first=True)
    return shapes.from_above(shapes.together(builder.geometry(surface) for surface in nodes))
