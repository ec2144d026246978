"""The database, the requests' keys and the operator's secret."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from server.database.engine import DatabaseUrlError, open_database, reading
from server.database.errors import Unusable
from server.database.schema import LATEST, step_of
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.doctor.finding import Finding, fine, note, wrong
from server.settings import Settings


def database_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the database can be reached, and which step of the schema it is at."""
    try:
        engine = open_database(settings.database)
    except DatabaseUrlError as error:
        yield wrong("database", "database_away", why=error)
        return
    try:
        path = _file_of(engine)
        if path is not None and not path.exists():
            yield note("database", "database_none", path=path)
            return
        if path is not None and path.stat().st_mode & stat.S_IRWXO:
            yield wrong("database", "file_open", path=path, mode=_mode(path))
        yield _step_finding(engine)
    finally:
        engine.dispose()


def _step_finding(engine: Engine) -> Finding:
    try:
        with reading(engine) as connection:
            step = step_of(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        return wrong("database", "database_away", why=_reason(error))
    if step is None:
        return note("database", "database_empty")
    if step > LATEST:
        return wrong("database", "database_newer", step=step, latest=LATEST)
    if step < LATEST:
        return note("database", "database_older", step=step, latest=LATEST)
    return fine("database", "database_fine", backend=engine.dialect.name, step=step)


def secret_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the secret is there, for few to read, and the one that the keys are wrapped under."""
    path = settings.secret
    try:
        engine = open_keys(settings.database)
    except DatabaseUrlError:
        return  # the database's own finding says it
    file = _file_of(engine)
    has_keys = file is None or file.exists()
    try:
        if not path.exists() and not has_keys:
            yield note("secret", "secret_none", path=path.absolute())
            return
        if has_keys:
            Vault(Secret(path), engine).check()
        else:
            Secret(path).key("look")
    except (Unusable, SQLAlchemyError, sqlite3.Error) as error:
        yield wrong("secret", "secret_unusable", path=path.absolute(), why=_reason(error))
        return
    finally:
        engine.dispose()
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield wrong("secret", "file_open", path=path.absolute(), mode=_mode(path))
    else:
        yield fine("secret", "secret_fine", path=path.absolute())


def _file_of(engine: Engine) -> Path | None:
    """The file of a SQLite database."""
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None


def _mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split())
