"""Source + definition → prepared revision. Reads as the pipeline; runs in a child process."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import pyproj
import shapely

from layers import generalise, sources
from layers.clip import on_grid
from layers.definition import LayerDefinition, Scalar, Source
from layers.errors import SourceError
from layers.geojson import collection, features
from layers.ids import content_ids, source_ids
from layers.parts import DIMENSIONS, Geometries, Kind, parts_of
from layers.report import Problem, Report
from layers.revision import Contents
from layers.sources.rows import Rows
from layers.tile import SOURCE_DIGITS, WORLD
from layers.values import publish

WGS84 = pyproj.CRS("EPSG:4326")


@dataclass(frozen=True)
class Job:
    """A layer to prepare. `boundary` is the path of the city's below `data`, as all paths are."""

    definition: LayerDefinition
    data: Path
    boundary: str


def prepare(job: Job) -> tuple[Report, Contents | None]:
    """Read a layer's source and make everything that is served of it.

    The report says what became of every row. There are no contents when it holds an error.
    """
    definition = job.definition
    report = Report(path=definition.source.path, layer=definition.id)
    try:
        rows = sources.read(definition.source, sources.locate(definition.source, job.data))
        _require_columns(definition, rows)
        coverage = _coverage(job)
        boundary = polygon(job.boundary, job.data) if definition.source.within else None
    except SourceError as error:
        report.add(
            [
                Problem(
                    "error", "source", column=error.key, value=str(error.value), detail=str(error)
                )
            ]
        )
        return report, None
    report.rows, report.encoding, report.crs = rows.total, rows.encoding, rows.crs.to_string()
    report.add(rows.problems)

    geometry = _to_degrees(rows.geometry, rows.crs)
    kind, kept, problems = _usable(geometry, rows.numbers)
    report.add(problems)
    if kind == "polygon":
        geometry, kept, problems = _repaired(geometry, kept, rows.numbers)
        report.add(problems)
    if boundary is not None:
        outside = kept & ~shapely.intersects(boundary, geometry)
        kept &= ~outside
        report.add(_outside(int(outside.sum())))

    columns, numbers, geometry = rows.columns[kept], rows.numbers[kept], geometry[kept]
    published, problems = _published(definition, columns, numbers)
    report.add(problems)
    properties = _properties(published, len(numbers))
    source = parts_of(kind, geometry)
    ids, problems = _ids(definition.source, columns, properties, geometry)
    report.add(problems)
    together = np.full(len(geometry), generalise.ALONE)
    if kind == "polygon" and definition.hazard:
        partition = _numbered(published.get(definition.partition or ""), len(numbers))
        together, overlap = generalise.coverages(source, partition)
        report.add(_overlap(overlap))
    levels = generalise.levels(source, together, definition.minzoom, definition.maxzoom)
    report.features = len(ids)
    return report, Contents(
        kind=kind,
        ids=np.array(ids, dtype=np.int64),
        rows=numbers,
        properties=properties,
        source=source,
        levels=dict(levels),
        coverage=coverage,
        report=report,
        classes=list(dict.fromkeys(published.get(definition.style.field or "", ()))),
    )


def polygon(path: str, data: Path) -> shapely.Geometry:
    """The area in a polygon file, in degrees. Raises `SourceError`."""
    source = Source(path=path)
    rows = sources.read(source, sources.locate(source, data))
    area = shapely.union_all(shapely.make_valid(_to_degrees(rows.geometry, rows.crs)))
    if area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
        raise SourceError(data / path, "geometry", area.geom_type, "polygons")
    return area


def _require_columns(definition: LayerDefinition, rows: Rows) -> None:
    named = {f"fields.{name}.column": field.column for name, field in definition.fields.items()}
    if definition.source.id is not None:
        named["source.id"] = definition.source.id
    for key, column in named.items():
        if column not in rows.columns:
            wanted = f"one of the columns {', '.join(map(str, rows.columns))}"
            raise SourceError(Path(definition.source.path), key, column, wanted)


def _coverage(job: Job) -> bytes:
    declared = job.definition.coverage
    if declared is None or declared == "unknown":
        return b""
    area = polygon(job.boundary if declared == "boundary" else declared, job.data)
    parts = on_grid(parts_of("polygon", np.array([area])), SOURCE_DIGITS)
    return features(parts, [1], [b"{}"], SOURCE_DIGITS)[0]


def _to_degrees(geometry: Geometries, crs: pyproj.CRS) -> Geometries:
    """Geometries in longitude and latitude, without Z; None stays None."""
    flat = shapely.force_2d(geometry)
    transformer = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)

    def to_degrees(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack([x, y])

    return cast(Geometries, shapely.transform(flat, to_degrees))


def _usable(
    geometry: Geometries, numbers: npt.NDArray[np.int64]
) -> tuple[Kind, npt.NDArray[np.bool_], list[Problem]]:
    """The layer's kind of geometry, which rows have one of it on Earth, and why others do not."""
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    west, south, east, north = shapely.bounds(geometry).T
    on_earth = (
        (west >= WORLD.west)
        & (south >= WORLD.south)
        & (east <= WORLD.east)
        & (north <= WORLD.north)
    )
    dimension = shapely.get_dimensions(geometry)
    present = Counter(dimension[there & on_earth].tolist())
    most = present.most_common(1)[0][0] if present else 0
    kind = next(kind for kind, number in DIMENSIONS.items() if number == most)
    problems = []
    for index in np.flatnonzero(~(there & on_earth & (dimension == most))):
        row = int(numbers[index])
        if not there[index]:
            found = Problem("warning", "no_geometry", row, rows_left_out=1)
        elif not on_earth[index]:
            place = f"{west[index]:.6g}, {south[index]:.6g}"
            found = Problem("warning", "off_the_earth", row, value=place, rows_left_out=1)
        else:
            found = Problem(
                "warning",
                "geometry_type",
                row,
                value=geometry[index].geom_type,
                detail=kind,
                rows_left_out=1,
            )
        problems.append(found)
    return kind, there & on_earth & (dimension == most), problems


def _repaired(
    geometry: Geometries, kept: npt.NDArray[np.bool_], numbers: npt.NDArray[np.int64]
) -> tuple[Geometries, npt.NDArray[np.bool_], list[Problem]]:
    """Polygons made valid, which rows still have an area, and what was done."""
    broken = kept & ~shapely.is_valid(geometry)
    repaired = geometry.copy()
    repaired[broken] = shapely.make_valid(
        geometry[broken], method="structure", keep_collapsed=False
    )
    gone = broken & shapely.is_empty(repaired)
    problems = []
    for index in np.flatnonzero(broken):
        row, reason = int(numbers[index]), str(shapely.is_valid_reason(geometry[index]))
        if gone[index]:
            problems.append(Problem("warning", "collapsed", row, detail=reason, rows_left_out=1))
        else:
            problems.append(Problem("note", "repaired", row, detail=reason))
    return repaired, kept & ~gone, problems


def _outside(count: int) -> list[Problem]:
    if not count:
        return []
    return [Problem("note", "outside", value=str(count), rows_left_out=count)]


def _overlap(share: float) -> list[Problem]:
    if share <= generalise.COVERAGE_OVERLAP:
        return []
    return [Problem("note", "not_a_coverage", value=f"{share:.2%}")]


def _published(
    definition: LayerDefinition, columns: pd.DataFrame, numbers: npt.NDArray[np.int64]
) -> tuple[dict[str, list[Scalar | None]], list[Problem]]:
    """The values of each public field, by row, and what was wrong."""
    values, problems = {}, []
    for name, field in definition.public_fields.items():
        values[name], found = publish(field, columns[field.column], numbers.tolist())
        problems += found
    return values, problems


def _properties(published: dict[str, list[Scalar | None]], count: int) -> list[bytes]:
    """Each row's published values as a JSON object; what has no value is left out."""
    if not published:
        return [b"{}"] * count
    return [
        orjson.dumps(
            {name: value for name, value in zip(published, row, strict=True) if value is not None}
        )
        for row in zip(*published.values(), strict=True)
    ]


def _numbered(values: list[Scalar | None] | None, count: int) -> npt.NDArray[np.int64]:
    """The same number for the same value; without values, one number for all."""
    if values is None:
        return np.zeros(count, dtype=np.int64)
    _, numbers = np.unique([str(value) for value in values], return_inverse=True)
    return numbers.astype(np.int64)


def _ids(
    source: Source, columns: pd.DataFrame, properties: list[bytes], geometry: Geometries
) -> tuple[list[int], list[Problem]]:
    problems = []
    if source.id is not None:
        ids, wrong = source_ids(columns[source.id])
        if ids is not None:
            return ids, []
        problems.append(Problem("warning", "id", column=source.id, value=wrong, detail=source.id))
    places = shapely.to_wkb(shapely.transform(geometry, lambda c: np.round(c, SOURCE_DIGITS)))
    return content_ids([p + g for p, g in zip(properties, places, strict=True)]), problems


def base(data: Path, boundary: str, towns: str | None) -> bytes:
    """The bundled base map as GeoJSON: the city's boundary and the names of its towns.

    Features say in `kind` what they are: "boundary", or "town" with its `name`.
    Raises `SourceError`.
    """
    area = np.array([polygon(boundary, data)])
    outline = on_grid(parts_of("polygon", area), SOURCE_DIGITS)
    written = features(outline, [1], [b'{"kind":"boundary"}'], SOURCE_DIGITS)
    if towns is not None:
        source = Source(path=towns)
        rows = sources.read(source, sources.locate(source, data))
        points = parts_of("point", _to_degrees(rows.geometry, rows.crs))
        names = [orjson.dumps({"kind": "town", "name": name}) for name in rows.columns["name"]]
        ids = range(2, len(names) + 2)
        written += features(points, ids, names, SOURCE_DIGITS)
    return collection(written)
