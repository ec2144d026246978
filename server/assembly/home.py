"""The home of a service: a folder, kept as a database that several hosts share says."""

from __future__ import annotations

from layers.store.folder import HomeFolder
from layers.store.store import Home
from server.database.engine import open_database
from server.settings import Settings

CONNECT_TIMEOUT_S = 3  # a start waits for it


def home_of(settings: Settings) -> Home:
    """The home that these settings name. Raises `server.database.engine.DatabaseUrlError`."""
    engine = open_database(settings.database, connect_timeout_s=CONNECT_TIMEOUT_S)
    if engine.dialect.name == "sqlite":
        return HomeFolder(settings.home)
    from server.hosts.shared_home import SharedHome  # and psycopg: a worker on SQLite has neither

    return SharedHome(settings.home, engine, settings.postgis_levels_mb * 1_000_000)
