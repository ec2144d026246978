"""A backup of a service that goes on running: the database of one moment, and what is published."""

from __future__ import annotations

import datetime
import tempfile
from importlib.metadata import version
from pathlib import Path

from server.backup.archive import (
    FORMAT,
    HOME,
    DatabaseKind,
    Manifest,
    add_file,
    add_manifest,
    new_archive,
)
from server.backup.databases import copy_database, step_of_database
from server.backup.home_files import home_files
from server.database.engine import open_database
from server.settings import Settings

# Settings that hold a password, or may; of the others only those that are set are written down.
SECRET_SETTINGS = frozenset({"database_url", "smtp_url", "webhook_urls"})


def back_up(settings: Settings, path: Path) -> Manifest:
    """Write a backup of the service of these settings. Raises `BackupRefused`, `OSError`."""
    engine = open_database(settings.database)
    kind: DatabaseKind = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
    modified: dict[str, float] = {}
    try:
        with (
            new_archive(path) as archive,
            tempfile.TemporaryDirectory(prefix=".bosai-backup-", dir=path.parent) as folder,
        ):
            # First what is published: a withdrawal that comes meanwhile is in the database then.
            for file in home_files(settings.home):
                add_file(archive, f"{HOME}/{file.name}", file.content)
                modified[file.name] = file.modified
            manifest = Manifest(
                format=FORMAT,
                version=version("bosai-layers"),
                made_at=datetime.datetime.now(datetime.UTC).replace(microsecond=0),
                database=kind,
                step=step_of_database(engine),
                settings=open_settings(settings),
                modified=modified,
            )
            copy = Path(folder) / manifest.database_member
            copy_database(engine, copy)
            with copy.open("rb") as content:
                add_file(archive, manifest.database_member, content)
            add_manifest(archive, manifest)
            return manifest
    finally:
        engine.dispose()


def open_settings(settings: Settings) -> dict[str, str]:
    """The settings that were given and hold no secret, as they are written in an environment."""
    given = settings.model_fields_set - SECRET_SETTINGS
    return {f"BOSAI_{name.upper()}": _written(getattr(settings, name)) for name in sorted(given)}


def _written(value: object) -> str:
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
