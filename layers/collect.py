"""Source + definition → the features of a layer: what is kept, where it is, and why not all.

The first half of preparation. What is kept back for privacy goes no further than this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from layers import sources
from layers.definition import CityDefinition, LayerDefinition, Source
from layers.errors import SourceError
from layers.parts import Geometries, Kind
from layers.positions import placed, repaired, usable
from layers.report import Problem, Report
from layers.sources.rows import Rows
from layers.standards.complete import completed


@dataclass(frozen=True)
class Job:
    """A layer to prepare, of a city. All paths are below `data`."""

    definition: LayerDefinition
    city: CityDefinition
    data: Path


@dataclass(frozen=True)
class Collected:
    """The features of a layer; the members run in parallel.

    `definition` is the job's with everything the source let us fill in. `geometry` is in degrees.
    """

    definition: LayerDefinition
    kind: Kind
    columns: pd.DataFrame
    geometry: Geometries
    numbers: npt.NDArray[np.int64]


def collect(job: Job, report: Report) -> Collected:
    """Read the source and keep what can be shown; the report says what became of every row.

    Raises `SourceError` when the source cannot be read as the definition says.
    """
    definition = job.definition
    city = polygon(job.city.boundary, job.data)
    rows = sources.read(definition.source, sources.locate(definition.source, job.data))
    report.rows, report.encoding = rows.total, rows.encoding
    report.add(rows.problems)
    definition, problems = completed(definition, rows.columns)
    report.add(problems)
    _require_columns(definition, rows)

    geometry, crs, problems = placed(rows, city)
    report.crs = crs.to_string()
    report.add(problems)
    kind, kept, problems = usable(geometry, rows.numbers, rows.unplaced)
    report.add(problems)
    if kind == "polygon":
        geometry, kept, problems = repaired(geometry, kept, rows.numbers)
        report.add(problems)
    if definition.source.within == "boundary":
        outside = kept & ~shapely.intersects(city, geometry)
        kept &= ~outside
        report.add(_outside(int(outside.sum())))
    return Collected(definition, kind, rows.columns[kept], geometry[kept], rows.numbers[kept])


def polygon(path: str, data: Path) -> shapely.Geometry:
    """The area in a polygon file, in degrees. Raises `SourceError`."""
    source = Source(path=path)
    geometry, _, _ = placed(sources.read(source, sources.locate(source, data)), None)
    area = shapely.union_all(shapely.make_valid(geometry))
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
            raise SourceError(Path(definition.source.name), key, column, wanted)


def _outside(count: int) -> list[Problem]:
    if not count:
        return []
    return [Problem("note", "outside", value=str(count), rows_left_out=count)]
