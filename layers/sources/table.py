"""Tables with coordinates in columns: text, and the sheets of workbooks."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from layers.definition import Source
from layers.errors import SourceError
from layers.report import Problem
from layers.sources import delimited
from layers.sources.crs import declared_crs
from layers.sources.grid import Grid
from layers.sources.header import tabulate
from layers.sources.rows import Geometries, Rows
from layers.sources.workbook import is_workbook


def read(source: Source, path: Path) -> Rows:
    """Read every record of the table. Raises `SourceError`."""
    if source.longitude is None or source.latitude is None:
        wanted = "source.longitude and source.latitude, the names of the columns with coordinates"
        raise SourceError(path, "source.longitude", source.longitude, wanted)
    crs = declared_crs(source, path, None)
    grid = _grid(source, path)
    table = tabulate(grid, source.header, path)
    numbers = np.array([record.number for record in table.records], dtype=np.int64)
    records = [record.cells for record in table.records]
    columns = pd.DataFrame(records, columns=table.names, dtype=object)
    for key, name in (("source.longitude", source.longitude), ("source.latitude", source.latitude)):
        if name not in columns:
            wanted = f"one of the columns {', '.join(table.names)}"
            raise SourceError(path, key, name, wanted)
    geometry, unplaced = _points(columns, numbers, source.longitude, source.latitude)
    return Rows(
        path=path,
        columns=columns,
        geometry=geometry,
        numbers=numbers,
        total=len(numbers),
        crs=crs,
        encoding=grid.encoding,
        problems=[*grid.problems, *table.problems],
        unplaced=unplaced,
    )


def _grid(source: Source, path: Path) -> Grid:
    if is_workbook(path):
        from layers.sources import spreadsheet  # openpyxl: not for the servers, which read nothing

        return spreadsheet.read(path, source.sublayer)
    return delimited.read(path, source.encoding)


def _points(
    columns: pd.DataFrame, numbers: npt.NDArray[np.int64], longitude: str, latitude: str
) -> tuple[Geometries, dict[int, Problem]]:
    """Points, None where there is none, and by row number why."""
    axes = []
    bad: dict[int, Problem] = {}
    for name in (longitude, latitude):
        values = np.array([_number(cell) for cell in columns[name]], dtype=float)
        axes.append(values)
        for index in np.flatnonzero(~np.isfinite(values)):
            cell, row = columns[name].iloc[index], int(numbers[index])
            kind = "coordinate" if cell.strip() else "no_geometry"
            bad.setdefault(row, Problem("warning", kind, row, name, cell, rows_left_out=1))
    points = np.empty(len(columns), dtype=object)
    points[:] = shapely.points(axes[0], axes[1])
    points[np.isin(numbers, list(bad))] = None
    return points, bad


def _number(cell: str) -> float:
    """The number in a cell, full-width digits included; NaN when there is none."""
    try:
        return float(unicodedata.normalize("NFKC", cell).strip())
    except ValueError:
        return float("nan")
