"""Tables with coordinates in columns: text, and the sheets of workbooks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.tables import delimited
from layers.sources.tables.coordinates import places
from layers.sources.tables.grid import Grid
from layers.sources.tables.header import tabulate
from layers.sources.tables.workbook import is_workbook


def read(source: Source, path: Path) -> Rows:
    """Read every record of the table. Raises `SourceError`."""
    crs = declared_crs(source, path, None)
    grid = _grid(source, path)
    table = tabulate(grid, source.header, path)
    numbers = np.array([record.number for record in table.records], dtype=np.int64)
    records = [record.cells for record in table.records]
    columns = pd.DataFrame(records, columns=table.names, dtype=object)
    found = places(source, path, columns, numbers)
    return Rows(
        path=path,
        columns=columns,
        geometry=found.geometry,
        numbers=numbers,
        total=len(numbers),
        crs=crs or found.crs,
        encoding=grid.encoding,
        problems=[*grid.problems, *table.problems, *found.problems],
        unplaced=found.unplaced,
        positions=found.names,
        address=found.address,
    )


def _grid(source: Source, path: Path) -> Grid:
    if is_workbook(path):
        from layers.sources.tables import (
            spreadsheet,  # openpyxl: not for the servers, which read nothing
        )

        if source.encoding is not None:
            raise SourceError(path, "encoding_of_none", source.encoding, key="source.encoding")
        return spreadsheet.read(path, source.sublayer)
    if source.sublayer is not None:
        raise SourceError(path, "sublayer_of_none", source.sublayer, key="source.sublayer")
    return delimited.read(path, source.encoding)
