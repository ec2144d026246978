"""Geodata files by GDAL: fiona looks in, pyogrio reads in bulk, fiona rescues row by row."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS
from shapely.errors import ShapelyError

from layers.errors import SourceError
from layers.geometry.threads import each_in_threads
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.bounds import require_table
from layers.sources.crs import declared_crs
from layers.sources.rows import Rows
from layers.sources.vector import curves, flatgeobuf, sqlite
from layers.sources.vector.columns import Columns, decodable, flat
from layers.sources.vector.contents import Contents, gdal_message

MOST_WARNINGS = 5  # of GDAL's, in a report
MANY = 10_000  # features from which on two threads read a file, each its half


def read(
    source: Source,
    path: Path,
    *,
    sidecars: Mapping[str, Path] | None = None,
) -> Rows:
    """Read every feature of the file. Raises `SourceError`.

    `sidecars` are the files that belong to it, by suffix.
    """
    if sqlite.is_database(path):
        sqlite.require_whole(path)
        sqlite.require_own_content(path)
    with _safely_named(path, sidecars or {}) as copy:
        _restore_index(path, copy)
        contents = _look(copy, source)
        source = source.model_copy(update={"sublayer": contents.sublayer})
        crs = declared_crs(source, path, contents.crs)
        stated = flatgeobuf.require_whole(path) if contents.driver == "FlatGeobuf" else 0
        used = source.encoding or contents.encoding or "utf-8"
        try:
            info = pyogrio.read_info(copy, layer=source.sublayer, encoding=source.encoding)
            require_table(path, info["features"], len(info["fields"]))
            stated = max(stated, info["features"])
            columns, made, warned = _bulk(path, copy, source, info["features"])
        except (RuntimeError, ShapelyError, UnicodeDecodeError, ValueError) as error:
            rows = _rescue(source, path, copy, used, gdal_message(error, copy), crs)
            _require_all(path, stated, rows.total)
            return rows
        _require_all(path, stated, len(columns))
        _make_missing(copy, source, columns.index.to_numpy(), made)
    key = info["fid_column"]
    if key and key not in columns:
        columns.insert(0, key, columns.index)
    columns, problems = flat(columns.reset_index(drop=True))
    return Rows(
        path=path,
        columns=columns,
        geometry=made.geometry,
        numbers=np.arange(1, len(columns) + 1),
        total=len(columns),
        crs=crs,
        encoding=used,
        problems=[
            *made.notes(),
            *problems,
            *(Problem("note", "gdal", detail=text) for text in warned),
        ],
        unplaced={index + 1: error.problem(index + 1) for index, error in made.broken.items()},
    )


def _require_all(path: Path, stated: int, count: int) -> None:
    """Raise `SourceError` where fewer features are read than the file states."""
    if count < stated:
        raise SourceError(path, "rows_missing", stated, str(count))


@contextmanager
def _safely_named(path: Path, sidecars: Mapping[str, Path]) -> Iterator[Path]:
    """The file under a name that GDAL takes for nothing but a file ("PG:…", "a.zip!b")."""
    stem = re.sub(r"[^\w.-]", "_", path.stem)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{stem}{path.suffix.lower()}"
        copy.symlink_to(path.resolve())
        for suffix, beside in sidecars.items():
            copy.with_suffix(suffix).symlink_to(beside.resolve())
        yield copy


def _restore_index(path: Path, copy: Path) -> None:
    """Have GDAL write a missing .shx beside the copy. Raises `SourceError`."""
    if copy.suffix != ".shp" or copy.with_suffix(".shx").exists():
        return
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        pyogrio.read_info(copy)
    except RuntimeError as error:
        raise SourceError(path, "no_index", detail=gdal_message(error, copy)) from error
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _look(copy: Path, source: Source) -> Contents:
    from layers.sources.vector import probe  # fiona: only where it looks

    return probe.look(copy, source)


def _bulk(
    path: Path, copy: Path, source: Source, count: int
) -> tuple[pd.DataFrame, curves.Made, list[str]]:
    """The columns of all `count` features at once, by id, their geometry and what GDAL said.

    A geometry that cannot be made is None. Raises `SourceError` where there is none at all.
    """
    # GDAL 3.12's own way for FlatGeobuf ends the process at a feature without geometry.
    pyogrio.set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"})
    shares = [slice(0, None)] if count < MANY else [slice(0, count // 2), slice(count // 2, None)]

    def part(share: slice, geometry: bool = True) -> pd.DataFrame:
        frame: pd.DataFrame = pyogrio.read_dataframe(
            copy,
            layer=source.sublayer,
            encoding=source.encoding,
            fid_as_index=True,
            on_invalid="ignore",
            read_geometry=geometry,
            skip_features=share.start,
            max_features=share.stop,
            use_arrow=source.encoding in (None, "utf-8"),  # Arrow's texts are in no other
            arrow_to_pandas_kwargs={
                "integer_object_nulls": True,  # not floats of 53 bits
                "types_mapper": {pa.binary(): pd.ArrowDtype(pa.binary())}.get,  # geometries, sooner
            },
        )
        return frame

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            frame = pd.concat(each_in_threads(part, shares))
            if "geometry" not in frame:
                raise SourceError(path, "no_geometry_at_all")
            made = curves.Made(np.asarray(frame.pop("geometry").array, dtype=object))
            made.leave_out_hidden_curves()
        except NotImplementedError:  # shapely's, for a curve
            frame = part(slice(0, None), geometry=False)
            _, table = pyogrio.raw.read_arrow(copy, layer=source.sublayer, columns=[])
            made = curves.of_wkb(table.column(table.num_columns - 1).to_pylist())
        pa.default_memory_pool().release_unused()
    for name, cells in frame.items():
        if isinstance(cells.dtype, pd.StringDtype):
            frame[name] = decodable(cells)
        elif isinstance(cells.dtype, pd.ArrowDtype):
            frame[name] = pd.Series(pa.array(cells).to_pylist(), cells.index, dtype="object")
    texts = dict.fromkeys(gdal_message(warning.message, copy) for warning in caught)
    return pd.DataFrame(frame), made, list(texts)[:MOST_WARNINGS]


def _make_missing(
    path: Path, source: Source, fids: np.ndarray[Any, Any], made: curves.Made
) -> None:
    """Make the geometries that are there, and that GEOS cannot make, or say why they are none."""
    missing = np.flatnonzero(shapely.is_missing(made.geometry))
    if not len(missing):
        return
    chosen = fids[missing].tolist()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, _, raw, _ = pyogrio.raw.read(path, layer=source.sublayer, columns=[], fids=chosen)
    except RuntimeError:  # GDAL has given ids by which it does not find the features again
        return
    again = curves.of_wkb(raw)
    made.geometry[missing] = again.geometry
    made.broken |= {int(missing[index]): error for index, error in again.broken.items()}
    made.kinds += again.kinds


def _rescue(
    source: Source, path: Path, copy: Path, encoding: str, why: str, crs: CRS | None
) -> Rows:
    """Every feature that can be read by itself; the others are in the report."""
    from layers.sources.vector import probe

    numbers, geometries, records = [], [], []
    problems = [Problem("warning", "salvaged", detail=why)]
    total = 0
    for number, geometry, columns, failure in probe.salvage(copy, source.sublayer, encoding):
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
    frame, nested = flat(Columns.of(path, records).frame())
    return Rows(
        path=path,
        columns=frame,
        geometry=geometry_array,
        numbers=np.array(numbers, dtype=np.int64),
        total=total,
        crs=crs,
        encoding=encoding,
        problems=problems + nested,
    )
