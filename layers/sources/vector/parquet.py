"""GeoParquet: by its metadata, a geometry column of WKB or of GeoArrow's coordinates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.bounds import require_table
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import curves
from layers.sources.vector.columns import decodable, flat

ROWS = 1024  # that are read at a time
LARGEST_UNPACKED = 1 << 30  # bytes of all values


def read(source: Source, path: Path) -> Rows:
    """Read every row. Raises `SourceError`."""
    try:
        file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
        require_table(path, file.metadata.num_rows, file.metadata.num_columns)
        name, column = _geometry_column(path, file.schema_arrow.metadata or {})
        if column.get("encoding") == "WKB":
            frame = _content(path, file).to_pandas()
            _require_all(path, file, len(frame))
            contents = [content or None for content in frame.pop(name).tolist()]
            made = curves.of_wkb(contents)
        else:
            _content(path, file)
            frame = geopandas.read_parquet(path)
            _require_all(path, file, len(frame))
            made = curves.Made(np.asarray(frame[name].array, dtype=object))
            frame = pd.DataFrame(frame.drop(columns=name))
    except MemoryError:
        raise
    except (pyarrow.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        raise SourceError(path, "damaged", detail=_message(error, path)) from error
    for text_name, cells in frame.items():
        if isinstance(cells.dtype, pd.StringDtype):
            frame[text_name] = decodable(cells)
    columns, problems = flat(frame.reset_index(drop=True))
    return Rows(
        path=path,
        columns=columns,
        geometry=made.geometry,
        numbers=np.arange(1, len(frame) + 1),
        total=len(frame),
        crs=_crs(source, path, column),
        encoding=None,
        problems=[*made.notes(), *problems],
        unplaced={index + 1: error.problem(index + 1) for index, error in made.broken.items()},
    )


def _content(path: Path, file: pyarrow.parquet.ParquetFile) -> pyarrow.Table:
    """Every row. Raises `SourceError` where they are too large.

    A value that is written once may come in every row: how much there is shows only as it is read.
    """
    groups = (file.metadata.row_group(index) for index in range(file.num_row_groups))
    _require_size(path, sum(group.total_byte_size for group in groups))
    batches, size = [], 0
    for batch in map(_without_dictionaries, file.iter_batches(batch_size=ROWS)):
        size += batch.nbytes
        _require_size(path, size)
        batches.append(batch)
    if not batches:
        return file.read()
    return pyarrow.Table.from_batches(batches)


def _without_dictionaries(batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
    """The rows with every value where it belongs."""
    schema = batch.schema
    for index, field in enumerate(schema):
        if pyarrow.types.is_dictionary(field.type):
            schema = schema.set(index, field.with_type(field.type.value_type))
    return batch.cast(schema)


def _require_size(path: Path, size: int) -> None:
    if size > LARGEST_UNPACKED:
        limit = f"{LARGEST_UNPACKED >> 20:,} MB"
        raise SourceError(path, "too_large", f"{size >> 20:,} MB", limit)


def _require_all(path: Path, file: pyarrow.parquet.ParquetFile, count: int) -> None:
    """Raise `SourceError` where the footer states another number of rows than are read."""
    if file.metadata.num_rows != count:
        raise SourceError(path, "rows_missing", file.metadata.num_rows, str(count))


def _geometry_column(path: Path, metadata: dict[bytes, bytes]) -> tuple[str, dict[str, Any]]:
    """The name of the geometry column, and its metadata."""
    if b"geo" not in metadata:
        raise SourceError(path, "no_geo_metadata")
    geo = json.loads(metadata[b"geo"])
    name = geo["primary_column"]
    return str(name), dict(geo["columns"][name])


def _crs(source: Source, path: Path, column: dict[str, Any]) -> CRS | None:
    """The definition's CRS, else the file's: without one it is longitude and latitude of CRS84."""
    if source.crs is not None or "crs" not in column:
        return declared_crs(source, path, "OGC:CRS84")
    if column["crs"] is None:
        return None
    try:
        return CRS.from_user_input(column["crs"])
    except CRSError:
        raise SourceError(path, "crs_in_parquet") from None


def _message(error: Exception, path: Path) -> str:
    return str(error).replace(f"{path.parent}/", "").splitlines()[0][:200]
