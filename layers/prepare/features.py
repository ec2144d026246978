"""Source + definition → the features of a layer: which rows, where they are, and why not all.

The first half of preparation. What privacy withholds goes no further than this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.errors import SourceError
from layers.geometry.parts import Geometries, Kind
from layers.geometry.region import Region
from layers.japanese.addresses import Gazetteer
from layers.prepare import privacy
from layers.prepare.areas import NAMES, boundary_of, neighbourhoods_of
from layers.prepare.boundary import outside_of
from layers.prepare.changes import Changed
from layers.prepare.complete import completed
from layers.prepare.geocode import placed_by_address
from layers.prepare.positions import placed, repaired, usable
from layers.prepare.precision import EXACT, ROUNDED, TOWN, with_precision
from layers.report import Problem, Report
from layers.schema.changes import NO_CHANGES, Changes
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.sources.encoding.mojibake import legible
from layers.sources.files import locate
from layers.sources.read import read
from layers.sources.rows import Rows


@dataclass(frozen=True)
class Job:
    """A layer to prepare, of a city, with what the desk changed. All paths are below `data`."""

    definition: LayerDefinition
    city: CityDefinition
    data: Path
    changes: Changes = NO_CHANGES


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


def collect(
    job: Job, report: Report, rows: Rows | None = None, changed: Changed | None = None
) -> Collected:
    """Read the source and keep the rows that a map can show; the report accounts for every row.

    `rows` are the source's where it is read already, `changed` what was changed of them. Raises
    `SourceError` when the source cannot be read as the definition says.
    """
    definition = job.definition
    city = boundary_of(job.city, job.data)
    if rows is None:
        rows = read(definition.source, locate(definition.source, job.data))
    report.rows, report.encoding = rows.total, rows.encoding
    rows, problems = privacy.without_hidden(definition, rows)
    report.add(problems)
    rows = privacy.suppressed(definition, rows)
    definition, problems = completed(definition, rows.columns)
    report.add(problems)
    definition, rows = privacy.without_withheld(definition, rows, job.changes)
    rows = legible(rows, {field.column for field in definition.public_fields.values()})
    report.add(rows.problems)
    _require_columns(definition, rows)
    report.add(privacy.personal_columns(definition, rows.columns))
    report.add(privacy.homes(definition, rows.columns))

    positions = placed(rows, city, Region.of(job.city.extent))
    report.crs, report.accuracy_m = positions.crs.to_string(), positions.accuracy_m
    report.add(positions.problems)
    towns = _gazetteer(job, rows)
    geometry = changed.placed(positions.geometry, rows.numbers) if changed else positions.geometry
    geometry, doubt, problems = placed_by_address(towns, rows, geometry)
    report.add(problems)
    unlisted = rows.columns[rows.address] if rows.address is not None and towns is None else None
    kind, retained, problems = usable(geometry, rows.numbers, positions.unplaced, unlisted)
    report.add(problems)
    if kind == "polygon":
        geometry, retained, problems = repaired(
            geometry, retained, rows.numbers, loose=rows.loose_rings
        )
        report.add(problems)
    retained, problems = outside_of(
        city, geometry, retained, rows.numbers, definition.source.clip_to
    )
    report.add(problems)
    columns, numbers = rows.columns, rows.numbers
    if not retained.all():
        columns, geometry = columns[retained], geometry[retained]
        numbers, doubt = numbers[retained], doubt[retained]

    precision = np.full(len(doubt), EXACT, dtype=object)
    precision[doubt > 0] = TOWN
    rule = definition.privacy
    if rule.grid_m is not None:
        geometry = privacy.on_privacy_grid(rule, kind, geometry, city, rows.path)
        precision[precision == EXACT] = ROUNDED
        doubt = doubt + math.ceil(rule.grid_m * math.sqrt(0.5))  # half a cell's diagonal
        report.add([Problem("note", "grid", value=str(rule.grid_m))])
    published = privacy.large_groups(rule, columns, geometry)
    definition, columns = with_precision(definition, columns, precision, doubt)
    if not published.all():
        withheld = set(numbers[~published].tolist())
        report.problems = [
            privacy.withheld(problem) if problem.row in withheld else problem
            for problem in report.problems
        ]
        count = int(np.count_nonzero(~published))
        report.add([Problem("note", "small_group", value=str(count), rows_left_out=count)])
        columns, geometry = columns[published], geometry[published]
        numbers = numbers[published]
    return Collected(definition, kind, columns, geometry, numbers)


def _gazetteer(job: Job, rows: Rows) -> Gazetteer | None:
    """The city's towns; None when it declares none, or no row asks for them."""
    if job.city.neighbourhoods is None or rows.address is None:
        return None
    neighbourhoods = neighbourhoods_of(job.city, job.data)
    if neighbourhoods is None:
        return None
    towns, points = neighbourhoods
    names = [str(name) for name in towns.columns[NAMES]]
    return Gazetteer.of(job.city.name["ja"], job.city.code, names, points)


def _require_columns(definition: LayerDefinition, rows: Rows) -> None:
    named = {f"fields.{name}.column": field.column for name, field in definition.fields.items()}
    if definition.source.id is not None:
        named["source.id"] = definition.source.id
    for key, column in named.items():
        if column not in rows.columns:
            columns = ", ".join(map(str, rows.columns))
            raise SourceError(Path(definition.source.name), "no_column", column, columns, key=key)
