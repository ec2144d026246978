"""The desk's layers: taken over, published, rolled back and given back, each as a new version.

What is done is one transaction of the caller's: once it is committed it is done, whatever becomes
of the process. The publisher follows.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select, update

from server.database.announcements import announce
from server.database.engine import reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.errors import InvalidVersion, VersionConflict, VersionNotFound, VersionWaiting
from server.desk.failures import failures_logged
from server.desk.layers import files as layer_files
from server.desk.layers.validation import checked_definition, checked_files, checked_reason
from server.desk.layers.versions import (
    Act,
    Content,
    HistoryEntry,
    Kind,
    Version,
    current_versions,
    history_of,
    layer_versions,
    lock_layers,
    now_utc,
    version_in_force,
    versions_of,
)

FARTHEST = datetime.timedelta(days=366)  # a publication may be scheduled ahead


class DeskLayers:
    """The versions of layers in a database.

    What writes takes the caller's transaction. Where there is another version by now than who acts
    expected, `VersionConflict` is raised.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime.datetime] = now_utc) -> None:
        self._engine, self._clock = engine, clock

    def put_file(self, path: Path) -> str:
        """Keep a file for a version; gives its SHA-256.

        Raises `OSError`, `LayerFilesFull`, `DeskUnavailable`.
        """
        return layer_files.put_file(self._engine, path)

    def write_files(self, version: Version, folder: Path) -> None:
        """Write the files of a version below a folder. Raises `OSError`, `DeskUnavailable`."""
        with failures_logged(), reading(self._engine) as connection:
            for file in version.files:
                path = folder / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as target:
                    target.writelines(layer_files.chunks_of(connection, file.sha256))

    def take_over(
        self,
        connection: Connection,
        layer_id: str,
        content: Content,
        act: Act,
    ) -> int:
        """Make a layer of the operator's folder the desk's, as it is there; gives its version.

        Raises as `publish` does, and `InvalidVersion` for a layer that is the desk's.
        """
        newest = self._begin(connection, layer_id, act.expected)
        if _is_desks(newest):
            raise InvalidVersion("layer", layer_id, "a layer of the operator's folder")
        values = _values(connection, layer_id, content, act)
        return self._add(connection, newest, "taken_over", act.actor, values)

    def publish(
        self,
        connection: Connection,
        layer_id: str,
        content: Content,
        act: Act,
        *,
        at: datetime.datetime | None = None,
        author: str | None = None,
    ) -> int:
        """Publish a version of a layer and give its number.

        With `at` it is in force from then on. `author` is who prepared it, if not who acts. Raises
        `DefinitionError`, `InvalidVersion`, `VersionConflict`, and `VersionWaiting` while another
        version waits for its time.
        """
        newest = self._begin(connection, layer_id, act.expected)
        values = _values(connection, layer_id, content, act)
        values["author"] = author or act.actor.name
        return self._add(connection, newest, "published", act.actor, values, self._time(at))

    def import_version(
        self,
        connection: Connection,
        layer_id: str,
        content: Content,
        actor: Actor,
    ) -> int | None:
        """Publish what was exported, or is the operator's own; None where that is in force already.

        Raises as `publish` does.
        """
        newest = self._begin(connection, layer_id, None)
        values = _values(connection, layer_id, content, Act(actor))
        same = (content.definition, values["files"])
        if newest is not None and (newest.definition, newest.files) == same:
            return None
        return self._add(connection, newest, "imported", actor, values)

    def roll_back(self, connection: Connection, layer_id: str, number: int, act: Act) -> int:
        """Publish an earlier version again, and give the number that it has now.

        Raises `VersionNotFound`, `InvalidVersion` for one that is in force or never was,
        `VersionConflict`, `VersionWaiting`.
        """
        newest = self._begin(connection, layer_id, act.expected)
        entries = history_of(versions_of(connection, layer_id), self._clock())
        entry = next((each for each in entries if each.version.number == number), None)
        if entry is None or entry.version.definition is None:
            raise VersionNotFound(layer_id, number)
        if entry.state != "former":
            raise InvalidVersion("number", number, "a version that was in force before")
        origin = entry.version
        values = {
            "layer": layer_id,
            "definition": origin.definition,
            "files": origin.files,
            "author": act.actor.name,
            "reason": checked_reason(act.reason),
            "origin": number,
        }
        return self._add(connection, newest, "rolled_back", act.actor, values)

    def give_back(self, connection: Connection, layer_id: str, act: Act) -> int:
        """Leave a layer to the operator's folder: what is there counts again, or nothing is.

        Gives the number of the version that says so. Raises `VersionNotFound` for a layer that is
        not the desk's, `VersionConflict`, `VersionWaiting`.
        """
        newest = self._begin(connection, layer_id, act.expected)
        if not _is_desks(newest):
            raise VersionNotFound(layer_id)
        values = {
            "layer": layer_id,
            "definition": None,
            "files": (),
            "author": act.actor.name,
            "reason": checked_reason(act.reason),
        }
        return self._add(connection, newest, "given_back", act.actor, values)

    def cancel(self, connection: Connection, layer_id: str, number: int, actor: Actor) -> None:
        """Let a version that waits for its time never be in force. Raises `VersionNotFound`.

        `InvalidVersion` where it does not wait any more.
        """
        lock_layers(connection)
        now = self._clock()
        versions = versions_of(connection, layer_id)
        version = next((each for each in versions if each.number == number), None)
        if version is None:
            raise VersionNotFound(layer_id, number)
        if not version.is_waiting(now):
            raise InvalidVersion("number", number, "a version that waits for its time")
        connection.execute(
            update(layer_versions)
            .where(layer_versions.c.layer == layer_id, layer_versions.c.number == number)
            .values(cancelled_at=now, cancelled_by=actor.name)
        )
        subject, after = subject_of(layer_id), {"number": number}
        record(connection, actor, "layer.cancel", subject, None, after)

    def current(self) -> dict[str, Version]:
        """The version in force of each layer that is the desk's; raises `DeskUnavailable`."""
        with failures_logged(), reading(self._engine) as connection:
            return current_versions(connection, self._clock())

    def history(self, layer_id: str) -> Sequence[HistoryEntry]:
        """Every version of a layer, the newest first; none of one that never was the desk's.

        Raises `DeskUnavailable`.
        """
        with failures_logged(), reading(self._engine) as connection:
            return history_of(versions_of(connection, layer_id), self._clock())

    def _begin(self, connection: Connection, layer_id: str, expected: int | None) -> Version | None:
        """Keep others from changing layers until the transaction ends; gives the version in force.

        Raises `VersionConflict`, `VersionWaiting`.
        """
        lock_layers(connection)
        now = self._clock()
        versions = versions_of(connection, layer_id)
        newest = versions[0].number if versions else 0
        if expected is not None and newest != expected:
            publisher = versions[0].publisher if versions else None
            raise VersionConflict(layer_id, expected, newest, publisher)
        for version in versions:
            if version.is_waiting(now):
                raise VersionWaiting(layer_id, version.number, version.published_at)
        return version_in_force(connection, layer_id, now)

    def _time(self, at: datetime.datetime | None) -> datetime.datetime | None:
        if at is None:
            return None
        if at.tzinfo is None or not self._clock() < at < self._clock() + FARTHEST:
            raise InvalidVersion("at", at.isoformat(), f"a time of the next {FARTHEST.days} days")
        return at

    def _add(
        self,
        connection: Connection,
        before: Version | None,
        kind: Kind,
        actor: Actor,
        values: Mapping[str, object],
        at: datetime.datetime | None = None,
    ) -> int:
        """Write a version down, after `before`, and what was done into the audit."""
        layer_id = str(values["layer"])
        newest = select(func.max(layer_versions.c.number)).where(layer_versions.c.layer == layer_id)
        number = int(connection.execute(newest).scalar() or 0) + 1
        files = values["files"]
        assert isinstance(files, tuple)
        connection.execute(
            insert(layer_versions).values(
                **{**values, "files": [asdict(file) for file in files]},
                number=number,
                kind=kind,
                publisher=actor.name,
                replaces=None if before is None else before.number,
                created_at=self._clock(),
                scheduled_at=at,
            )
        )
        announce(connection)
        entry = {
            "number": number,
            "kind": kind,
            "files": len(files),
            "bytes": sum(file.size for file in files),
            "author": values["author"],
            "at": None if at is None else at.isoformat(timespec="seconds"),
        }
        earlier = None if before is None else {"number": before.number}
        record(connection, actor, ACTIONS[kind], subject_of(layer_id), earlier, entry)
        return number


# What the audit calls each kind of version.
ACTIONS: Mapping[Kind, str] = {
    "taken_over": "layer.take_over",
    "published": "layer.publish",
    "rolled_back": "layer.roll_back",
    "given_back": "layer.give_back",
    "imported": "layer.import",
}


def subject_of(layer_id: str) -> str:
    """What the audit calls a layer."""
    return f"layer {layer_id}"


def _values(connection: Connection, layer_id: str, content: Content, act: Act) -> dict[str, object]:
    """The columns of a version that holds this. Raises `DefinitionError`, `InvalidVersion`."""
    definition = checked_definition(layer_id, content.definition)
    return {
        "layer": layer_id,
        "definition": content.definition,
        "files": tuple(checked_files(connection, definition, content.files)),
        "author": act.actor.name,
        "reason": checked_reason(act.reason),
    }


def _is_desks(version: Version | None) -> bool:
    return version is not None and version.definition is not None
