"""Whether a GeoPackage, which is an SQLite database, is all there, and can be read to its end."""

from __future__ import annotations

import re
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from layers.errors import SourceError
from layers.sources.bounds import MOST_ROWS, require_table

LONGEST = 80  # characters of a statement in a message
FIRST = b"SQLite format 3\x00"
HEADER = 100  # bytes; https://www.sqlite.org/fileformat.html#the_database_header
LARGEST_PAGE = 65_536  # bytes, written as 1
# How the statements of a schema begin, as SQLite itself writes them down: of virtual tables only
# indices, SQLite's own and SpatiaLite's.
STATEMENTS = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
PLAIN = re.compile(
    r"CREATE (TABLE|VIEW|TRIGGER|(UNIQUE )?INDEX)\s"
    r"""|CREATE VIRTUAL TABLE ("[^"]+"|'[^']+'|\w+) USING ['"]?"""
    r"(rtree(_i32)?|geopoly|fts[345]|VirtualSpatialIndex|VirtualElementary|VirtualKNN2?)"
    r"""['"]?\s*\(""",
    re.IGNORECASE,
)
VIEWS = """SELECT name FROM sqlite_master WHERE type = 'view'
           UNION SELECT name FROM pragma_table_list WHERE type = 'view'"""
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
    if changes == valid_for and size < declared and not _journal(path).is_file():
        raise SourceError(path, "bytes_missing", declared, str(size))
    try:
        with closing(_opened(path)) as database:
            faults = [str(fault) for (fault,) in database.execute("PRAGMA integrity_check")]
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a name of the schema may be broken, too
        raise SourceError(path, "damaged", detail=str(error)) from None
    broken = [fault for fault in faults if fault != "ok" and not fault.startswith(OF_VALUES)]
    if broken:
        raise SourceError(path, "damaged", detail=broken[0].splitlines()[-1])


def require_own_content(path: Path) -> None:
    """Raise `SourceError` for a table or a view that may lead out of the database, or to no end.

    GDAL has tables (VirtualOGR) and functions that read any file of the machine and ask any host:
    of tables only indices are let through, and views must do with what SQLite itself can do.
    """
    with closing(_opened(path)) as database:
        for name, statement in database.execute(STATEMENTS).fetchall():
            if not PLAIN.match(str(statement)):
                start = " ".join(str(statement).split())[:LONGEST]
                raise SourceError(path, "table_elsewhere", name, start)
        for (name,) in database.execute(VIEWS).fetchall():
            steps = _Steps()
            database.set_progress_handler(steps.stop, steps.AT_ONCE)
            quoted = str(name).replace('"', '""')
            counted = f'SELECT * FROM "{quoted}" LIMIT {MOST_ROWS + 1}'  # noqa: S608 - a name, quoted
            statement = f"SELECT count(*) FROM ({counted})"  # noqa: S608 - as above
            try:
                ((rows,),) = database.execute(statement)
            except sqlite3.Error as error:
                if steps.stop():
                    raise SourceError(path, "view_endless", name, f"{steps.MOST:,}") from None
                raise SourceError(path, "view_refused", name, str(error)) from None
            require_table(path, rows, 1)


class _Steps:
    """The steps of SQLite's machine that a query has taken."""

    AT_ONCE = 1_000_000
    MOST = 50_000_000  # some seconds

    def __init__(self) -> None:
        self._count = 0

    def stop(self) -> bool:
        """Count as many more as are taken at once; whether that is enough."""
        self._count += self.AT_ONCE
        return self._count > self.MOST


def _opened(path: Path) -> sqlite3.Connection:
    """The database, with what is in the journal beside it, as GDAL has it."""
    how = "mode=ro" if _journal(path).is_file() else "immutable=1"
    database = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    return database


def _journal(path: Path) -> Path:
    """Where the changes are that a program which has the database open has made last."""
    return path.with_name(f"{path.name}-wal")
