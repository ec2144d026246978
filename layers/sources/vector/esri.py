"""Esri JSON: a set of features, as ArcGIS' services and its tool "Features To JSON" write it.

https://developers.arcgis.com/rest/services-reference/enterprise/geometry-objects/
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.geometry.rings import by_lie
from layers.japanese.time_zone import JAPAN_TIME
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import curves, geojson, json_stream, json_text, shapes
from layers.sources.vector.arcs import along_arcs
from layers.sources.vector.columns import Columns, flat

CURVES = ("curvePaths", "curveRings")
NO_PLACE = (None, "NaN")  # an x that stands for no point
DAY = 86_400_000  # milliseconds
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def read(source: Source, path: Path) -> Rows:
    """Read every feature; row n is the n-th of the list. Raises `SourceError`."""
    document = json_stream.Document()
    records: list[Mapping[str, Any]] = []
    geometries: list[shapely.Geometry | None] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    unplaced: dict[int, Problem] = {}
    kinds: Counter[str] = Counter()
    total = 0
    with json_text.opened(source, path) as text:
        for total, feature in enumerate(json_stream.collected(text.reader, document), 1):
            if not isinstance(feature, dict):
                kind = geojson.KINDS.get(type(feature), "number")
                problems.append(
                    Problem("warning", "no_feature", total, detail=kind, rows_left_out=1)
                )
                continue
            attributes = feature.get("attributes")
            numbers.append(total)
            records.append(attributes if isinstance(attributes, dict) else {})
            geometries.append(None)
            document.members.setdefault("spatialReference", _system_in(feature.get("geometry")))
            try:
                geometries[-1] = geometry_of(feature.get("geometry"))
                if geometries[-1] is not None:
                    kinds.update(key for key in CURVES if feature["geometry"].get(key))
            except shapes.BrokenGeometry as error:
                unplaced[total] = error.problem(total)
        if text.reader.peek():
            raise SourceError(path, "damaged", detail="}")
    crs, of_crs = _crs(source, path, document.members.get("spatialReference"))
    columns, nested = flat(Columns.of(path, _with_days(records, document.members)).frame())
    geometry = np.empty(len(geometries), dtype=object)
    geometry[:] = geometries
    return Rows(
        path=path,
        columns=columns,
        geometry=geometry,
        numbers=np.array(numbers, dtype=np.int64),
        total=total,
        crs=crs,
        encoding=text.encoding,
        problems=[*text.problems, *curves.notes(kinds), *of_crs, *problems, *nested],
        unplaced=unplaced,
        loose_rings=True,
    )


def geometry_of(geometry: Any) -> shapely.Geometry | None:
    """The geometry in a parsed one; None for an empty one. Raises `BrokenGeometry`.

    Which rings are whose holes follows from how they lie: not every writer keeps to Esri's rule,
    by which outer rings are clockwise.
    """
    if not isinstance(geometry, dict) or geometry.get("x", 0) in NO_PLACE:
        return None
    if paths := geometry.get("curvePaths"):
        return shapes.together(shapes.line(_with_arcs(path)) for path in _lists(paths))
    if rings := geometry.get("curveRings"):
        polygons = shapes.polygons([[_with_arcs(ring)] for ring in _lists(rings)])
        return by_lie(shapes.together(polygons))
    if "x" in geometry:
        return shapes.point(geojson.positions_of([[geometry["x"], geometry.get("y")]]))
    if points := geometry.get("points"):
        return shapes.together(shapes.point([pair]) for pair in _pairs(points))
    if paths := geometry.get("paths"):
        return shapes.together(shapes.line(_pairs(path)) for path in _lists(paths))
    if rings := geometry.get("rings"):
        polygons = shapes.polygons([[_pairs(ring)] for ring in _lists(rings)])
        return by_lie(shapes.together(polygons))
    if "xmin" in geometry:
        corners = _pairs([[geometry.get("xmin"), geometry.get("ymin")],
                          [geometry.get("xmax"), geometry.get("ymax")]])  # fmt: skip
        return shapely.box(*np.ravel(corners))
    return None


def _with_arcs(path: Any) -> Any:
    """The positions along a path in which some are arcs: `{"c": [where it ends, a point on it]}`.

    Raises `BrokenGeometry`, of other curves too: ellipses and Bézier's.
    """
    along = [_pairs(_lists(path)[:1])]
    for part in _lists(path)[1:]:
        if not isinstance(part, dict):
            along.append(_pairs([part]))
            continue
        ends = part.get("c")
        if not isinstance(ends, list) or len(ends) != 2:
            raise shapes.BrokenGeometry("other_geometry", ", ".join(part)[: shapes.LONGEST])
        end, through = ends
        given = [np.asarray(_pairs([pair]), dtype=float) for pair in (through, end)]
        along.append(along_arcs(np.concatenate([np.asarray(along[-1])[-1:], *given]))[1:])
    return np.concatenate(along)


def _pairs(positions: Any) -> Any:
    return geojson.positions_of(_lists(positions))


def _lists(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise shapes.BrokenGeometry("no_coordinates", str(value)[: shapes.LONGEST])
    return value


def _system_in(geometry: Any) -> Any:
    return geometry.get("spatialReference") if isinstance(geometry, dict) else None


def _crs(source: Source, path: Path, system: Any) -> tuple[CRS | None, list[Problem]]:
    """The CRS of the definition, or of the file; None for one that is not known.

    Raises `SourceError` when the definition's is none.
    """
    if source.crs is not None or not isinstance(system, dict) or not any(system.values()):
        return declared_crs(source, path, None), []
    ids = [system.get(key) for key in ("latestWkid", "wkid")]
    names = [f"{authority}:{id_}" for id_ in ids if id_ for authority in ("EPSG", "ESRI")]
    for name in [*names, system.get("wkt"), system.get("wkt2")]:
        try:
            return CRS.from_user_input(str(name)), []
        except CRSError:
            continue
    said = next(value for value in system.values() if value)
    return None, [Problem("warning", "crs_member", value=str(said)[:100])]


def _with_days(
    records: list[Mapping[str, Any]], members: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The records with the instants of columns that are of dates as text."""
    declared = members.get("fields")
    fields = [field for field in declared if isinstance(field, dict)] if declared else []
    for field in fields:
        if field.get("type") == "esriFieldTypeDate":
            name = str(field.get("name"))
            texts = _instants([record.get(name) for record in records])
            records = [
                {**record, name: text} if name in record else record
                for record, text in zip(records, texts, strict=True)
            ]
    return records


def _instants(cells: list[Any]) -> list[Any]:
    """Milliseconds since 1970 as ISO 8601 in Japan's time; as days where all are of midnight.

    Days are midnights of Japan, or of UTC where a service was told no time zone.
    """
    instants = [
        EPOCH + datetime.timedelta(milliseconds=cell)
        if type(cell) in (int, float) and abs(cell) < 100 * 366 * DAY
        else None
        for cell in cells
    ]
    for zone in (JAPAN_TIME, datetime.UTC):
        local = [instant and instant.astimezone(zone) for instant in instants]
        if all(instant is None or not any(_clock(instant)) for instant in local):
            texts = [instant and f"{instant:%Y-%m-%d}" for instant in local]
            break
    else:
        texts = [instant and instant.astimezone(JAPAN_TIME).isoformat() for instant in instants]
    return [text or cell for text, cell in zip(texts, cells, strict=True)]


def _clock(instant: datetime.datetime) -> tuple[int, int, int, int]:
    return instant.hour, instant.minute, instant.second, instant.microsecond
