"""A layer that would lose much of what it shows: whether a person has to say that it is right.

A table that was cut at the end of a line is a whole, shorter table. Where nothing states how many
rows there should be, the revision before is all there is to measure it by.
"""

from __future__ import annotations

import math
from collections.abc import Set
from pathlib import Path

import numpy as np
import shapely

from layers.geometry.tile import METRES_PER_DEGREE
from layers.messages import ProblemKind
from layers.report import Problem
from layers.revision.revision import Revision
from layers.schema.layer import LayerDefinition
from layers.sources import archive
from layers.sources.files import locate
from layers.sources.formats import format_of, is_archive

# Of the rows, or of the area of hazard zones. A year's changes to a city's list are a few in a
# hundred; a third less at once is a file that was cut, a page of a longer list, or another list.
SHARE = 0.3
LEAST_ROWS = 5  # lost at least: a list of six may lose two on any day
SHRUNK: Set[ProblemKind] = {"rows_fell", "area_fell"}


def shrinkage(before: Revision, after: Revision, *, counted: bool) -> list[Problem]:
    """An error for what `after` has too little of, with both amounts.

    `counted` says that the source itself states how many rows it has. Zones of a hazard are
    measured by their area besides, whatever the format: fewer of them are whole files, too, and
    every place that they no longer cover would be called outside.
    """
    problems = []
    rows, fewer = before.report.rows, after.report.rows
    if not counted and rows - fewer >= LEAST_ROWS and _falls(rows, fewer):
        problems.append(Problem("error", "rows_fell", value=f"{fewer:,}", detail=f"{rows:,}"))
    if before.definition.hazard is not None and before.kind == "polygon":
        areas = [_square_kilometres(revision) for revision in (before, after)]
        if _falls(*areas):
            was, now = (f"{area:,.3g} km²" for area in areas)
            problems.append(Problem("error", "area_fell", value=now, detail=was))
    return problems


def states_its_rows(definition: LayerDefinition, data: Path) -> bool:
    """Whether the layer's source says itself whether all of it is there.

    What a `url` gives does not: a page of a longer list is a whole document. Raises `SourceError`.
    """
    if definition.source.url is not None:
        return False
    path = locate(definition.source, data)
    if path.is_dir():
        return all(dataset.format.states_end(dataset.path) for dataset in archive.datasets(path))
    return is_archive(path) or format_of(path).states_end(path)


def _falls(before: float, after: float) -> bool:
    return after < (1 - SHARE) * before


def _square_kilometres(revision: Revision) -> float:
    """The area of a layer's polygons, near enough to compare two."""
    if revision.kind != "polygon" or not len(revision.source):
        return 0.0
    latitude = float(np.mean(revision.source.coordinates[:, 1]))
    kilometre = METRES_PER_DEGREE / 1000
    square = kilometre**2 * math.cos(math.radians(latitude))
    return float(shapely.area(revision.source.to_shapes().geometry).sum()) * square
