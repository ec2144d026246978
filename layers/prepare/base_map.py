"""A file of the base map → what is drawn and named of it, for far and for near.

The features of one kind and name are one: their areas are united, their lines joined. Lines and
areas are simplified for zooms up to `FAR` and, apart, for those beyond; points are the same for
all. What a map names by a point has it in `at`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely

from layers.errors import SourceError
from layers.geometry.region import Region
from layers.geometry.rings import valid_polygons
from layers.geometry.tile import METRES_PER_DEGREE, Bounds, Floats, pixel
from layers.prepare.areas import boundary_of
from layers.prepare.positions import placed
from layers.report import Problem, Report
from layers.schema.base import BASE_KINDS, FAR, BaseKind, BaseSource
from layers.schema.city import CityDefinition
from layers.sources.files import locate
from layers.sources.read import read
from layers.sources.rows import Rows
from layers.standards.base_files import KnownFile, known_file

MARGIN = 2_000.0  # metres around the city's extent that are drawn
NEAR = 17  # the zoom that the fine ones are right for: half a metre
TOLERANCE = 0.5  # CSS pixels
LEAST = 2.0  # CSS pixels: a smaller area is not drawn from afar
PLACE_DIGITS = {"far": 5, "near": 6}  # decimals of a degree: a metre, a tenth of one
# The columns that names are in where a file has them and the definition names none: those of the
# project's own files, and of OpenStreetMap's.
NAMES: Mapping[str, tuple[str, ...]] = {
    "en": ("name_en", "name:en"),
    "ja-Hrkt": ("name_kana", "name:ja-Hira"),
    "ja-Latn": ("name_romaji", "name:ja-Latn", "name:ja_rm"),
    "ko": ("name_ko", "name:ko"),
    "vi": ("name_vi", "name:vi"),
    "zh": ("name_zh", "name:zh"),
}
SAME_PLACE = 300.0  # metres between points of one name that are the same thing
NAMED = ("station", "landmark", "area_name")  # nothing without a name, and a point with one
Group = tuple[BaseKind, int, str]


@dataclass(frozen=True)
class BaseFeatures:
    """What is drawn of a file, as GeoJSON features: `far` with all points, and `near`."""

    report: Report
    far: list[dict[str, Any]] = field(default_factory=list)
    near: list[dict[str, Any]] = field(default_factory=list)


def base_features(entry: BaseSource, city: CityDefinition, data: Path) -> BaseFeatures:
    """Read a file of the base map. The report says what is wrong with it."""
    report = Report(path=entry.path, layer="base")
    prepared = BaseFeatures(report)
    try:
        rows = read(entry.source, locate(entry.source, data))
        report.rows, report.encoding = rows.total, rows.encoding
        known = known_file(Path(entry.path).name, [str(name) for name in rows.columns])
        columns = _Columns.of(entry, known, rows)
        area = boundary_of(city, data)
        positions = placed(rows, area, Region.of(city.extent))
    except SourceError as error:
        report.add([Problem.of(error)])
        return prepared
    report.crs, report.accuracy_m = positions.crs.to_string(), positions.accuracy_m
    report.add([*rows.problems, *positions.problems, *positions.unplaced.values()])
    geometry = valid_polygons(positions.geometry, loose=rows.loose_rings)
    kinds, problems = columns.kinds(rows)
    report.add(problems)
    groups = _Groups(_reach(city), area)
    for index, name in enumerate(columns.names()):
        kind = kinds[index]
        if kind is not None and columns.is_current[index]:
            report.features += groups.add(kind, name, geometry[index])
    if not groups.parts:
        report.add([Problem("error", "base_empty", value=str(rows.total))])
    for (kind, dimension, japanese), parts in groups.parts.items():
        _add(prepared, kind, dimension, groups.names[kind, japanese], np.array(parts))
    return prepared


class _Groups:
    """The parts of features within `reach`, by kind, dimension and Japanese name."""

    def __init__(self, reach: Bounds, city: shapely.Geometry) -> None:
        self._reach, self._city = reach, city
        self.parts: dict[Group, list[shapely.Geometry]] = defaultdict(list)
        self.names: dict[tuple[BaseKind, str], dict[str, str]] = defaultdict(dict)

    def add(self, kind: BaseKind, name: Mapping[str, str], shape: shapely.Geometry) -> bool:
        """Add a feature; False when there is nothing of it to be shown."""
        if kind == "border" and shapely.get_dimensions(shape) == 2:
            beyond = shapely.difference(shapely.clip_by_rect(shape, *self._reach), self._city)
            self._put("area_name", name, beyond)
            shape = shapely.boundary(shape)
        return self._put(kind, name, shapely.clip_by_rect(shape, *self._reach))

    def _put(self, kind: BaseKind, name: Mapping[str, str], shape: shapely.Geometry) -> bool:
        japanese = name.get("ja", "")
        if not shapely.get_num_coordinates(shape) or (kind in NAMED and not japanese):
            return False
        self.names[kind, japanese] = {**name, **self.names[kind, japanese]}
        for part in shapely.get_parts(shape):
            self.parts[kind, int(shapely.get_dimensions(part)), japanese].append(part)
        return True


def _add(
    prepared: BaseFeatures,
    kind: BaseKind,
    dimension: int,
    name: Mapping[str, str],
    parts: np.ndarray,
) -> None:
    """Put the features of one kind and name into what is drawn."""
    properties: dict[str, Any] = {"kind": kind, **_named(name)}
    if dimension == 2:
        whole = shapely.union_all(parts)
        if kind in NAMED:
            parts, dimension = np.array([shapely.Point(_middle(whole))]), 0
        elif name:
            properties["at"] = _point(_middle(whole))["coordinates"]
    else:
        whole = shapely.line_merge(shapely.union_all(parts))
    if dimension == 0:
        for place in _apart(shapely.get_coordinates(parts)):
            prepared.far.append(_feature(properties, _point(place)))
        return
    far, near = _simplified(whole, FAR, "far"), _simplified(whole, NEAR, "near")
    if not shapely.is_empty(far):
        prepared.far.append(_feature(properties, _geojson(far)))
    if not shapely.is_empty(near):
        prepared.near.append(_feature({"kind": kind}, _geojson(near)))


def _apart(places: Floats) -> list[Floats]:
    """The places without those beside another: a station of two lines is one station."""
    retained: list[Floats] = []
    for place in places:
        if all(np.hypot(*(place - other)) * METRES_PER_DEGREE > SAME_PLACE for other in retained):
            retained.append(place)
    return retained


def _simplified(whole: shapely.Geometry, zoom: int, band: str) -> shapely.Geometry:
    """The geometry as a zoom shows it, on the grid of its band."""
    tolerance = TOLERANCE * pixel(zoom)
    parts = shapely.get_parts(whole)
    if band == "far" and shapely.get_dimensions(whole) == 2:
        bounds = shapely.bounds(parts)
        sides = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
        parts = parts[sides >= LEAST * pixel(zoom)]
    simple = shapely.simplify(parts, tolerance)
    grid = 10.0 ** -PLACE_DIGITS[band]
    snapped = shapely.set_precision(simple, grid)
    return _rounded(shapely.union_all(snapped), PLACE_DIGITS[band])


def _rounded(geometry: shapely.Geometry, digits: int) -> shapely.Geometry:
    return shapely.transform(geometry, lambda pairs: np.round(pairs, digits))


def _geojson(geometry: shapely.Geometry) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(shapely.to_geojson(geometry))
    return document


def _middle(area: shapely.Geometry) -> Floats:
    """A place well inside the largest part of an area."""
    parts = shapely.get_parts(area)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    middle: Floats = shapely.get_coordinates(shapely.point_on_surface(largest))[0]
    return middle


def _point(place: Floats) -> dict[str, Any]:
    x, y = (round(float(value), PLACE_DIGITS["far"]) for value in place)
    return {"type": "Point", "coordinates": [x, y]}


def _feature(properties: Mapping[str, Any], geometry: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def _named(name: Mapping[str, str]) -> dict[str, Any]:
    """The members `name`, in Japanese, and `names`, by other tags, as far as there are any."""
    others = {tag: text for tag, text in name.items() if tag != "ja"}
    return ({"name": name["ja"]} if name else {}) | ({"names": others} if others else {})


def _reach(city: CityDefinition) -> Bounds:
    """What is drawn: the city's extent, and `MARGIN` around it."""
    west, south, east, north = city.extent
    y = MARGIN / METRES_PER_DEGREE
    x = y / math.cos(math.radians((south + north) / 2))
    return Bounds(west - x, south - y, east + x, north + y)


@dataclass(frozen=True)
class _Columns:
    """Where the kind and the names of a file's rows are; `is_current` runs with the rows."""

    kind: BaseKind | None
    kind_column: str | None
    names_by_tag: Mapping[str, pd.Series[Any]]
    unnamed: tuple[str, ...]
    is_current: np.ndarray

    @classmethod
    def of(cls, entry: BaseSource, known: KnownFile | None, rows: Rows) -> _Columns:
        """Raises `SourceError` for a column that is not there, or a file that may be anything."""
        kind = entry.kind or (known.kind if known and entry.kind_column is None else None)
        if kind is None and entry.kind_column is None:
            listed = ", ".join(map(str, rows.columns))
            raise SourceError(
                Path(entry.path), "base_kind", ", ".join(BASE_KINDS), listed, key="kind"
            )
        named = {"kind_column": entry.kind_column, "name": entry.name}
        named |= {f"names.{tag}": column for tag, column in entry.names.items()}
        for key, column in named.items():
            if column is not None and column not in rows.columns:
                listed = ", ".join(map(str, rows.columns))
                raise SourceError(Path(entry.path), "no_column", column, listed, key=key)
        japanese = entry.name or (known.name if known else None)
        if japanese is None and "name" in rows.columns:
            japanese = "name"
        columns = {"ja": japanese} | (dict(entry.names) or _usual(rows))
        texts = {tag: rows.columns[column] for tag, column in columns.items() if column}
        current = np.ones(len(rows.columns), dtype=bool)
        if known is not None and known.current is not None:
            cells = rows.columns[known.current.column].map(_text)
            current = (cells == known.current.value).to_numpy()
        unnamed = known.unnamed if known else ()
        return cls(kind, entry.kind_column, texts, unnamed, current)

    def kinds(self, rows: Rows) -> tuple[list[BaseKind | None], list[Problem]]:
        """The kind of each row, None for one that is of none; and a problem for each of those."""
        if self.kind is not None:
            return [self.kind] * len(rows.columns), []
        column = str(self.kind_column)
        cells = [_text(cell) for cell in rows.columns[column]]
        problems = [
            Problem(
                "warning",
                "kind_unknown",
                int(number),
                column,
                cell,
                ", ".join(BASE_KINDS),
                rows_left_out=1,
            )
            for number, cell in zip(rows.numbers, cells, strict=True)
            if cell not in BASE_KINDS
        ]
        known: Mapping[str, BaseKind] = {kind: kind for kind in BASE_KINDS}
        return [known.get(cell) for cell in cells], problems

    def names(self) -> Iterator[Mapping[str, str]]:
        """The names of each row by language tag, without those that are empty.

        There are none in another language where there is none in Japanese.
        """
        texts = {tag: [_text(cell) for cell in cells] for tag, cells in self.names_by_tag.items()}
        for index in range(len(self.is_current)):
            name = {tag: column[index] for tag, column in texts.items() if column[index]}
            yield {} if name.get("ja", "") in ("", *self.unnamed) else name


def _usual(rows: Rows) -> dict[str, str]:
    """The columns of names by language tag, as far as the file has any of `NAMES`."""
    present = {
        tag: [name for name in usual if name in rows.columns] for tag, usual in NAMES.items()
    }
    return {tag: columns[0] for tag, columns in present.items() if columns}


def _text(cell: Any) -> str:
    """A cell as text; a whole number without decimals, and nothing for none."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def to_json(prepared: BaseFeatures) -> bytes:
    """What the child process gives back."""
    return orjson.dumps(
        {
            "report": prepared.report.to_stored(),
            "far": prepared.far,
            "near": prepared.near,
        }
    )


def names_of_towns(rows: Rows) -> Iterator[dict[str, Any]]:
    """The members `name` and `names` of each row of a list of neighbourhoods."""
    columns = {"ja": "name"} | _usual(rows)
    for row in zip(*(rows.columns[column] for column in columns.values()), strict=True):
        names = {tag: _text(cell) for tag, cell in zip(columns, row, strict=True)}
        yield _named({tag: text for tag, text in names.items() if text})
