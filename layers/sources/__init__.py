"""Readers: one file per kind of source. Each gives `Rows`, whatever it was read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.schema.source import Source
from layers.sources import archive, unused_keys
from layers.sources.formats import Format, format_of
from layers.sources.tables import column_names
from layers.sources.vector import sidecars

if TYPE_CHECKING:
    from layers.sources.rows import Rows

# What is wrong with a key that the format leaves nothing to say about.
FIXED: Mapping[str, ProblemKind] = {
    "sublayer": "sublayer_of_none",
    "encoding": "encoding_of_none",
}
FETCHED = ".fetched"  # the folder of the one file that a `url` gave, among a job's inputs


def _reader(module: str) -> Callable[[Source, Path], Rows]:
    """A module's `read`, imported when it reads: GDAL takes long, and servers need none."""

    def read(source: Source, path: Path) -> Rows:
        rows: Rows = import_module(f"layers.sources.{module}").read(source, path)
        return rows

    return read


READERS: Mapping[Format, Callable[[Source, Path], Rows]] = {
    "gdal": _reader("vector.gdal"),
    "geojson": _reader("vector.geojson"),
    "gml": _reader("vector.gml"),
    "kml": _reader("vector.kml"),
    "parquet": _reader("vector.parquet"),
    "shapefile": _reader("vector.shapefile"),
    "table": _reader("tables.table"),
}


def locate(source: Source, data: Path) -> Path:
    """The path of the source's file or folder below `data`. Raises `SourceError` without one.

    What a `url` gives is only there among a job's inputs, put there by the job.
    """
    if source.url is not None:
        (fetched,) = (data / FETCHED).iterdir()
        return fetched
    path, inside = data / str(source.path), data.resolve()
    try:
        resolved, there = path.resolve(), path.is_file() or path.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        resolved, there = inside, False
    if not resolved.is_relative_to(inside):
        raise SourceError(path, "outside_data", source.path, key="source.path")
    if not there:
        raise SourceError(path, "no_source", source.path, key="source.path")
    if resolved == inside:
        raise SourceError(path, "whole_data", source.path, key="source.path")
    parts = files_of(path)
    if not parts:
        raise archive.nothing(path, path)
    for part in parts:
        if not part.resolve().is_relative_to(inside):
            raise SourceError(path, "link_outside", part.name, key="source.path")
    return path


def files_of(path: Path) -> list[Path]:
    """Every file that decides what is read from a file or a folder, the main file first."""
    if path.is_dir():
        found = (files_of(dataset.path) for dataset in archive.datasets(path))
        return list(dict.fromkeys(part for parts in found for part in parts))
    if path.suffix.lower() == ".shp":
        return list(dict.fromkeys([path, *sidecars.beside(path).values()]))
    journal = path.with_name(f"{path.name}-wal")  # of a GeoPackage that is open elsewhere
    return [path, journal] if journal.is_file() else [path]


def read(source: Source, path: Path) -> Rows:
    """Read every row of the source. Raises `SourceError`."""
    rows = _read(source, path)
    names = [str(name) for name in rows.columns]
    if source.address is not None and source.address not in names:
        there = ", ".join(names)
        raise SourceError(path, "no_column", source.address, there, key="source.address")
    return replace(rows, address=source.address or column_names.address(names))


def _read(source: Source, path: Path) -> Rows:
    try:
        if path.is_dir():
            return _read_one_of(source, path, path)
        known = format_of(path)
        if known == "archive":
            with archive.unpacked(path) as folder:
                return _read_one_of(source, folder, path)
        if known == "metadata":
            raise SourceError(path, "metadata")
        return _read_as(known, source, path)
    except RecursionError:
        raise SourceError(path, "too_deep") from None


def _read_as(known: Format, source: Source, path: Path) -> Rows:
    """Read a file of a format. Raises `SourceError` for a key that would do nothing there."""
    if known in ("gml", "kml", "parquet"):
        for key, kind in FIXED.items():
            if (said := getattr(source, key)) is not None:
                raise SourceError(path, kind, said, key=f"source.{key}")
    if known not in ("table", "geojson"):  # which may hold records
        unused_keys.require_no_table_keys(source, path)
    return READERS[known](source, path)


def _read_one_of(source: Source, folder: Path, path: Path) -> Rows:
    """Read the one dataset of a folder that is meant."""
    dataset, source, note = archive.choose(source, folder, path)
    rows = _read_as(dataset.format, source, dataset.path)
    return replace(rows, problems=note + rows.problems)
