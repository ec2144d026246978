"""The versions of the layers that are the desk's, as they are read; none is ever changed.

The newest version whose time has come and that nobody cancelled is in force. So a version that was
scheduled is in force from its time on, whichever process runs then. While one waits for its time
no other comes after it (`server.desk.layers.desk_layers`): the order of the numbers is that of the
times.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    func,
    or_,
    select,
)

from server.database.engine import UtcDateTime, metadata
from server.desk.accounts.roles import Actor

Kind = Literal["taken_over", "published", "rolled_back", "given_back", "imported"]
State = Literal["waiting", "cancelled", "in_force", "former"]

# Any number of our own: of those who change the desk's layers one waits for the other.
LAYERS_LOCK = 7_112_276

layer_versions = Table(
    "layer_versions",
    metadata,
    Column("layer", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("definition", Text),  # None: the layer is given back to the operator's folder
    Column("files", JSON, nullable=False),
    Column("author", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("replaces", Integer),
    Column("origin", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("scheduled_at", UtcDateTime),
    Column("cancelled_at", UtcDateTime),
    Column("cancelled_by", Text),
)


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A file of a version, by its path below the layer's data folder; `size` in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a layer; instants are in UTC.

    `definition` is the text of its TOML file; None where the layer is given back to the operator's
    folder. `author` prepared it and `publisher` published it: two names where two people did.
    `replaces` is the number of the version in force until then, `origin` that of the version it
    was rolled back to. It is in force from `published_at` on.
    """

    layer: str
    number: int
    kind: Kind
    definition: str | None
    files: tuple[VersionFile, ...]
    author: str
    publisher: str
    reason: str
    replaces: int | None
    origin: int | None
    created_at: datetime.datetime
    scheduled_at: datetime.datetime | None
    cancelled_at: datetime.datetime | None
    cancelled_by: str | None

    @property
    def published_at(self) -> datetime.datetime:
        """When it is in force from."""
        return self.scheduled_at or self.created_at

    def is_waiting(self, now: datetime.datetime) -> bool:
        """Whether its time is still to come."""
        return (
            self.cancelled_at is None and self.scheduled_at is not None and self.scheduled_at > now
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What a version is to hold: the text of its definition's TOML file, and the SHA-256 of each
    file, put before, by its path below the layer's data folder.
    """

    definition: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes a layer, and why.

    `expected` is the number of the newest version that they saw, 0 for none, None for any.
    """

    actor: Actor
    reason: str = ""
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A version, and what it is now."""

    version: Version
    state: State


def now_utc() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def current_versions(connection: Connection, now: datetime.datetime) -> dict[str, Version]:
    """The version in force of each layer that is the desk's, by id."""
    versions = map(version_of, connection.execute(_in_force(now)))
    return {version.layer: version for version in versions if version.definition is not None}


def current_numbers(connection: Connection, now: datetime.datetime) -> dict[str, int]:
    """The number of the version in force of each layer that is the desk's, by id."""
    columns = (layer_versions.c.layer, layer_versions.c.number)
    rows = connection.execute(
        _in_force(now).with_only_columns(*columns, layer_versions.c.definition.is_(None))
    )
    return {layer: number for layer, number, is_given_back in rows if not is_given_back}


def version_in_force(
    connection: Connection, layer_id: str, now: datetime.datetime
) -> Version | None:
    """The version of a layer that is in force, be it that it was given back; None without one."""
    row = connection.execute(_in_force(now, layer_id)).first()
    return None if row is None else version_of(row)


def versions_of(connection: Connection, layer_id: str) -> Sequence[Version]:
    """Every version of a layer, the newest first."""
    query = select(layer_versions).where(layer_versions.c.layer == layer_id)
    newest = query.order_by(layer_versions.c.number.desc())
    return [version_of(row) for row in connection.execute(newest)]


def referenced_files(connection: Connection) -> set[str]:
    """The SHA-256 of every file of every version."""
    every = connection.scalars(select(layer_versions.c.files))
    return {file["sha256"] for files in every for file in files}


def lock_layers(connection: Connection) -> None:
    """Keep others from changing layers until the transaction ends; on SQLite it is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LAYERS_LOCK)))


def history_of(versions: Sequence[Version], now: datetime.datetime) -> Sequence[HistoryEntry]:
    """The versions of a layer, the newest first, with what each is now."""
    entries: list[HistoryEntry] = []
    is_replaced = False
    for version in versions:
        state: State
        if version.cancelled_at is not None:
            state = "cancelled"
        elif version.is_waiting(now):
            state = "waiting"
        else:
            state = "former" if is_replaced else "in_force"
            is_replaced = True
        entries.append(HistoryEntry(version, state))
    return entries


def version_of(row: Row[Any]) -> Version:
    """The version of a row."""
    files = tuple(VersionFile(**file) for file in row.files)
    return Version(**{**row._mapping, "files": files})


def _in_force(now: datetime.datetime, layer_id: str | None = None) -> Select[Any]:
    """The rows in force, one a layer."""
    has_come = and_(
        layer_versions.c.cancelled_at.is_(None),
        or_(layer_versions.c.scheduled_at.is_(None), layer_versions.c.scheduled_at <= now),
    )
    if layer_id is not None:
        has_come &= layer_versions.c.layer == layer_id
    newest = (
        select(layer_versions.c.layer, func.max(layer_versions.c.number).label("number"))
        .where(has_come)
        .group_by(layer_versions.c.layer)
        .subquery()
    )
    is_newest = and_(
        layer_versions.c.layer == newest.c.layer, layer_versions.c.number == newest.c.number
    )
    return select(layer_versions).join(newest, is_newest).order_by(layer_versions.c.layer)
