"""Readers: one file per kind of source. Each gives `Rows`, whatever it was read from."""

from __future__ import annotations

from pathlib import Path

from layers.definition import Source
from layers.errors import SourceError
from layers.sources import file, table, workbook
from layers.sources.rows import Rows

TABLES = frozenset({".csv", ".tsv", ".txt", *workbook.SUFFIXES})
FETCHED = ".fetched"  # the folder of the one file that a `url` gave, among a job's inputs
SIDECARS = {".shp": (".shx", ".dbf", ".prj", ".cpg")}


def locate(source: Source, data: Path) -> Path:
    """The path of the source's main file below `data`. Raises `SourceError` when there is none.

    What a `url` gives is only there among a job's inputs, put there by `layers.store`.
    """
    if source.url is not None:
        (fetched,) = (data / FETCHED).iterdir()
        return fetched
    path = data / str(source.path)
    if not path.resolve().is_relative_to(data.resolve()):
        raise SourceError(path, "source.path", source.path, "a path inside the data folder")
    if not path.is_file():
        raise SourceError(
            path, "source.path", source.path, "a file in the data folder; there is none"
        )
    return path


def files_of(path: Path) -> list[Path]:
    """The main file and those beside it that decide what is read from it."""
    beside = (path.with_suffix(suffix) for suffix in SIDECARS.get(path.suffix.lower(), ()))
    return [path, *(file for file in beside if file.is_file())]


def read(source: Source, path: Path) -> Rows:
    """Read every row of the source. Raises `SourceError`."""
    if path.suffix.lower() in TABLES:
        return table.read(source, path)
    return file.read(source, path)
