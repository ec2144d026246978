"""The files of a source below the data folder."""

from __future__ import annotations

from pathlib import Path

from layers.errors import SourceError
from layers.files import NotAFile, require_file
from layers.schema.source import Source
from layers.sources import archive
from layers.sources.formats import is_dataset_folder
from layers.sources.vector import sidecars

CODE_LISTS = "codelists/*.xml"  # beside CityGML
LOCK = ".lock"  # of a geodatabase that is open elsewhere
FETCHED = ".fetched"  # the folder of the one file that a `url` gave, among a job's inputs


def locate(source: Source, data: Path, key: str = "source.path") -> Path:
    """The path of the source's file or folder below `data`. Raises `SourceError` without one.

    The file of a `url` is only among a job's inputs, where the job puts it. `key` is the one of a
    definition that names the path.
    """
    if source.url is not None:
        (fetched,) = (data / FETCHED).iterdir()
        return fetched
    path, inside = data / str(source.path), data.resolve()
    try:
        resolved, exists = path.resolve(), path.exists()
    except (OSError, ValueError):  # a name that no file can have
        resolved, exists = inside, False
    if not resolved.is_relative_to(inside):
        raise SourceError(path, "outside_data", source.path, key=key)
    if not exists:
        raise SourceError(path, "no_source", source.path, key=key)
    if resolved == inside:
        raise SourceError(path, "whole_data", source.path, key=key)
    _require_files(path, key)
    files = files_of(path)
    if not files:
        raise archive.no_dataset(path, path)
    for file in files:
        if not file.resolve().is_relative_to(inside):
            raise SourceError(path, "link_outside", file.name, key=key)
        _require_files(file, key)
    return path


def _require_files(path: Path, key: str) -> None:
    """Raise `SourceError` for a pipe, a socket or a device, at the path or in the folder there."""
    for file in path.rglob("*") if path.is_dir() else [path]:
        try:
            if file.exists() and not file.is_dir():
                require_file(file)
        except NotAFile as error:
            raise SourceError(file, "not_a_file", detail=str(error.strerror), key=key) from None


def files_of(path: Path) -> list[Path]:
    """Every file that decides what is read from a file or a folder, the main file first."""
    if is_dataset_folder(path):
        parts = (file for file in sorted(path.rglob("*")) if not file.is_dir())
        return [file for file in parts if file.suffix.lower() != LOCK]
    if path.is_dir():
        datasets = [file for dataset in archive.datasets(path) for file in dataset.files]
        files = [file for dataset in datasets for file in files_of(dataset)]
        return list(dict.fromkeys([*files, *(sorted(path.rglob(CODE_LISTS)) if files else [])]))
    if path.suffix.lower() in sidecars.MAPINFO:
        return [path, *sidecars.of_mapinfo(path).values()]
    if path.suffix.lower() == ".gml":
        return [path, *sorted(path.parent.glob(CODE_LISTS))]
    if path.suffix.lower() == ".shp":
        return list(dict.fromkeys([path, *sidecars.beside(path).values()]))
    journal = path.with_name(f"{path.name}-wal")  # of a GeoPackage that is open elsewhere
    return [path, journal] if journal.exists() else [path]
