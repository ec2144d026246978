"""Rows of a table: records below a header, with coordinates in their columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.tables.coordinates import find_positions
from layers.sources.tables.grid import Grid
from layers.sources.tables.header import tabulate


def rows_of(source: Source, path: Path, grid: Grid) -> Rows:
    """The rows in the cells of a table. Raises `SourceError`."""
    crs = declared_crs(source, path, None)
    table = tabulate(grid, source.header, path)
    numbers = np.array([record.number for record in table.records], dtype=np.int64)
    records = [record.cells for record in table.records]
    columns = pd.DataFrame(records, columns=table.names, dtype=object)
    declared = {source.longitude, source.latitude, source.address}
    hidden = [name for name in table.hidden if name not in declared]
    positions = find_positions(source, path, columns.drop(columns=hidden), numbers)
    return Rows(
        path=path,
        columns=columns,
        geometry=positions.geometry,
        numbers=numbers,
        total=table.total,
        crs=crs or positions.crs,
        encoding=grid.encoding,
        problems=[*grid.problems, *table.problems, *positions.problems],
        unplaced=positions.unplaced,
        positions=positions.names,
        address=positions.address,
        hidden=table.hidden,
    )
