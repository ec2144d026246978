"""ZIP files that are whole: an archive of datasets, or the package of a workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from layers.errors import SourceError

# Signatures, sizes in bytes and offsets of APPNOTE.TXT, 4.3.7 and 4.3.16.
LOCAL, LOCAL_SIZE, NAME_LENGTH = b"PK\x03\x04", 30, 26
END, END_SIZE, COUNT = b"PK\x05\x06", 22, 10
LONGEST_COMMENT = 0xFFFF
IN_ZIP64 = 0xFFFF  # the count is in another record
UTF8_NAME = 0x800  # bit of a member's flags


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`. Raises `SourceError` for one that ends before its directory, or
    whose directory is not as the archive states it, and `zipfile.BadZipFile` for one that is none.
    """
    with path.open("rb") as file:
        end = _end_of(file)
        if end is None:
            raise SourceError(path, "zip_cut")
        with zipfile.ZipFile(file) as archive:
            count = int.from_bytes(end[COUNT : COUNT + 2], "little")
            members = archive.infolist()
            if count not in (IN_ZIP64, len(members) % (IN_ZIP64 + 1)):
                raise SourceError(path, "zip_count", count, str(len(members)))
            for member in members:
                if not _is_where_stated(file, member):
                    raise SourceError(path, "zip_member", member.filename)
            yield archive


def _end_of(file: IO[bytes]) -> bytes | None:
    """The record at the end of an archive; None where it is missing."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(END)
    return tail[at:] if 0 <= at <= len(tail) - END_SIZE else None


def _is_where_stated(file: IO[bytes], member: zipfile.ZipInfo) -> bool:
    """Whether a member of this name begins where the directory says."""
    file.seek(member.header_offset)
    header = file.read(LOCAL_SIZE)
    name = file.read(int.from_bytes(header[NAME_LENGTH : NAME_LENGTH + 2], "little"))
    encoding = "utf-8" if member.flag_bits & UTF8_NAME else "cp437"
    return header.startswith(LOCAL) and name == member.orig_filename.encode(encoding)
