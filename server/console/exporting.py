"""The export command's files: each is whole, or not there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from layers.errors import ExportFailed, UnfitFormat
from layers.exports.archive import archive_of
from layers.exports.formats import Format
from layers.revision.revision import Revision
from server.console.progress import ProgressLine
from server.console.report import say_unexported


def export_layer(
    file_format: Format, revision: Revision, path: Path | None, code: int, city_code: str
) -> None:
    """Write a layer into a file, whole or not at all, or to the output. Raises `ExportFailed`."""

    def write(sink: BinaryIO) -> None:
        with ProgressLine(revision.definition.id) as progress:
            file_format.write(revision, sink, code, progress.tell, city_code)

    if path is None and not file_format.apart:
        write(sys.stdout.buffer)
        return
    try:
        with TemporaryFile() as whole:
            write(cast(BinaryIO, whole))
            whole.seek(0)
            if path is None:  # formats that go back and forth in their file
                copyfileobj(whole, sys.stdout.buffer)
            else:
                _put(whole, path)
    except OSError as error:
        layer_id, why = revision.definition.id, str(error.strerror)
        raise ExportFailed("export_failed", value=layer_id, detail=why) from None


def export_archive(
    file_format: Format, revisions: Sequence[Revision], path: Path, code: int, city_code: str
) -> bool:
    """Write layers into one ZIP, whole or not at all, and say why not; whether it is written."""
    layer_id = path.name
    try:
        with TemporaryFile() as whole:
            with archive_of(revisions, cast(BinaryIO, whole)) as archive:
                for revision in revisions:
                    layer_id = revision.definition.id
                    name = f"{layer_id}.{file_format.suffix}"
                    with (
                        archive.open(name, packed=file_format.packed) as entry,
                        ProgressLine(layer_id) as progress,
                    ):
                        file_format.write(revision, entry, code, progress.tell, city_code)
            layer_id = path.name
            whole.seek(0)
            _put(whole, path)
    except OSError as error:
        why = str(error.strerror)
        say_unexported(layer_id, ExportFailed("export_failed", value=layer_id, detail=why))
        return False
    except (ExportFailed, UnfitFormat) as error:
        say_unexported(layer_id, error)
        return False
    return True


def _put(content: IO[bytes], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        copyfileobj(content, file)
