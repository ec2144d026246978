"""A ZIP file with the same bytes for the same contents."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from layers.exports.readme import readme
from layers.revision.revision import Revision

FIRST_YEAR = 1980  # of MS-DOS dates, which ZIP has
MODE = 0o100644 << 16  # a file that everybody may read
CHUNK = 1 << 20  # bytes copied at once
NO_SIZE_YET = 1 << 31  # bytes: a file that may be larger needs ZIP64 from its start

ARCHIVE = ".zip"  # ends the name of a file with several layers
README = "README.txt"
NO_DATE = datetime.date(FIRST_YEAR, 1, 1)  # of an archive without layers


class Archive:
    """A ZIP that is written to a sink, each file dated with the same day."""

    def __init__(self, sink: BinaryIO, date: datetime.date) -> None:
        self._zip = ZipFile(sink, "w", ZIP_DEFLATED)
        self._date = (max(date.year, FIRST_YEAR), date.month, date.day, 0, 0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._zip.close()

    def add(self, name: str, content: bytes) -> None:
        """Add a small file."""
        self._zip.writestr(self._entry(name), content)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of any size."""
        with path.open("rb") as source, self.open(name) as target:
            shutil.copyfileobj(source, target, CHUNK)

    def open(self, name: str, *, packed: bool = False) -> BinaryIO:
        """A new file to write to; one that is `packed` already is stored as it is."""
        entry = self._entry(name)
        if packed:
            entry.compress_type = ZIP_STORED
        entry.file_size = NO_SIZE_YET
        return cast(BinaryIO, self._zip.open(entry, "w"))

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, self._date)
        entry.compress_type, entry.external_attr, entry.create_system = ZIP_DEFLATED, MODE, 3
        return entry


def archive_of(revisions: Sequence[Revision], sink: BinaryIO) -> Archive:
    """An archive for files of these layers, with a read-me of their sources and terms."""
    date = max((each.definition.credit.date for each in revisions), default=NO_DATE)
    archive = Archive(sink, date)
    archive.add(README, readme(revisions))
    return archive
