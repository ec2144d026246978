"""A dataset in several files of one kind, as PLATEAU has a file for each cell of the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from layers.errors import SourceError
from layers.report import Problem
from layers.sources.rows import Rows


def joined(files: Sequence[Rows]) -> Rows:
    """The rows of all files, one file's below the other's. Raises `SourceError`.

    Row n is the n-th of them all; problems name their file.
    """
    first, *others = files
    if not others:
        return first
    systems = dict.fromkeys(rows.crs for rows in files)
    if len(systems) > 1:
        names = ", ".join("—" if crs is None else crs.to_string() for crs in systems)
        raise SourceError(first.path, "several_systems", names[:200])
    before = np.cumsum([0, *(rows.total for rows in files)]).tolist()
    offsets = list(zip(files, before[:-1], strict=True))
    unplaced = {
        row + offset: _moved(problem, rows, offset)
        for rows, offset in offsets
        for row, problem in rows.unplaced.items()
    }
    problems = [_moved(problem, rows, at) for rows, at in offsets for problem in rows.problems]
    return replace(
        first,
        columns=pd.concat([rows.columns for rows in files], ignore_index=True),
        geometry=np.concatenate([rows.geometry for rows in files]),
        numbers=np.concatenate([rows.numbers + offset for rows, offset in offsets]),
        total=before[-1],
        problems=problems,
        unplaced=unplaced,
    )


def _moved(problem: Problem, rows: Rows, offset: int) -> Problem:
    if problem.row is None:
        return problem
    return replace(problem, row=problem.row + offset, file=rows.path.name)
