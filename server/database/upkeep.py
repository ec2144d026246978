"""Keeping the database usable, and knowing whether it is: the map is served without it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

from sqlalchemy import Engine, ExceptionContext, LargeBinary, event, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from server.database.engine import metadata, reading
from server.database.errors import Unusable
from server.database.following import Following
from server.database.schema import upgrade

PAUSE = 5.0  # seconds from one look to the next
UNTOUCHED = 30.0  # the same while it can be used, and nothing is written
# Seconds that a start waits for the first look: a database far away may take as long as it likes, a
# file no longer than its steps do on a machine that has much to do.
PATIENCE = {"sqlite": 30.0, "postgresql": 2.0}

LOG = logging.getLogger(__name__)


class Upkeep:
    """Brings a database up to date as soon as it can be reached, and looks after it.

    `problem` is why it cannot be used, None while it can be. Something that heals by itself, or
    that somebody repairs, is noticed within `PAUSE` seconds.
    """

    def __init__(
        self,
        engine: Engine,
        prepare: Callable[[bool], None] | None = None,
        read: Callable[[], None] | None = None,
        after: Upkeep | None = None,
    ) -> None:
        """`prepare` makes what is wanting in it, the database too if given True; `read` tries it.

        Unless given they are those of the schema of requests and alerts. It is looked at while the
        database of `after` can be used.
        """
        self._engine, self._following = engine, Following(engine, UNTOUCHED)
        self._prepare, self._read = prepare or self._upgrade, read or self._read_tables
        self._after, self._looking = after, threading.Lock()
        self._has_tables, self._was_there = False, False
        self._write_failed = False
        self.problem: str | None = "the database has not answered yet"
        event.listen(engine, "handle_error", self._note_error)

    def begin(self) -> None:
        """Look once, and wait a moment for it."""
        first = threading.Thread(target=self.look, daemon=True)
        first.start()
        first.join(PATIENCE[self._engine.dialect.name])

    def run(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while not stop.wait(PAUSE):
            self.look()

    def look(self) -> None:
        """Try whether the database can be used; what is found is in `problem`."""
        if self._after is not None and self._after.problem is not None:
            return
        if not self._looking.acquire(blocking=False):
            return  # another thread is at it
        try:
            if self.problem is None and not self._write_failed and not self._following.is_due():
                return
            problem = self._found()
            self._following.done()
            if problem is not None and problem != self.problem:
                LOG.error("the database cannot be used; it is tried again: %s", problem)
            elif problem is None and self.problem is not None and self._was_there:
                LOG.warning("the database can be used again")
            self.problem, self._was_there = problem, self._was_there or problem is None
        finally:
            self._looking.release()

    def _found(self) -> str | None:
        """What is wrong with the database now."""
        if self._has_tables:
            problem = _attempt(self._read)
            if problem is None:
                return _attempt(self._write) if self._write_failed else None
        # They may be gone with the file, or be wanting in one that was put in its place.
        problem = _attempt(lambda: self._prepare(not self._was_there))
        self._has_tables = problem is None
        return problem

    def _upgrade(self, new: bool) -> None:
        upgrade(self._engine, new=new)

    def _read_tables(self) -> None:
        with reading(self._engine) as connection:
            for table in metadata.sorted_tables:
                # Of a file, which may be long, its length: no more of it is read then.
                columns = [
                    func.length(column) if isinstance(column.type, LargeBinary) else column
                    for column in table.columns
                ]
                connection.execute(select(*columns).limit(1)).first()

    def _write(self) -> None:
        """Write what is there already: enough to tell whether a disk is full."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.begin() as connection:
                version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                connection.exec_driver_sql(f"PRAGMA user_version = {version:d}")
        self._write_failed = False

    def _note_error(self, context: ExceptionContext) -> None:
        """Find out at the next look what made a statement fail."""
        if not isinstance(context.sqlalchemy_exception, IntegrityError):
            self._write_failed = True


def _attempt(what: Callable[[], None]) -> str | None:
    """Why something cannot be done, for logs and programs; None when it was."""
    try:
        what()
    except (SQLAlchemyError, sqlite3.Error, OSError, Unusable) as error:
        return _reason(error)
    except Exception as error:  # whatever a damaged file brings about, who looks goes on looking
        LOG.exception("looking at the database failed")
        return _reason(error)
    return None


def _reason(error: Exception) -> str:
    """The error in a line that names no host, user or folder."""
    if isinstance(error, Unusable):
        return str(error)
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        return " ".join(str(origin).split())
    if isinstance(error, OSError):
        return str(error.strerror)
    LOG.debug("the database failed", exc_info=error)
    return f"the database cannot be reached, or refuses ({type(origin).__name__})"
