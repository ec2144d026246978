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

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.rows import Rows
from layers.sources.vector import dbf, gdal
from layers.sources.vector.sidecars import beside

SHAPES = (".shx", ".prj")  # what GDAL gets: it would skip what the .dbf marks deleted
LONGEST_PRJ = 10_000  # bytes; some are a kilobyte
HEADER = 100  # bytes, of the .shp and of the .shx
LENGTH_AT = 24  # byte of the header with the file's length in 16-bit words
RECORD_HEADER = 8  # bytes: its number, and its length in 16-bit words


def read(source: Source, path: Path) -> Rows:
    """Read every record: row n is the n-th shape and the n-th record. Raises `SourceError`."""
    parts = beside(path)
    _require_whole(path, parts.get(".shx"))
    sidecars = {suffix: parts[suffix] for suffix in SHAPES if suffix in parts}
    if not _is_crs(parts):
        sidecars.pop(".prj")
    shapes = gdal.read(source.model_copy(update={"encoding": None}), path, sidecars=sidecars)
    shapes = replace(shapes, loose_rings=True)
    problems = _shortcomings(parts)
    if ".dbf" not in parts:
        none = pd.DataFrame(index=range(len(shapes.numbers)))
        return replace(shapes, columns=none, encoding=None, problems=problems + shapes.problems)
    attributes = dbf.read(parts[".dbf"], source.encoding, _cpg(parts))
    rows = _joined(shapes, attributes)
    return replace(rows, problems=problems + rows.problems)


def _shortcomings(parts: Mapping[str, Path]) -> list[Problem]:
    """What the files of the Shapefile lack as a whole."""
    problems = []
    if ".shx" not in parts:
        problems.append(Problem("note", "no_shx"))
    if ".dbf" not in parts:
        problems.append(Problem("warning", "no_dbf"))
    if not _is_crs(parts):
        problems.append(Problem("warning", "prj_broken"))
    return problems


def _require_whole(path: Path, shx: Path | None) -> None:
    """Raise `SourceError` where the lengths that the files state are not theirs.

    https://www.esri.com/content/dam/esrisites/sitecore-archive/Files/Pdfs/library/whitepapers/pdfs/shapefile.pdf
    """
    _require_length(path)
    if shx is None:
        return
    _require_length(shx)
    size = path.stat().st_size
    entries = np.fromfile(shx, ">i4", offset=HEADER).reshape(-1, 2).astype(np.int64) * 2
    starts, lengths = entries[entries[:, 0] > 0].T  # 0: no shape
    end = int((starts + RECORD_HEADER + lengths.clip(min=0)).max(initial=0))
    if end > size:
        raise SourceError(path, "bytes_missing", end, str(size))
    if not len(starts):
        return
    used = int((lengths.clip(min=0) + RECORD_HEADER).sum())
    if used > size:
        raise SourceError(path, "records_overlap", used, str(size))
    content = np.memmap(path, np.uint8, "r")
    headers = content[starts[:, None] + np.arange(RECORD_HEADER)].view(">i4")
    others = np.flatnonzero(headers[:, 1].astype(np.int64) * 2 != lengths)
    if len(others):
        detail = f".shx / .shp, record {others[0] + 1}"
        raise SourceError(path, "damaged", detail=detail)


def _require_length(path: Path) -> None:
    with path.open("rb") as content:
        header = content.read(HEADER)
    size = path.stat().st_size
    (words,) = struct.unpack_from(">i", header.ljust(HEADER, b"\x00"), LENGTH_AT)
    if words * 2 != size or size < HEADER:
        raise SourceError(path, "bytes_missing", max(words * 2, HEADER), str(size))


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
    """Each record with its shape; deleted records are reported. Raises `SourceError`."""
    count = len(attributes.columns)
    if shapes.total != count:
        raise SourceError(shapes.path, "shp_dbf_counts", shapes.total, str(count))
    problems, left_out = list(attributes.problems), attributes.deleted.copy()
    if left_out.any():
        deleted = int(left_out.sum())
        problems.append(Problem("note", "dbf_deleted", value=str(deleted), rows_left_out=deleted))
    for problem in shapes.problems:
        if problem.rows_left_out and problem.row is not None:
            if left_out[problem.row - 1]:
                continue  # already reported
            left_out[problem.row - 1] = True
        problems.append(problem)
    geometry = np.full(count, None, dtype=object)
    geometry[shapes.numbers - 1] = shapes.geometry
    return replace(
        shapes,
        columns=attributes.columns[~left_out].reset_index(drop=True),
        geometry=geometry[~left_out],
        numbers=np.arange(1, count + 1)[~left_out],
        encoding=attributes.encoding,
        problems=problems,
    )
