"""GeoJSON: FeatureCollection, Feature, bare geometry, one feature a line, or a list of records.

GDAL reads it in bulk. It drops, and says nothing of, members that are no features, coordinates
that are text and coordinate systems it does not know; so the file is looked through as well.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import orjson
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.definition import Source
from layers.errors import SourceError
from layers.report import Problem
from layers.sources import encoding_names, field_encoding, file, shapes, table
from layers.sources.contents import Contents
from layers.sources.crs import declared_crs
from layers.sources.fitting import require_no_table_keys
from layers.sources.formats import BOMS
from layers.sources.rows import Rows

CHUNK = 1 << 20  # characters read at a time
LONGEST = 256 << 20  # characters of one feature
KINDS = {dict: "object", list: "array", str: "text", type(None): "null", bool: "true / false"}
ONE_LAYER = Contents("GeoJSON", None, (), {}, None, "utf-8")
SPACE = " \t\r\n\x1e"
# Dates stay as they are written, lists become JSON text.
OPTIONS = {"DATE_AS_STRING": "YES", "ARRAY_AS_STRING": "YES"}
DIMENSION = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


@dataclass
class Document:
    """What a look through the file found.

    `members` are those of the outermost object but its features; `ids` are the features' own.
    """

    features: int = 0
    not_features: int = 0
    unfit_for_gdal: bool = False
    ids: list[Any] = field(default_factory=list)
    members: dict[str, Any] = field(default_factory=dict)
    collection: bool = False
    records: bool = False

    @property
    def several_layers(self) -> bool:
        """Whether GDAL may find a layer for each type of feature: JSON-FG."""
        return "conformsTo" in self.members

    @property
    def has_ids(self) -> bool:
        """Whether any feature has an id of its own."""
        return any(id_ is not None for id_ in self.ids)


def read(source: Source, path: Path) -> Rows:
    """Read every feature. Raises `SourceError`."""
    with _in_utf8(source, path) as (copy, encoding, problems):
        document = _look(path, copy)
        if document.records:
            return _records(source, path, copy)
        require_no_table_keys(source, path)
        crs, found = _crs(source, path, document.members)
        problems += found
        rows = _bulk(source, path, copy, document) or _one_by_one(path, copy, problems)
        rows = _with_missing(rows, path, copy)
    columns = rows.columns
    if document.has_ids and "id" not in columns:
        columns.insert(0, "id", [document.ids[number - 1] for number in rows.numbers])
    return replace(
        rows,
        path=path,
        columns=columns,
        crs=crs,
        encoding=encoding,
        problems=problems + rows.problems,
    )


def _bulk(source: Source, path: Path, copy: Path, document: Document) -> Rows | None:
    """What GDAL reads; None where that is not every feature."""
    if document.not_features or document.unfit_for_gdal:
        return None
    try:
        rows = file.read(
            source.model_copy(update={"encoding": None}),
            copy,
            options=OPTIONS,
            known=ONE_LAYER if source.sublayer is None and not document.several_layers else None,
        )
    except SourceError as error:
        if error.key == "source.sublayer":
            raise error.of(path) from None
        return None
    return rows if rows.total == document.features else None


def _one_by_one(path: Path, copy: Path, problems: list[Problem]) -> Rows:
    """Every feature by itself, where GDAL loses some."""
    numbers, records, total = [], [], 0
    for total, feature in enumerate(_features(path, copy), 1):
        if not _is_feature(feature):
            # Not what is in it: that may be of a column that is kept back.
            kind = KINDS.get(type(feature), "number")
            problems.append(Problem("warning", "no_feature", total, detail=kind, rows_left_out=1))
            continue
        properties = feature.get("properties")
        numbers.append(total)
        records.append(properties if isinstance(properties, dict) else {})
    columns, nested = file.flat(pd.DataFrame.from_records(records))
    return Rows(
        path=path,
        columns=columns.reindex(range(len(numbers))),
        geometry=np.full(len(numbers), None, dtype=object),
        numbers=np.array(numbers, dtype=np.int64),
        total=total,
        crs=None,
        encoding=None,
        problems=nested,
    )


def _with_missing(rows: Rows, path: Path, copy: Path) -> Rows:
    """Rows that came without geometry, with what their features say of it."""
    at = {int(rows.numbers[i]): i for i, shape in enumerate(rows.geometry) if shape is None}
    if not at:
        return rows
    unplaced = dict(rows.unplaced)
    as_text = 0
    for number, feature in enumerate(_features(path, copy), 1):
        geometry = _geometry_of(feature) if number in at else None
        if geometry is None:
            continue
        unplaced.pop(number, None)
        try:
            rows.geometry[at[number]] = geometry_of(geometry)
            as_text += _has_text(geometry)
        except shapes.BrokenGeometry as error:
            unplaced[number] = error.problem(number)
    problems = list(rows.problems)
    if as_text:
        problems.append(Problem("note", "coordinates_as_text", value=str(as_text)))
    return replace(rows, problems=problems, unplaced=unplaced)


def geometry_of(geometry: Any) -> shapely.Geometry:
    """The geometry in a parsed GeoJSON geometry. Raises `BrokenGeometry`."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        return shapes.together(map(geometry_of, parts if isinstance(parts, list) else []))
    if kind not in DIMENSION:
        raise shapes.BrokenGeometry("geometry_kind", str(kind)[:40])
    coordinates = _numbers(geometry.get("coordinates"), DIMENSION[kind])
    make: Callable[[Any], shapely.Geometry] = {
        "Point": lambda position: shapes.point([position]),
        "LineString": shapes.line,
        "Polygon": shapes.polygon,
        "MultiPoint": lambda points: shapes.together(shapes.point([p]) for p in points),
        "MultiLineString": lambda lines: shapes.together(map(shapes.line, lines)),
        "MultiPolygon": lambda polygons: shapes.together(map(shapes.polygon, polygons)),
    }[kind]
    return make(coordinates)


def _numbers(coordinates: Any, depth: int) -> Any:
    """Coordinates as numbers, nested `depth` deep around positions. Raises `BrokenGeometry`."""
    if not isinstance(coordinates, list) or (not depth and len(coordinates) < 2):
        raise shapes.BrokenGeometry("no_coordinates", json.dumps(coordinates)[:40])
    if depth:
        return [_numbers(inner, depth - 1) for inner in coordinates]
    return [shapes.number(cell) for cell in coordinates[:2]]


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


def _has_column_geometry(feature: Any) -> bool:
    """Whether a property is called so, which pyogrio would put under the geometry itself."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return isinstance(properties, dict) and "geometry" in properties


def _geometry_of(feature: Any) -> Any:
    """A feature's geometry; of a bare geometry, itself."""
    if not isinstance(feature, dict):
        return None
    bare = feature.get("type") in DIMENSION or feature.get("type") == "GeometryCollection"
    return feature if bare else feature.get("geometry")


def _crs(source: Source, path: Path, members: dict[str, Any]) -> tuple[CRS | None, list[Problem]]:
    """The CRS of the definition, of the `crs` member, or RFC 7946's; None for one not understood.

    Raises `SourceError` when the definition's is none.
    """
    if source.crs is not None or "crs" not in members:
        return declared_crs(source, path, "EPSG:4326"), []
    said = members["crs"]
    properties = said.get("properties") if isinstance(said, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    try:
        return CRS.from_user_input(str(name)), []
    except CRSError:
        return None, [Problem("warning", "crs_member", value=str(name)[:100])]


def _records(source: Source, path: Path, copy: Path) -> Rows:
    """A list of records with coordinates in their members: a table."""
    records = [
        record if isinstance(record, dict) else {"value": record}
        for record in _features(path, copy)
    ]
    columns = dict.fromkeys(name for record in records for name in record)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / f"{path.stem}.csv"
        with written.open("w", encoding="utf-8", newline="") as content:
            writer = csv.writer(content)
            writer.writerow(columns)
            for record in records:
                writer.writerow([_cell(record.get(name)) for name in columns])
        try:
            rows = table.read(source.model_copy(update={"encoding": "utf-8"}), written)
        except SourceError as error:
            raise error.of(path) from None
    # The first record of a table is row 2, below its header; of any other file row 1.
    return replace(
        rows,
        path=path,
        numbers=rows.numbers - 1,
        problems=[_one_up(problem) for problem in rows.problems],
        unplaced={row - 1: _one_up(problem) for row, problem in rows.unplaced.items()},
    )


def _one_up(problem: Problem) -> Problem:
    return problem if problem.row is None else replace(problem, row=problem.row - 1)


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


@contextmanager
def _in_utf8(source: Source, path: Path) -> Iterator[tuple[Path, str, list[Problem]]]:
    """The file in UTF-8 without a byte order mark, the encoding it was in, and a word on that."""
    with path.open("rb") as content:
        head = content.read(4)
    marked = next((name for bom, name in BOMS if head.startswith(bom)), None)
    declared = source.encoding and encoding_names.known(source.encoding, path)
    encoding = marked or declared or field_encoding.guess_file(path)
    if encoding is None:
        raise SourceError(path, "encoding_unclear")
    problems = []
    if encoding != "utf-8" and not declared:
        problems.append(Problem("warning", "json_encoding", value=encoding))
    if encoding == "utf-8" and not marked:
        yield path, encoding, problems
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        _transcode(path, copy, encoding)
        yield copy, encoding, problems


def _transcode(path: Path, copy: Path, encoding: str) -> None:
    try:
        with (
            path.open(encoding=encoding, newline="") as content,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            target.write(content.read(CHUNK).removeprefix("\ufeff"))
            while chunk := content.read(CHUNK):
                target.write(chunk)
    except UnicodeError:
        raise SourceError(path, "encoding_broken", encoding) from None


class _Reader:
    """JSON values of a text, one at a time; no more of it is held than a value needs."""

    def __init__(self, path: Path, text: TextIO, *, roughly: bool) -> None:
        self._path, self._text = path, text
        self._lines = roughly
        self._decode = json.JSONDecoder().raw_decode
        self._held, self._at, self._passed = "", 0, 0

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._held) or not self._more(CHUNK):
                return self._held[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        """Pass over a character that must come next."""
        if self.peek() != wanted or not wanted:
            raise self._broken(f"{wanted!r} expected")
        self._at += 1

    def skip_line(self) -> str:
        """Pass over the rest of a line, and give it."""
        while (end := self._held.find("\n", self._at)) < 0 and self._more(CHUNK):
            self._check_length()
        end = len(self._held) if end < 0 else end
        line, self._at = self._held[self._at : end], min(end + 1, len(self._held))
        return line

    def value(self) -> Any:
        """The next value."""
        self.peek()
        if self._at > CHUNK:  # an error counts the lines of all that is held
            self._passed += self._at
            self._held, self._at = self._held[self._at :], 0
        while True:
            if self._lines and (value := self._object_of_line()) is not None:
                return value
            try:
                value, end = self._decode(self._held, self._at)
            except (ValueError, StopIteration) as error:
                if not self._more(max(CHUNK, len(self._held) - self._at)):
                    raise self._broken(getattr(error, "msg", "a value expected")) from None
                self._check_length()
                continue
            # A number at the end of what is held may go on.
            if end == len(self._held) and self._more(CHUNK):
                continue
            self._at = end
            return value

    def _object_of_line(self) -> Any:
        """The next value where it is an object that ends with its line, as most writers do it.

        Quicker, but whole numbers beyond 64 bits are floats: None where that is the id. None too
        for any other value; after an object that does not end so, no more are looked for.
        """
        end = self._held.find("\n", self._at)
        line = self._held[self._at : max(end, self._at)].rstrip(SPACE + ",")
        if not line.startswith("{"):
            return None
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            self._lines = False
            return None
        if isinstance(value.get("id"), float):
            return None
        self._at += len(line)
        return value

    def _more(self, count: int) -> bool:
        chunk = self._text.read(count)
        if not chunk:
            return False
        self._passed += self._at
        self._held, self._at = self._held[self._at :] + chunk, 0
        return True

    def _check_length(self) -> None:
        if len(self._held) > LONGEST:
            raise SourceError(self._path, "endless_value", detail=str(LONGEST))

    def _broken(self, why: str) -> SourceError:
        place = self._passed + self._at + 1
        return SourceError(self._path, "damaged", detail=f"{why}, character {place}")


def _look(path: Path, copy: Path) -> Document:
    """Count the features. Raises `SourceError` for JSON that is broken, or no GeoJSON."""
    document = Document()
    for feature in _features(path, copy, document, roughly=True):
        document.features += 1
        document.not_features += not _is_feature(feature)
        document.unfit_for_gdal |= _has_column_geometry(feature)
        document.ids.append(feature.get("id") if isinstance(feature, dict) else None)
    if document.records:
        return document
    if not document.features and not document.collection:
        raise SourceError(path, "no_geojson")
    if document.features and document.features == document.not_features:
        kind = str(document.members.get("type"))[:40]
        raise SourceError(path, "json_type", kind)
    return document


def _features(
    path: Path, copy: Path, document: Document | None = None, *, roughly: bool = False
) -> Iterator[Any]:
    """Each feature, whatever it is; what else there is goes into `document`.

    `roughly`: in their properties and coordinates, whole numbers beyond 64 bits may be floats.
    """
    try:
        with copy.open(encoding="utf-8", newline="") as text:
            yield from _values(_Reader(path, text, roughly=roughly), document or Document())
    except UnicodeDecodeError:
        raise SourceError(path, "encoding_broken", "UTF-8") from None


def _values(reader: _Reader, document: Document) -> Iterator[Any]:
    if reader.peek() == "[":
        document.records = True
        yield from _list(reader)
        return
    yield from _object(reader, document)
    if not document.collection:
        yield document.members
    while reader.peek():  # one feature a line, or RFC 8142's
        try:
            yield reader.value()
        except SourceError:
            line = reader.skip_line()
            if not line and not reader.peek():
                raise
            yield line


def _object(reader: _Reader, document: Document) -> Iterator[Any]:
    """The features of the outermost object one by one; its other members into `document`."""
    reader.take("{")
    while reader.peek() != "}":
        key = reader.value()
        reader.take(":")
        if key == "features" and reader.peek() == "[":
            document.collection = True
            yield from _list(reader)
        else:
            document.members[str(key)] = reader.value()
        if reader.peek() != "}":
            reader.take(",")
    reader.take("}")


def _list(reader: _Reader) -> Iterator[Any]:
    reader.take("[")
    while reader.peek() != "]":
        yield reader.value()
        if reader.peek() != "]":
            reader.take(",")
    reader.take("]")
