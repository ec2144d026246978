"""The SQLite file: opened anew for each transaction, so that it is the one that the operator sees.

A connection that is kept goes on writing to a file that was moved away or deleted: what it stores
is then in no file that anybody would look into. One that is opened by the path does not, and the
last one to be closed leaves everything in the one file.
"""

from __future__ import annotations

import errno
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, ExceptionContext
from sqlalchemy.exc import OperationalError

from layers.files import require_file

AGAIN = 30.0  # seconds after which a file found damaged is looked at again


class Identity(NamedTuple):
    """What tells a file from another one at the same path."""

    device: int
    inode: int


class _Connection(sqlite3.Connection):
    """A connection that knows which file it opened."""

    identity: Identity


class SqliteFile:
    """The file of one engine. Errors are those of the driver, as SQLAlchemy expects them."""

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        self._path, self._busy_timeout_s = path, busy_timeout_s
        self._sound: Identity | None = None
        self._damage: tuple[Identity, str, float] | None = None

    def connect(self) -> sqlite3.Connection:
        """A new connection to the file that is there now; none is ever made."""
        identity = self._identity()
        self._refuse_damaged(identity)
        connection = open_sqlite(self._path, self._busy_timeout_s)
        try:
            if self._identity() != identity:
                raise _moved()
            if self._sound != identity:
                self._check(connection, identity)
            connection.identity = identity
            # The driver's own transactions begin at the first write only, and never before CREATE
            # TABLE: the engine begins them itself.
            connection.isolation_level = None
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        except BaseException:
            connection.close()
            raise
        return connection

    def require_in_place(self, connection: Connection) -> None:
        """Refuse to commit into a file that is no longer at its path; before each commit."""
        opened: Any = connection.connection.dbapi_connection
        try:
            if self._identity() == opened.identity:
                return
            raise _moved()
        except sqlite3.Error as error:
            raise OperationalError("COMMIT", None, error) from error

    def note_error(self, context: ExceptionContext) -> None:
        """Look at the file again before it is used after an error that may be damage."""
        if isinstance(context.original_exception, sqlite3.DatabaseError):
            self._sound = None

    def _identity(self) -> Identity:
        try:
            require_file(self._path)
            status = self._path.stat()
        except OSError as error:
            raise sqlite3.OperationalError(
                f"there is no database file: {error.strerror}"
            ) from error
        return Identity(status.st_dev, status.st_ino)

    def _refuse_damaged(self, identity: Identity) -> None:
        if self._damage is not None:
            damaged, reason, at = self._damage
            if damaged == identity and time.monotonic() - at < AGAIN:
                raise sqlite3.DatabaseError(reason)

    def _check(self, connection: sqlite3.Connection, identity: Identity) -> None:
        try:
            require_sound(connection)
        except sqlite3.OperationalError:
            raise  # locked, or not to be read: says nothing of what is in it
        except sqlite3.DatabaseError as error:
            self._damage = identity, str(error), time.monotonic()
            raise
        self._sound, self._damage = identity, None


def make_sqlite(path: Path, busy_timeout_s: float, *, new: bool) -> None:
    """Put the file into write-ahead mode, in which it stays; make it, where none is and `new`.

    A damaged one is left as it is. Raises `sqlite3.Error`, `OSError`.
    """
    if not path.exists():
        if not new:
            raise FileNotFoundError(errno.ENOENT, "the database file is gone", str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it holds people's contacts; the -wal and -shm files follow
    require_file(path)
    give_up = time.monotonic() + busy_timeout_s
    with closing(open_sqlite(path, busy_timeout_s)) as connection:
        require_sound(connection)
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # SQLite's own timeout does not cover this switch: workers that start together
                # on a new file meet here.
                if "locked" not in str(error) or time.monotonic() > give_up:
                    raise
                time.sleep(0.02)
            else:
                return


def open_sqlite(path: Path, busy_timeout_s: float) -> _Connection:
    """Open a file that is there."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_timeout_s,
        check_same_thread=False,
        factory=_Connection,
    )


def require_sound(connection: sqlite3.Connection) -> None:
    """Raise `sqlite3.DatabaseError` for a database that is damaged. Reads all of it."""
    (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise sqlite3.DatabaseError(" ".join(str(finding).split()))


def checkpoint(connection: sqlite3.Connection) -> bool:
    """Write the log of changes into the file and empty it; False while somebody reads from it."""
    is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _moved() -> sqlite3.OperationalError:
    return sqlite3.OperationalError("the database file was moved away or replaced")
