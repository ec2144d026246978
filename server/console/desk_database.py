"""The database of requests, layers and alerts, for commands: what is wrong with it is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from server.console.lines import refuse
from server.database.engine import DatabaseUrlError, open_database
from server.database.upkeep import Upkeep
from server.desk.errors import DeskUnavailable
from server.settings import Settings


@contextmanager
def desk_database(settings: Settings) -> Iterator[Engine]:
    """The database, brought up to date. Raises `typer.Exit` where it cannot be used, or no more."""
    try:
        engine = open_database(settings.database)
        upkeep = Upkeep(engine)
        upkeep.look()
        if upkeep.problem is not None:
            refuse("database", upkeep.problem)
        yield engine
    except (DatabaseUrlError, DeskUnavailable) as error:
        refuse("database", error)
