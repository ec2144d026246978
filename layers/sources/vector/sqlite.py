"""Whether a GeoPackage, which is an SQLite database, is all there."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from layers.errors import SourceError

FIRST = b"SQLite format 3\x00"
HEADER = 100  # bytes; https://www.sqlite.org/fileformat.html#the_database_header
LARGEST_PAGE = 65_536  # bytes, written as 1
# What breaks a rule of a table's, and no page of the file.
OF_VALUES = ("NULL value in", "CHECK constraint failed", "non-unique entry")


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database."""
    if path.is_dir():
        return False
    with path.open("rb") as content:
        return content.read(len(FIRST)) == FIRST


def require_whole(path: Path) -> None:
    """Raise `SourceError` for a database of which pages are missing or broken."""
    with path.open("rb") as content:
        head = content.read(HEADER).ljust(HEADER, b"\x00")
    (page,) = struct.unpack_from(">H", head, 16)
    changes, pages = struct.unpack_from(">II", head, 24)
    (valid_for,) = struct.unpack_from(">I", head, 92)
    size, declared = path.stat().st_size, pages * (LARGEST_PAGE if page == 1 else page)
    # Pages that are only in the journal of a database open elsewhere are counted, too.
    open_elsewhere = path.with_name(f"{path.name}-wal").is_file()
    if changes == valid_for and size < declared and not open_elsewhere:
        raise SourceError(path, "bytes_missing", declared, str(size))
    try:
        uri = f"{path.resolve().as_uri()}?immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            faults = [str(fault) for (fault,) in database.execute("PRAGMA integrity_check")]
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a name of the schema may be broken, too
        raise SourceError(path, "damaged", detail=str(error)) from None
    broken = [fault for fault in faults if fault != "ok" and not fault.startswith(OF_VALUES)]
    if broken:
        raise SourceError(path, "damaged", detail=broken[0].splitlines()[-1])
