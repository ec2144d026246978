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
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector.columns import flat
from layers.sources.vector.shapes import BrokenGeometry


def read(source: Source, path: Path) -> Rows:
    """Read every row. Raises `SourceError`."""
    try:
        file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
        name, column = _geometry_column(path, file.schema_arrow.metadata or {})
        if column.get("encoding") == "WKB":
            frame = file.read().to_pandas()
            _require_all(path, file, len(frame))
            raw = frame.pop(name).to_numpy()
            geometry = np.asarray(shapely.from_wkb(raw, on_invalid="ignore"), dtype=object)
        else:
            frame = geopandas.read_parquet(path)
            _require_all(path, file, len(frame))
            raw = geometry = np.asarray(frame[name].array, dtype=object)
            frame = pd.DataFrame(frame.drop(columns=name))
    except (pyarrow.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        raise SourceError(path, "damaged", detail=_message(error, path)) from error
    columns, problems = flat(frame.reset_index(drop=True))
    return Rows(
        path=path,
        columns=columns,
        geometry=geometry,
        numbers=np.arange(1, len(frame) + 1),
        total=len(frame),
        crs=_crs(source, path, column),
        encoding=None,
        problems=problems,
        unplaced={
            int(row): BrokenGeometry("unmade").problem(int(row))
            for row in np.flatnonzero(pd.notna(raw) & shapely.is_missing(geometry)) + 1
        },
    )


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
