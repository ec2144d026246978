"""A home, and a database, made of a backup: all of it or nothing.

Everything is read, checked and brought up to this version's schema beside what is there, and moved
into its place at the end.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from layers.files import locked, move_durably
from server.backup.archive import HOME, Manifest, OpenArchive, open_archive
from server.backup.databases import fill_database, require_empty, upgrade_copy
from server.backup.errors import BackupRefused
from server.backup.key_copy import has_keys, put_keys, read_keys
from server.database.engine import open_database
from server.database.schema import LATEST
from server.desk.confidential.vault import open_keys
from server.settings import Settings

WORK = ".restore-"
ASIDE = "before-restore"  # the folder for what was in the home; its time follows


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where what was there before is now; None where nothing was."""

    manifest: Manifest
    aside: Path | None


def restore(
    settings: Settings, path: Path, key_copy: Path | None = None, *, replace: bool = False
) -> Restored:
    """Make the home and the database of these settings that of a backup.

    With `replace` what is in the home is moved aside, without it a home that is not empty is
    refused; the operator's secret, and the requests' keys, stay. `key_copy` are the keys where
    there are none. Raises `BackupRefused`, `OSError`; nothing is changed then.
    """
    with open_archive(path) as archive, ExitStack() as stack:
        engine = open_database(settings.database)
        stack.callback(engine.dispose)
        key_engine = open_keys(settings.database)
        stack.callback(key_engine.dispose)
        keys = None if key_copy is None else read_keys(key_copy)
        _require_fitting(archive.manifest, engine)
        if engine.dialect.name == "postgresql":
            require_empty(engine)
        if keys is not None and has_keys(key_engine):
            raise BackupRefused("keys_there")
        if not replace and (former := _former(settings, engine)):
            raise BackupRefused("home_not_empty", former[0])
        stack.enter_context(_stopped(settings.home))
        is_new = not settings.home.exists()
        settings.home.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.TemporaryDirectory(prefix=WORK, dir=settings.home) as folder:
                aside = _put(settings, archive, engine, Path(folder))
                if keys is not None:
                    put_keys(key_engine, keys)
        except BaseException:
            if is_new:
                shutil.rmtree(settings.home, ignore_errors=True)
            raise
        return Restored(archive.manifest, aside)


def _require_fitting(manifest: Manifest, engine: Engine) -> None:
    if manifest.step > LATEST:
        raise BackupRefused("newer_backup", f"{manifest.version}, {manifest.step} > {LATEST}")
    if manifest.database != engine.dialect.name:
        raise BackupRefused("other_database", f"{manifest.database}, {engine.dialect.name}")


def _put(settings: Settings, archive: OpenArchive, engine: Engine, work: Path) -> Path | None:
    """Extract, bring up to date and move into place; gives where what was there is now."""
    free = shutil.disk_usage(work).free
    if archive.room > free:
        raise BackupRefused("no_room", f"{archive.room:,} > {free:,}")
    archive.extract(work)
    copy = work / archive.manifest.database_member
    is_file = engine.dialect.name == "sqlite"
    if is_file:
        upgrade_copy(copy)
    else:
        fill_database(engine, copy)
    aside = _move_aside(settings.home, _former(settings, engine))
    for entry in sorted((work / HOME).glob("*")):
        move_durably(entry, settings.home / entry.name)
    if is_file:
        move_durably(copy, Path(engine.url.database or ""))
    return aside


def _former(settings: Settings, engine: Engine) -> list[Path]:
    """What a restored home and SQLite file take the place of."""
    database = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    files = [] if database is None else sorted(database.parent.glob(f"{database.name}*"))
    kept = {settings.secret.absolute()}
    if database is not None:
        keys = database.with_name(f"{database.stem}-keys{database.suffix}").absolute()
        kept |= {keys, *(keys.with_name(f"{keys.name}{end}") for end in ("-wal", "-shm"))}
    inside = sorted(settings.home.iterdir()) if settings.home.exists() else []
    every = dict.fromkeys(path.absolute() for path in [*inside, *files])
    return [path for path in every if path not in kept and not path.name.startswith((WORK, ASIDE))]


def _move_aside(home: Path, former: list[Path]) -> Path | None:
    if not former:
        return None
    aside = home / f"{ASIDE}-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for path in former:
        shutil.move(path, aside / path.name)
    return aside


@contextmanager
def _stopped(home: Path) -> Iterator[None]:
    """Refuse a home that a service publishes into, and keep one from starting to."""
    with ExitStack() as stack:
        for lock in home.glob("serving/*/lock"):
            if not stack.enter_context(locked(lock, wait=False)):
                raise BackupRefused("service_runs", home)
        yield
