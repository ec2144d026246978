"""Read a source: a file, or the one dataset of a folder or ZIP that it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources import archive
from layers.sources.formats import SourceFormat, format_of, is_archive, is_dataset_folder
from layers.sources.kinds import of_kind
from layers.sources.series import joined
from layers.sources.tables import column_names

if TYPE_CHECKING:
    from layers.sources.rows import Rows


def read(source: Source, path: Path) -> Rows:
    """Read every row of the source, which is at `path`. Raises `SourceError`."""
    if source.service == "wfs":  # the copy holds that feature type only
        source = source.model_copy(update={"sublayer": None})
    try:
        rows = _read(source, path)
    except RecursionError:
        raise SourceError(path, "too_deep") from None
    names = [str(name) for name in rows.columns]
    if source.address is not None and source.address not in names:
        raise SourceError(path, "no_column", source.address, ", ".join(names), key="source.address")
    if source.geometry is not None:
        rows = of_kind(rows, source.geometry)
    return replace(rows, address=source.address or column_names.address(names))


def _read(source: Source, path: Path) -> Rows:
    if path.is_dir() and not is_dataset_folder(path):
        return _read_dataset(source, path, path)
    if path.is_file() and is_archive(path):
        with archive.unpacked(path) as folder:
            return _read_dataset(source, folder, path)
    return _rows(format_of(path), source, path)


def _read_dataset(source: Source, folder: Path, path: Path) -> Rows:
    """Read the dataset of a folder that the source names; errors of the choice name `path`."""
    dataset, source, notes = archive.choose(source, folder, path)
    rows = joined([_rows(dataset.format, source, file) for file in dataset.files])
    return replace(rows, problems=notes + rows.problems)


def _rows(file_format: SourceFormat, source: Source, path: Path) -> Rows:
    """Read a file, and XML with faults that can be repaired from a repaired copy."""
    try:
        return file_format.read(source, path)
    except SourceError as error:
        from layers.sources.vector import xml_repair  # most sources need none

        if error.kind not in xml_repair.FAULTS:
            raise
        with xml_repair.repaired(path, error) as repaired:
            rows = file_format.read(source, repaired.copy)
    problems = [*repaired.problems, *rows.problems]
    return replace(rows, path=path, encoding=repaired.encoding, problems=problems)
