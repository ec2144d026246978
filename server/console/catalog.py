"""The catalogue as a command sees it; what is wrong with it ends the command."""

from __future__ import annotations

from typing import NoReturn

import typer
from sqlalchemy import Engine

from layers.catalog.catalog import Catalog
from layers.errors import ExplainedError, LayersError
from layers.process.sandbox import Sandbox
from layers.publish.desk_folder import DeskFolder
from layers.publish.open import open_catalog
from layers.report import Problem
from layers.revision.revision import SharedLevels
from layers.store.folder import HomeFolder
from server.console.lines import WRONG_USE, explain, refuse
from server.database.engine import DatabaseUrlError, open_database
from server.desk.layers.mirror import desk_folder
from server.settings import Settings


def catalog_of(settings: Settings) -> Catalog:
    """The layers that these settings name, prepared where they are not yet."""
    try:
        return open_catalog(
            settings.definitions,
            settings.data,
            HomeFolder(settings.home, shared=_shared_levels(settings)),
            Sandbox(settings.reader_limits),
            desk=desk_folder_of(settings),
            private_sources=settings.allows_private_sources,
        )
    except LayersError as error:
        refuse_layers(error)


def desk_folder_of(settings: Settings) -> DeskFolder:
    """The layers that the desk owns."""
    return desk_folder(settings.home, _database(settings))


def _shared_levels(settings: Settings) -> SharedLevels | None:
    engine = _database(settings)
    if engine.dialect.name == "sqlite":
        return None
    from server.hosts.levels import PostgisLevels  # and psycopg: a service on SQLite has neither

    return PostgisLevels(engine)


def _database(settings: Settings) -> Engine:
    try:
        return open_database(settings.database)
    except DatabaseUrlError as error:
        refuse("database", error)


def refuse_layers(error: LayersError) -> NoReturn:
    """Write what is wrong with definitions or data, and exit."""
    explain(error if isinstance(error, ExplainedError) else Problem.of(error))
    raise typer.Exit(WRONG_USE)
