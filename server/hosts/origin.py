"""What is published, in the database: written whole in one transaction, and read whole."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, delete, insert, select, update

from layers.revision.digests import Digests, digests_of
from layers.revision.revision import LEVELS, Revision
from layers.store.folder import FolderStore
from layers.store.pointer import Pointer
from layers.store.record import Published
from server.database.announcements import announce
from server.hosts.contents import Damaged, has_file, keep_only, put_file
from server.hosts.levels import has_levels, has_postgis, keep_only_levels, kept_levels, put_levels
from server.hosts.tables import accepted_data, published, published_revisions

ONLY = 1  # the id of the one row

Revisions = Mapping[str, Mapping[str, Digests]]  # of the files, by layer and revision

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """What the database holds: the record as it was written, with a number that grows each time.

    `base` is the SHA-256 of its base map, `levels` what is kept as tables, as `kept_levels` has it.
    """

    number: int
    document: bytes
    base: str
    revisions: Revisions
    levels: frozenset[str] = frozenset()

    @property
    def in_tables(self) -> list[tuple[str, str]]:
        """The layers and revisions whose levels are kept as tables."""
        return [
            (layer, revision)
            for layer, each in self.revisions.items()
            for revision, files in each.items()
            if has_levels(self.levels, files.get(LEVELS, ""))
        ]

    @cached_property
    def record(self) -> Published | None:
        """The record; None of one that this version of the package cannot open."""
        record = Published.from_stored(self.document)
        return record if record is not None and record.can_be_opened else None


class Superseded(Exception):
    """A newer revision is in the store already: there will be a newer record at once."""


def number_kept(connection: Connection) -> int | None:
    """The number of what is kept; None of nothing."""
    return connection.execute(select(published.c.number)).scalar()


def read_kept(connection: Connection) -> Kept:
    """What is kept, where anything is. Within one snapshot of the database."""
    row = connection.execute(select(published)).one()
    revisions: dict[str, dict[str, Digests]] = {}
    for layer, revision, files in connection.execute(select(published_revisions)):
        revisions.setdefault(layer, {})[revision] = files
    return Kept(row.number, row.document, row.base, revisions, kept_levels(connection))


def write_kept(connection: Connection, store: FolderStore, record: Published, large: int) -> Kept:
    """Keep a record in the place of the one before, with what it names and is not kept yet.

    A file of levels of `large` bytes and more becomes tables, where the database has PostGIS.

    What it does not name goes, and so does what was accepted of layers that have a new revision. A
    revision that is damaged in the store and was never kept is left out. Raises `OSError`,
    `Damaged`, and `Superseded` where the store is ahead of the record.
    """
    before = number_kept(connection)
    earlier = read_kept(connection).revisions if before is not None else {}
    revisions = {
        layer: _put_revisions(
            connection, store, layer, entry.pointer, earlier.get(layer, {}), large
        )
        for layer, entry in record.layers.items()
        if entry.pointer is not None
    }
    path, base = store.base_file(record.base)
    if not has_file(connection, base):
        put_file(connection, path, base)
    if revisions != earlier:
        _replace_revisions(connection, revisions)
    renewed = [layer for layer, each in revisions.items() if each.keys() - earlier.get(layer, {})]
    connection.execute(delete(accepted_data).where(accepted_data.c.layer.in_(renewed)))
    files = {file for each in revisions.values() for one in each.values() for file in one.values()}
    keep_only(connection, {*files, base})
    keep_only_levels(connection, files)
    number, levels = (before or 0) + 1, kept_levels(connection)
    kept = Kept(number, record.to_stored(), base, revisions, levels)
    values = {"number": kept.number, "document": kept.document, "base": kept.base}
    if before is None:
        connection.execute(insert(published).values(id=ONLY, **values))
    else:
        connection.execute(update(published).values(**values))
    announce(connection)
    return kept


def _put_revisions(
    connection: Connection,
    store: FolderStore,
    layer: str,
    pointer: Pointer,
    earlier: Mapping[str, Digests],
    large: int,
) -> dict[str, Digests]:
    """Keep a layer's revisions; gives the digests of their files."""
    revisions = {}
    for revision in filter(None, (pointer.revision, pointer.former)):
        digests = _put_revision(connection, store, layer, revision, large)
        here = store.pointer(layer)
        if digests is None and here is not None and here.revision != pointer.revision:
            raise Superseded
        digests = digests or earlier.get(revision)
        if digests is not None:
            revisions[revision] = digests
    return revisions


def _put_revision(
    connection: Connection, store: FolderStore, layer: str, revision: str, large: int
) -> Digests | None:
    """Keep a revision's files; None where it is not in the store as it was written."""
    folder = store.folder(layer, revision)
    try:
        digests = digests_of(folder)
        for name, sha256 in digests.items():
            path = folder / name
            is_levels = name == LEVELS
            if has_file(connection, sha256):
                continue
            if is_levels and has_levels(kept_levels(connection), sha256):
                continue
            if is_levels and path.stat().st_size >= large and has_postgis(connection):
                put_levels(connection, path, Revision(folder).kind, sha256)
            else:
                put_file(connection, path, sha256)
    except (FileNotFoundError, Damaged, ValueError, AttributeError) as error:
        LOG.warning("%s: revision %s is not shared: %r", layer, revision, error)
        return None
    return digests


def _replace_revisions(connection: Connection, revisions: Revisions) -> None:
    connection.execute(delete(published_revisions))
    rows = [
        {"layer": layer, "revision": revision, "files": files}
        for layer, each in revisions.items()
        for revision, files in each.items()
    ]
    if rows:
        connection.execute(insert(published_revisions), rows)
