"""Source + definition → prepared revision. Reads as the pipeline; runs in a child process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import pyarrow as pa
import shapely

from layers.errors import SourceError
from layers.geometry.clip import on_grid
from layers.geometry.parts import Geometries, from_shapes, shapes_of
from layers.geometry.tile import SOURCE_DIGITS
from layers.prepare import generalise, privacy, zoom_levels
from layers.prepare.areas import boundary_of, neighbourhoods_of, polygon_of
from layers.prepare.base_map import names_of_towns
from layers.prepare.changes import Changed, Identified, with_changes
from layers.prepare.columns import column_of
from layers.prepare.duplicates import duplicates
from layers.prepare.features import Job, collect
from layers.prepare.ids import content_ids, source_ids
from layers.prepare.properties import Values, properties
from layers.prepare.values import Numbered, convert, convert_texts
from layers.report import WITHHELD, Problem, Report
from layers.revision.level import Level
from layers.revision.points import Points, points_of
from layers.revision.revision import Contents
from layers.revision.table import FeatureTable, Slices
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.source import Source
from layers.schema.values import Scalar
from layers.sources.files import locate
from layers.sources.read import read
from layers.tiles.content import whole_layer
from layers.tiles.geojson import collection, features


def prepare(job: Job) -> tuple[Report, Contents | None]:
    """Read a layer's source and prepare everything that is served of it.

    The report accounts for every row. There are no contents when it holds an error.
    """
    report = Report(path=job.definition.source.name, layer=job.definition.id)
    contents = _contents(job, report)
    definition = contents.definition if contents else job.definition
    report.problems = [privacy.masked(problem, definition) for problem in report.problems]
    report.add(privacy.explained(report.problems))
    if definition.hazard:
        report.problems = list(map(_refused, report.problems))
    return report, contents


def _contents(job: Job, report: Report) -> Contents | None:
    try:
        changed = _changed(job)
        collected = collect(job, report, changed.rows if changed else None, changed)
        coverage = _coverage(job)
    except SourceError as error:
        report.add([Problem.of(error)])
        return None
    definition, kind, geometry = collected.definition, collected.kind, collected.geometry
    numbers = collected.numbers
    columns, problems = _published(definition, collected.columns, numbers)
    report.add(problems)
    row_properties = properties(columns, len(numbers))
    classifying = {definition.label, definition.style.field, definition.partition} - {None}
    typed = {name: column_of(values) for name, values in columns.items()}
    numbered = {name: Numbered.of(columns[name]) for name in classifying if name in columns}
    del columns
    ids, problems = _ids(definition.source, collected.columns, numbers, row_properties, geometry)
    report.add(problems)
    if changed:
        ids = changed.identify(ids, numbers)
        report.add(changed.problems)
    table = FeatureTable(np.array(ids, dtype=np.int64), row_properties)
    del collected, ids  # as much memory as what follows takes
    label = numbered.get(definition.label or definition.style.field or "")
    labels = None if label is None else label.numbers
    report.add(duplicates(kind, geometry, row_properties, labels, numbers))
    report.add(privacy.mobile_numbers(row_properties, numbers, definition.fields))
    if not len(table):
        none = Problem("error", "no_features", value=str(report.rows))
        report.add([none if report.rows else Problem("error", "empty_list")])
    if definition.hazard:
        report.add(_ground_lost(report))
    if report.failed:
        return None
    source = from_shapes(shapes_of(kind, geometry))
    del geometry
    undivided = Numbered(np.zeros(len(table), dtype=np.int64), [None])
    style = numbered.get(definition.style.field or "", undivided)
    parts_shown: Points | list[Level]
    pixels: dict[int, int] = {}
    if kind == "point":
        crowded, maxzoom = definition.cluster_threshold, definition.maxzoom
        parts_shown = points_of(source, style.numbers, style.values, crowded, maxzoom)
        report.add(zoom_levels.crowded_tiles(parts_shown, table, definition))
    else:
        clean, together = source, np.full(len(numbers), generalise.ALONE)
        if kind == "polygon" and definition.hazard:
            partition = numbered.get(definition.partition or "", undivided)
            shapes, together, overlap = generalise.coverages(source.to_shapes(), partition.numbers)
            clean = from_shapes(shapes)
            report.add(_overlap(overlap))
        parts_shown, pixels, problems = zoom_levels.levels(clean, together, table, definition)
        report.add(problems)
    report.features = len(table)
    return Contents(
        definition=definition,
        kind=kind,
        table=table,
        columns=typed,
        rows=numbers,
        source=source,
        shown=parts_shown,
        coverage=coverage,
        report=report,
        classes=style.values,
        pixels=pixels,
        withheld=job.changes.withheld,
        changes=changed.states if changed else {},
    )


def _changed(job: Job) -> Changed | None:
    """The source's rows with what the desk changed of single features; None without any."""
    if not job.changes.of_features:
        return None
    source = job.definition.source
    rows = read(source, locate(source, job.data))
    file = collect(job, Report(source.name, job.definition.id), rows)
    columns, _ = _published(file.definition, file.columns, file.numbers)
    row_properties = properties(columns, len(file.numbers))
    ids, _ = _ids(file.definition.source, file.columns, file.numbers, row_properties, file.geometry)
    fields, numbers = file.definition.public_fields, file.numbers.tolist()
    named = {entry.field for entry in job.changes.corrected} & fields.keys()
    label = columns.get(file.definition.label or "")
    identified = Identified(
        layer_id=job.definition.id,
        ids=ids,
        numbers=file.numbers,
        geometry=file.geometry,
        properties=row_properties.take(np.arange(len(row_properties))),
        labels=[None] * len(numbers) if label is None else _listed(label),
        fields=fields,
        values={name: dict(zip(numbers, _listed(columns[name]), strict=True)) for name in named},
        is_rounded=file.definition.privacy.grid_m is not None,
    )

    def converted(field: str, cell: str) -> Scalar | None:
        return convert(fields[field], pd.Series([cell], dtype=object), [0])[0][0]

    return with_changes(job.changes, rows, identified, converted)


def _listed(values: Values) -> Sequence[Scalar | None]:
    return values.to_pylist() if isinstance(values, pa.Array) else values


def _refused(problem: Problem) -> Problem:
    """The problem of a hazard layer: an error where a row of unknown place is missing."""
    lost = problem.loses_ground and problem.kind not in WITHHELD
    return replace(problem, severity="error") if lost else problem


def _ground_lost(report: Report) -> list[Problem]:
    """The error of a hazard layer whose rows are not all there."""
    losses = [_refused(problem) for problem in report.problems if problem.loses_ground]
    rows = [max(p.rows_left_out, 1) for p in losses if p.severity == "error"]
    return [Problem("error", "ground_lost", value=str(sum(rows)))] if rows else []


def _coverage(job: Job) -> bytes:
    declared = job.definition.surveyed_extent
    if declared is None or declared == "unknown":
        return b""
    city = area = boundary_of(job.city, job.data)
    if declared != "boundary":
        area = polygon_of("surveyed_extent", declared, job.city, job.data)
        if not shapely.area(shapely.intersection(area, city)):
            raise SourceError(Path(declared), "surveyed_elsewhere", key="surveyed_extent")
    if job.definition.source.clip_to is not None:
        area = shapely.intersection(area, city)  # what lies beyond is left out
    parts = on_grid(from_shapes(shapes_of("polygon", np.array([area]))), SOURCE_DIGITS)
    return features(whole_layer(parts, [1], [b"{}"]))[0]


def _overlap(share: float) -> list[Problem]:
    if share <= generalise.COVERAGE_OVERLAP:
        return []
    return [Problem("note", "not_a_coverage", value=f"{share:.2%}")]


def _published(
    definition: LayerDefinition, columns: pd.DataFrame, numbers: npt.NDArray[np.int64]
) -> tuple[dict[str, Values], list[Problem]]:
    """The values of the public fields, by row, and problems with cells."""
    published: dict[str, Values] = {}
    problems = []
    for name, field in definition.public_fields.items():
        values = convert_texts(field, columns[field.column])
        if values is None:
            values, cell_problems = convert(field, columns[field.column], numbers.tolist())
            problems += cell_problems
        published[name] = values
    return published, problems


def _ids(
    source: Source,
    columns: pd.DataFrame,
    numbers: npt.NDArray[np.int64],
    row_properties: Slices,
    geometry: Geometries,
) -> tuple[list[int], list[Problem]]:
    problems = []
    if source.id is not None:
        ids, wrong = source_ids(columns[source.id])
        if ids is not None:
            return ids, []
        cell = str(columns[source.id].iloc[wrong])
        problems.append(Problem("warning", "id", int(numbers[wrong]), source.id, cell))
    positions = shapely.to_wkb(shapely.transform(geometry, lambda c: np.round(c, SOURCE_DIGITS)))
    every_row = row_properties.take(np.arange(len(row_properties)))
    contents = [row + position for row, position in zip(every_row, positions, strict=True)]
    return content_ids(contents), problems


def base(city: CityDefinition, data: Path) -> bytes:
    """The ground of the base map as GeoJSON: the city's boundary and the names of its towns.

    The `kind` of a feature is "boundary", or "town" with its `name` and its `names` by language.
    Raises `SourceError`.
    """
    area = np.array([boundary_of(city, data)])
    outline = on_grid(from_shapes(shapes_of("polygon", area)), SOURCE_DIGITS)
    base_features = features(whole_layer(outline, [1], [b'{"kind":"boundary"}']))
    if (neighbourhoods := neighbourhoods_of(city, data)) is not None:
        rows, places = neighbourhoods
        points = from_shapes(shapes_of("point", places))
        names = [orjson.dumps({"kind": "town", **named}) for named in names_of_towns(rows)]
        base_features += features(whole_layer(points, list(range(2, len(names) + 2)), names))
    return collection(base_features)
