"""GeoJSON: FeatureCollection, Feature, bare geometry, one feature a line, or a list of records.

Read without GDAL, which drops, and says nothing of, members that are no features, coordinates that
are text and coordinate systems it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Geometries, Rows
from layers.sources.unused_keys import TABLE_KEYS, require_used
from layers.sources.vector import json_records, json_stream, json_text, shapes, stated
from layers.sources.vector.columns import Columns, column, flat

KINDS = {dict: "object", list: "array", str: "text", type(None): "null", bool: "true / false"}
NUMBERS = {int, float}
FAR = 1e300  # farther than any coordinate; infinity, and what is no number, are not nearer
OWN = frozenset({"type", "id", "geometry", "bbox"})  # of a feature, and none of its properties
DIMENSION = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}

TYPES = frozenset({*DIMENSION, "GeometryCollection", "Feature"})
BY_CASE = {name.casefold(): name for name in TYPES}


@dataclass
class _Features:
    """The features read so far; `numbers`, `ids` and `geometries` run in parallel."""

    columns: Columns
    total: int = 0
    numbers: list[int] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)
    geometries: list[shapely.Geometry | None] = field(default_factory=list)
    points: dict[int, tuple[float, float]] = field(default_factory=dict)  # by index in `geometries`
    problems: list[Problem] = field(default_factory=list)
    unplaced: dict[int, Problem] = field(default_factory=dict)
    as_text: int = 0  # geometries with coordinates that are text
    respelled: int = 0  # features with types in another case than GeoJSON's


def read(source: Source, path: Path) -> Rows:
    """Read every feature, or every record of a list. Raises `SourceError`."""
    with json_text.opened(source, path) as text:
        if text.reader.peek() == "[":
            require_used(source, path, TABLE_KEYS | {"encoding"})
            return json_records.rows_of(source, path, text.reader.elements())
        document = json_stream.Document()
        features = _collect(path, _features(text.reader, document))
    problems = text.problems
    if not document.collection and not features.numbers:
        if features.total != 1:
            raise SourceError(path, "no_geojson")
        name, values = json_records.list_in(source, path, document.members)
        problems = [*problems, Problem("note", "list_in_object", value=name)]
        source = source.model_copy(update={"sublayer": None})
        if not all(_is_feature(value) for value in values):
            rows = json_records.rows_of(source, path, values)
            return replace(rows, problems=[*problems, *rows.problems])
        features = _collect(path, values)
    require_used(source, path, {"encoding"})
    rows = _rows(source, path, document, features)
    return replace(rows, encoding=text.encoding, problems=[*problems, *rows.problems])


def _rows(source: Source, path: Path, document: json_stream.Document, features: _Features) -> Rows:
    if features.total and not features.numbers:
        raise SourceError(path, "json_type", str(document.members.get("type"))[:40])
    of_count = stated.missing(path, document.members, features.total)
    crs, of_crs = crs_of(source, path, document.members)
    columns = features.columns.frame()
    if "id" not in columns and any(id_ is not None for id_ in features.ids):
        columns.insert(0, "id", column(features.ids))
    columns, nested = flat(columns)
    notes = [
        Problem("note", "coordinates_as_text", value=str(features.as_text)),
        Problem("note", "types_respelled", value=str(features.respelled)),
    ]
    return Rows(
        path=path,
        columns=columns,
        geometry=_geometries(features),
        numbers=np.array(features.numbers, dtype=np.int64),
        total=features.total + sum(problem.rows_left_out for problem in of_count),
        crs=crs,
        encoding=None,
        problems=[
            *of_count,
            *of_crs,
            *features.problems,
            *(note for note in notes if note.value != "0"),
            *nested,
        ],
        unplaced=features.unplaced,
    )


def _collect(path: Path, values: Iterable[Any]) -> _Features:
    features = _Features(Columns(path))
    for number, feature in enumerate(values, 1):
        features.total = number
        spelled = _spelled(feature)
        if spelled is not feature:
            feature = spelled
            features.respelled += 1
        if not _is_feature(feature):
            # Not what is in it: that may be of a column that is kept back.
            kind = KINDS.get(type(feature), "number")
            features.problems.append(
                Problem("warning", "no_feature", number, detail=kind, rows_left_out=1)
            )
            continue
        features.numbers.append(number)
        features.ids.append(feature.get("id"))
        features.columns.add(_properties(feature))
        try:
            _add_geometry(features, _geometry_of(feature))
        except shapes.BrokenGeometry as error:
            features.geometries.append(None)
            features.unplaced[number] = error.problem(number)
    return features


def _spelled(value: Any) -> Any:
    """A feature or geometry with its types in GeoJSON's own case; itself where they are."""
    if not isinstance(value, dict):
        return value
    changes: dict[str, Any] = {}
    kind, geometry, parts = value.get("type"), value.get("geometry"), value.get("geometries")
    if kind not in TYPES and isinstance(kind, str) and (own := BY_CASE.get(kind.casefold())):
        changes["type"] = own
    if isinstance(geometry, dict) and (spelled := _spelled(geometry)) is not geometry:
        changes["geometry"] = spelled
    if isinstance(parts, list):
        spelled_parts = [_spelled(part) for part in parts]
        if any(new is not old for new, old in zip(spelled_parts, parts, strict=True)):
            changes["geometries"] = spelled_parts
    return {**value, **changes} if changes else value


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of a feature; of one that is written without, its other members."""
    if _geometry_of(feature) is feature:
        return {}
    if "properties" not in feature:
        return {name: value for name, value in feature.items() if name not in OWN}
    properties = feature["properties"]
    return properties if isinstance(properties, dict) else {}


def _add_geometry(features: _Features, geometry: Any) -> None:
    """Take up a feature's geometry, points to be made all at once."""
    shape: shapely.Geometry | None = None
    if geometry is not None:
        try:
            if isinstance(geometry, dict) and geometry.get("type") == "Point":
                features.points[len(features.geometries)] = _plain_point(
                    geometry.get("coordinates")
                )
            else:
                shape = geometry_of(geometry, _plain)
        except _NotPlain:
            shape = geometry_of(geometry, _careful)
            features.as_text += _has_text(geometry)
    features.geometries.append(shape)


def _geometries(features: _Features) -> Geometries:
    geometries = np.empty(len(features.geometries), dtype=object)
    geometries[:] = features.geometries
    if features.points:
        geometries[[*features.points]] = shapely.points([*features.points.values()])
    return geometries


class _NotPlain(Exception):
    """Positions that are not all of as many finite numbers."""


def _plain(positions: list[Any]) -> shapes.Positions:
    """Positions as most files have them. Raises `_NotPlain`."""
    try:
        (width,) = {*map(len, positions)}
        numbers = [*chain.from_iterable(positions)]
        if width >= 2 and {*map(type, numbers)} <= NUMBERS:
            pairs = np.array(numbers, dtype=np.float64).reshape(-1, width)[:, :2]
            if np.isfinite(pairs).all():
                return pairs
    except (TypeError, ValueError, OverflowError):
        pass
    raise _NotPlain


def _plain_point(position: Any) -> tuple[float, float]:
    """The numbers of one position. Raises `_NotPlain`."""
    if isinstance(position, list) and len(position) >= 2:
        x, y = position[:2]
        if type(x) in NUMBERS and type(y) in NUMBERS and abs(x) < FAR and abs(y) < FAR:
            return x, y
    raise _NotPlain


def _careful(positions: list[Any]) -> list[list[float]]:
    """Positions with numbers made of text, or what is wrong with them. Raises `BrokenGeometry`."""
    for position in positions:
        if not isinstance(position, list) or len(position) < 2:
            raise shapes.BrokenGeometry("no_coordinates", json.dumps(position)[:40])
    return [[shapes.number(cell) for cell in position[:2]] for position in positions]


def positions_of(cells: list[Any]) -> Any:
    """The (x, y) pairs of a list of positions, of text too. Raises `BrokenGeometry`."""
    try:
        return _plain(cells)
    except _NotPlain:
        return _careful(cells)


def geometry_of(geometry: Any, positions: Callable[[list[Any]], Any]) -> shapely.Geometry:
    """The geometry in a parsed GeoJSON geometry. Raises `BrokenGeometry`.

    `positions` makes numbers of a list of positions.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        inner = parts if isinstance(parts, list) else []
        return shapes.together(geometry_of(part, positions) for part in inner)
    if kind not in DIMENSION:
        raise shapes.BrokenGeometry("geometry_kind", str(kind)[:40])
    coordinates = geometry.get("coordinates")
    if kind == "Point":
        return shapes.point(positions([coordinates]))
    numbers = _nested(coordinates, DIMENSION[kind], positions)
    make: dict[str, Callable[[Any], shapely.Geometry]] = {
        "LineString": shapes.line,
        "Polygon": shapes.polygon,
        "MultiPoint": lambda points: shapes.together(shapes.point([p]) for p in points),
        "MultiLineString": lambda lines: shapes.together(map(shapes.line, lines)),
        "MultiPolygon": lambda polygons: shapes.together(shapes.polygons(polygons)),
    }
    return make[kind](numbers)


def _nested(coordinates: Any, depth: int, positions: Callable[[list[Any]], Any]) -> Any:
    """Lists `depth` deep around positions. Raises `BrokenGeometry` for others."""
    if not isinstance(coordinates, list):
        raise shapes.BrokenGeometry("no_coordinates", json.dumps(coordinates)[:40])
    if depth == 1:
        return positions(coordinates)
    return [_nested(inner, depth - 1, positions) for inner in coordinates]


def _has_text(geometry: Any) -> bool:
    if isinstance(geometry, dict):
        return any(_has_text(geometry.get(key)) for key in ("coordinates", "geometries"))
    return isinstance(geometry, str) or (
        isinstance(geometry, list) and any(map(_has_text, geometry))
    )


def _is_feature(feature: Any) -> bool:
    return isinstance(feature, dict) and (
        feature.get("type") == "Feature" or _geometry_of(feature) is feature
    )


def _geometry_of(feature: Mapping[str, Any]) -> Any:
    """A feature's geometry; of a bare geometry, itself."""
    bare = feature.get("type") in DIMENSION or feature.get("type") == "GeometryCollection"
    return feature if bare else feature.get("geometry")


def crs_of(source: Source, path: Path, members: dict[str, Any]) -> tuple[CRS | None, list[Problem]]:
    """The CRS of the definition, of the `crs` member, or RFC 7946's; None for one not understood.

    Raises `SourceError` when the definition's is none.
    """
    if source.crs is not None or "crs" not in members:
        return declared_crs(source, path, "EPSG:4326"), []
    member = members["crs"]
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    try:
        return CRS.from_user_input(str(name)), []
    except CRSError:
        return None, [Problem("warning", "crs_member", value=str(name)[:100])]


def _features(reader: json_stream.Reader, document: json_stream.Document) -> Iterator[Any]:
    """Each feature, whatever it is; what stands around them goes into `document`."""
    yield from json_stream.collected(reader, document)
    if not document.collection:
        yield document.members
    reader.look_for_lines()
    while reader.peek():  # one feature a line, or RFC 8142's
        try:
            yield reader.value()
        except SourceError:
            line = reader.skip_line()
            if not reader.peek():  # the last line, which is cut off
                raise
            yield line
