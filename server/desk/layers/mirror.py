"""What the publisher of this machine reads of the desk's layers: the database, as a folder."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from layers.publish.desk_folder import DeskFolder, DeskVersion, Unreachable
from server.database.engine import reading
from server.database.following import Following
from server.desk.layers.files import chunks_of
from server.desk.layers.versions import current_numbers, layer_versions, now_utc, version_of


def desk_folder(
    home: Path, engine: Engine, clock: Callable[[], datetime.datetime] = now_utc
) -> DeskFolder:
    """The folder of the desk's layers in `home`, which follows a database."""
    return DeskFolder(home / "desk", LayerDatabase(engine, clock))


class LayerDatabase:
    """A `layers.publish.desk_folder.DeskDatabase`; `server.database.upkeep` says why it fails."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime.datetime] = now_utc) -> None:
        self._engine, self._clock = engine, clock
        self._following = Following(engine)
        self._numbers: Mapping[str, int] = {}

    def numbers(self) -> Mapping[str, int]:
        if self._following.is_due():
            with self._reading() as connection:
                self._numbers = current_numbers(connection, self._clock())
            self._following.done()
        return self._numbers

    def version(self, layer_id: str, number: int) -> DeskVersion:
        query = select(layer_versions).where(
            layer_versions.c.layer == layer_id, layer_versions.c.number == number
        )
        with self._reading() as connection:
            version = version_of(connection.execute(query).one())
        assert version.definition is not None
        files = {file.name: file.sha256 for file in version.files}
        return DeskVersion(version.definition, files, self._content)

    def _content(self, sha256: str) -> Iterable[bytes]:
        with self._reading() as connection:
            yield from chunks_of(connection, sha256)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with reading(self._engine) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise Unreachable from error
