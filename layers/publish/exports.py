"""Layers as files: where a format needs libraries that no server loads, written by a job."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from layers.errors import ExportFailed, PreparationError
from layers.exports import crs
from layers.exports.archive import archive_of
from layers.exports.formats import Format
from layers.process.forkserver import Closed
from layers.process.job import INPUTS, ExportJob
from layers.process.sandbox import Sandbox
from layers.revision.revision import Revision
from layers.revision.whole import whole_folder

CHUNK = 1 << 20  # bytes copied at once


class Exporter:
    """Writes exports for a server, while its sandbox is open."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Write what is asked for until the block ends."""
        with self._sandbox:
            yield

    def write(
        self,
        revision: Revision,
        file_format: Format,
        sink: BinaryIO,
        code: int = crs.DEGREES,
        city_code: str = "",
    ) -> None:
        """Write the revision as `Format.write` does. Raises what it raises."""
        if not file_format.apart:
            file_format.write(revision, sink, code, city_code=city_code)
            return
        file_format.require(code)
        with TemporaryDirectory(prefix="export-") as folder, whole_folder(revision) as whole:
            job = ExportJob(revision=whole, format=file_format.name, crs=code)
            (Path(folder) / INPUTS).mkdir()
            try:
                with self._sandbox:  # for who asks while it is not kept open
                    outcome = self._sandbox.run(Path(folder), job)
            except (PreparationError, Closed) as error:
                layer_id = revision.definition.id
                raise ExportFailed("export_failed", value=layer_id, detail=str(error)) from error
            with outcome.open("rb") as file:
                shutil.copyfileobj(file, sink, CHUNK)

    def write_all(
        self,
        revisions: Sequence[Revision],
        file_format: Format,
        sink: BinaryIO,
        code: int = crs.DEGREES,
        city_code: str = "",
    ) -> None:
        """Write a ZIP of all that the format fits, with a read-me of their sources and terms.

        Raises what `write` raises: an archive that lacked a layer would not tell.
        """
        fitting = [revision for revision in revisions if file_format.fits(revision)]
        with archive_of(fitting, sink) as archive:
            for revision in fitting:
                name = f"{revision.definition.id}.{file_format.suffix}"
                with archive.open(name, packed=file_format.packed) as entry:
                    self.write(revision, file_format, entry, code, city_code)
