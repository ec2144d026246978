"""Geodata files: fiona looks in, pyogrio reads in bulk, fiona rescues row by row."""

from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError, FeatureError
from pyproj import CRS

from layers.definition import Source
from layers.errors import SourceError
from layers.report import Problem
from layers.sources import probe
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows

# DBF language driver ids (byte 29 of the header) that say code page 932.
CP932_LANGUAGE_IDS = frozenset({0x13, 0x7B})


def read(source: Source, path: Path) -> Rows:
    """Read every feature of the file. Raises `SourceError`."""
    encoding = _encoding(source, path)
    contents = probe.look(path, source.sublayer, encoding)
    crs = declared_crs(source, path, contents.crs)
    used = encoding or contents.encoding or "utf-8"
    try:
        frame = pyogrio.read_dataframe(path, layer=source.sublayer, encoding=encoding)
    except (DataSourceError, FeatureError, UnicodeDecodeError, ValueError) as error:
        return _rescue(source, path, used, str(error), crs)
    if "geometry" not in frame:
        raise SourceError(path, "geometry", None, "a file with geometry")
    return Rows(
        path=path,
        columns=pd.DataFrame(frame.drop(columns="geometry")),
        geometry=np.asarray(frame["geometry"].array, dtype=object),
        numbers=np.arange(1, len(frame) + 1),
        total=len(frame),
        crs=crs,
        encoding=used,
    )


def _rescue(source: Source, path: Path, encoding: str, why: str, crs: CRS | None) -> Rows:
    """Every feature that can be read by itself; the others are in the report."""
    numbers, geometries, records = [], [], []
    problems = [Problem("warning", "salvaged", detail=why)]
    total = 0
    for number, geometry, columns, failure in probe.salvage(path, source.sublayer, encoding):
        total += 1
        if failure:
            problems.append(
                Problem("warning", "unreadable_row", number, detail=failure, rows_left_out=1)
            )
            continue
        numbers.append(number)
        geometries.append(geometry)
        records.append(columns)
    geometry_array = np.empty(len(geometries), dtype=object)
    geometry_array[:] = geometries
    return Rows(
        path=path,
        columns=pd.DataFrame.from_records(records),
        geometry=geometry_array,
        numbers=np.array(numbers, dtype=np.int64),
        total=total,
        crs=crs,
        encoding=encoding,
        problems=problems,
    )


def _encoding(source: Source, path: Path) -> str | None:
    """The encoding of a Shapefile's attributes; None where the format has one of its own.

    A .cpg that says Shift_JIS means CP932: read as the JIS standard's code, ～ and ① are lost.
    """
    if source.encoding or path.suffix.lower() != ".shp":
        return source.encoding
    cpg = path.with_suffix(".cpg")
    if cpg.is_file():
        return _codec(path, cpg.read_text(encoding="utf-8-sig").strip())
    dbf = path.with_suffix(".dbf")
    header = dbf.read_bytes()[:32] if dbf.is_file() else b""
    if len(header) == 32 and header[29] in CP932_LANGUAGE_IDS:
        return "cp932"
    return "utf-8" if _decodes(dbf, "utf-8") else "cp932"


def _codec(path: Path, name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        raise SourceError(path, ".cpg", name, "the name of an encoding") from None
    return "cp932" if found == "shift_jis" else found


def _decodes(path: Path, encoding: str) -> bool:
    try:
        path.read_bytes().decode(encoding)
    except (OSError, UnicodeDecodeError):
        return False
    return True
