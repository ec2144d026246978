"""Shapefiles: shapes by GDAL, attributes from the DBF's own bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.report import Problem
from layers.schema.source import Source
from layers.sources.rows import Rows
from layers.sources.vector import dbf, gdal
from layers.sources.vector.sidecars import beside

SHAPES = (".shx", ".prj")  # what GDAL gets: it would skip what the .dbf marks deleted
LONGEST_PRJ = 10_000  # bytes; some are a kilobyte
LENGTH_AT = 24  # byte of the .shp's header with the file's length in 16-bit words


def read(source: Source, path: Path) -> Rows:
    """Read every record: row n is the n-th shape and the n-th record. Raises `SourceError`."""
    parts = beside(path)
    sidecars = {suffix: parts[suffix] for suffix in SHAPES if suffix in parts}
    if not _is_crs(parts):
        sidecars.pop(".prj")
    shapes = gdal.read(source.model_copy(update={"encoding": None}), path, sidecars=sidecars)
    shapes = replace(shapes, loose_rings=True)
    problems = _shortcomings(path, parts)
    if ".dbf" not in parts:
        none = pd.DataFrame(index=range(len(shapes.numbers)))
        return replace(shapes, columns=none, encoding=None, problems=problems + shapes.problems)
    attributes = dbf.read(parts[".dbf"], source.encoding, _cpg(parts))
    rows = _joined(shapes, attributes)
    return replace(rows, problems=problems + rows.problems)


def _shortcomings(path: Path, parts: Mapping[str, Path]) -> list[Problem]:
    """What the files of the Shapefile lack as a whole."""
    problems = []
    if ".shx" not in parts:
        problems.append(Problem("note", "no_shx"))
    if ".dbf" not in parts:
        problems.append(Problem("warning", "no_dbf"))
    if not _is_crs(parts):
        problems.append(Problem("warning", "prj_broken"))
    with path.open("rb") as content:
        header = content.read(LENGTH_AT + 4)
    (words,) = struct.unpack(">i", header[LENGTH_AT:].ljust(4, b"\x00"))
    missing = words * 2 - path.stat().st_size
    if missing > 0:
        problems.append(Problem("warning", "shp_short", value=str(missing)))
    return problems


def _is_crs(parts: Mapping[str, Path]) -> bool:
    """Whether the .prj, if there is one, names a CRS."""
    if ".prj" not in parts:
        return True
    try:
        CRS.from_user_input(parts[".prj"].read_bytes()[:LONGEST_PRJ].decode("utf-8-sig"))
    except (CRSError, UnicodeDecodeError):
        return False
    return True


def _cpg(parts: Mapping[str, Path]) -> str | None:
    if ".cpg" not in parts:
        return None
    return parts[".cpg"].read_bytes()[:100].decode("utf-8-sig", "replace")


def _joined(shapes: Rows, attributes: dbf.Attributes) -> Rows:
    """Each record with its shape; records that are missing or deleted are reported."""
    present, declared = len(attributes.columns), attributes.declared
    problems = list(attributes.problems)
    # Where records are cut off, their shapes alone would be features without attributes.
    count = present if present < declared else max(present, shapes.total)
    total = max(declared, shapes.total)
    if present < declared:
        lost = f"{present + 1}–{total}"
        problems.append(Problem("warning", "dbf_short", value=lost, rows_left_out=total - present))
    if shapes.total != declared:
        problems.append(Problem("warning", "shp_dbf_counts", value=f"{shapes.total} / {declared}"))
    left_out = np.zeros(count, dtype=bool)
    left_out[:present] = attributes.deleted
    if left_out.any():
        deleted = int(left_out.sum())
        problems.append(Problem("note", "dbf_deleted", value=str(deleted), rows_left_out=deleted))
    for problem in shapes.problems:
        if problem.rows_left_out and problem.row is not None:
            if problem.row > count or left_out[problem.row - 1]:
                continue  # already reported
            left_out[problem.row - 1] = True
        problems.append(problem)
    geometry = np.full(count, None, dtype=object)
    within = shapes.numbers <= count
    geometry[shapes.numbers[within] - 1] = shapes.geometry[within]
    numbers = np.arange(1, count + 1)[~left_out]
    return replace(
        shapes,
        columns=attributes.columns.reindex(range(count))[~left_out].reset_index(drop=True),
        geometry=geometry[~left_out],
        numbers=numbers,
        total=total,
        encoding=attributes.encoding,
        problems=problems,
    )
