"""Keeping the database usable, and knowing whether it is: the map is served without it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

from sqlalchemy import Engine, ExceptionContext, event, select
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from server.database.engine import metadata, reading
from server.database.schema import NewerDatabase, upgrade

PAUSE = 5.0  # seconds from one look to the next
PATIENCE = 2.0  # seconds that a start waits for the first look: a database far away may take longer

LOG = logging.getLogger(__name__)


class Upkeep:
    """Brings a database up to date as soon as it can be reached, and looks after it.

    `problem` is why it cannot be used, None while it can be. Something that heals by itself, or
    that somebody repairs, is noticed within `pause` seconds.
    """

    def __init__(self, engine: Engine, pause: float = PAUSE) -> None:
        self._engine, self._pause = engine, pause
        self._looking = threading.Lock()
        self._has_tables, self._was_there = False, False
        self._write_failed = False
        self.problem: str | None = "the database has not answered yet"
        event.listen(engine, "handle_error", self._note_error)

    def begin(self) -> None:
        """Look once, and wait a moment for it."""
        first = threading.Thread(target=self.look, daemon=True)
        first.start()
        first.join(PATIENCE)

    def run(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while not stop.wait(self._pause):
            self.look()

    def look(self) -> None:
        """Try whether the database can be used; what is found is in `problem`."""
        if not self._looking.acquire(blocking=False):
            return  # another thread is at it
        try:
            problem = self._found()
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
        problem = _attempt(lambda: upgrade(self._engine, new=not self._was_there))
        self._has_tables = problem is None
        return problem

    def _read(self) -> None:
        with reading(self._engine) as connection:
            for table in metadata.sorted_tables:
                connection.execute(select(table).limit(1)).first()

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
    except (SQLAlchemyError, sqlite3.Error, OSError, NewerDatabase) as error:
        return _reason(error)
    return None


def _reason(error: Exception) -> str:
    """The error in a line that names no host, user or folder."""
    if isinstance(error, NewerDatabase):
        return str(error)
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        return " ".join(str(origin).split())
    if isinstance(error, OSError):
        return str(error.strerror)
    LOG.debug("the database failed", exc_info=error)
    return f"the database cannot be reached, or refuses ({type(origin).__name__})"
