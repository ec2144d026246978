"""What zooms show of layers of lines and polygons, in PostGIS: a table of each zoom of a file.

Geometry is generalised when a revision is prepared, and stored as it is: a tile is cut by the same
code from the rows near it as from a file, to the same bytes, and no process holds more than these.
The tables are named after the SHA-256 of the file of levels that they stand for.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import args_row
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from layers.errors import LayerUnavailable
from layers.geometry.parts import TYPES, Kind
from layers.geometry.tile import Bounds
from layers.revision.level import Level
from layers.revision.level_rows import DEGREES, PartRow, level_of_rows, rows_of
from layers.revision.revision import levels_of
from server.database.engine import reading

AWAY_S = 2.0  # in which a database that did not answer is not asked again: tiles wait in threads
NAME_DIGITS = 40  # of the SHA-256: a name has 63 characters at most
# No other table is taken for one of these, whatever else the database is used for.
NAME = re.compile(rf"bosai_level_([0-9a-f]{{{NAME_DIGITS}}})_[0-9]+")
CREATE = """
CREATE TABLE {table} (
    number bigint PRIMARY KEY, feature bigint NOT NULL, first_column bigint NOT NULL,
    first_row bigint NOT NULL, end_column bigint NOT NULL, end_row bigint NOT NULL,
    shape geometry({kind}, {degrees}) NOT NULL
)
"""
COPY = """
COPY {table} (number, feature, first_column, first_row, end_column, end_row, shape) FROM STDIN
"""
READ = """
SELECT feature, first_column, first_row, end_column, end_row, ST_AsBinary(shape)
FROM {table} WHERE {condition} ORDER BY number
"""

LOG = logging.getLogger(__name__)


def has_postgis(connection: Connection) -> bool:
    """Whether the database has PostGIS."""
    query = "SELECT 1 FROM pg_extension WHERE extname = 'postgis'"
    return connection.execute(text(query)).first() is not None


def kept_levels(connection: Connection) -> frozenset[str]:
    """The files of levels that are kept as tables, by the first digits of their SHA-256."""
    return frozenset(_tables(connection).values())


def has_levels(kept: Iterable[str], sha256: str) -> bool:
    """Whether a file of levels is among those that are kept as tables."""
    return sha256[:NAME_DIGITS] in kept


def put_levels(connection: Connection, path: Path, kind: Kind, sha256: str) -> None:
    """Keep a file of levels as tables. Raises `OSError`."""
    for level in levels_of(path, kind):
        table = sql.Identifier(_name(sha256, level.z))
        shape, degrees = sql.SQL(TYPES[kind].name), sql.Literal(DEGREES)
        with _cursor(connection) as cursor:
            cursor.execute(sql.SQL(CREATE).format(table=table, kind=shape, degrees=degrees))
            with cursor.copy(sql.SQL(COPY).format(table=table)) as copy:
                for number, row in enumerate(rows_of(level)):
                    copy.write_row((number, *row[:-1], row.shape.hex()))
            cursor.execute(sql.SQL("CREATE INDEX ON {} USING gist (shape)").format(table))
            cursor.execute(sql.SQL("ANALYZE {}").format(table))


def keep_only_levels(connection: Connection, wanted: Iterable[str]) -> None:
    """Delete the tables of every file of levels but these."""
    names = {sha256[:NAME_DIGITS] for sha256 in wanted}
    for table, of_file in _tables(connection).items():
        if of_file not in names:
            with _cursor(connection) as cursor:
                cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(table)))


class PostgisLevels:
    """A `layers.revision.revision.SharedLevels`."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._not_before = engine, 0.0

    def has(self, sha256: str) -> bool:
        try:
            with reading(self._engine) as connection:
                return has_levels(kept_levels(connection), sha256)
        except SQLAlchemyError:
            return True  # as far as is known

    def level(self, layer_id: str, sha256: str, kind: Kind, z: int, box: Bounds | None) -> Level:
        touching = sql.SQL("TRUE") if box is None else _touching(box)
        table = sql.Identifier(_name(sha256, z))
        query = sql.SQL(READ).format(table=table, condition=touching)
        if time.monotonic() < self._not_before:
            raise LayerUnavailable("levels_away", value=layer_id)
        try:
            with reading(self._engine) as connection, _cursor(connection) as cursor:
                cursor.execute(query)
                rows = cursor.fetchall()
        except (SQLAlchemyError, psycopg.Error) as error:
            LOG.warning("levels of %s cannot be read: %s", layer_id, type(error).__name__)
            self._not_before = time.monotonic() + AWAY_S
            raise LayerUnavailable("levels_away", value=layer_id) from error
        return level_of_rows(kind, z, rows)


def _touching(box: Bounds) -> sql.Composed:
    corners = sql.SQL(", ").join(map(sql.Literal, (*box, DEGREES)))
    return sql.SQL("shape && ST_MakeEnvelope({})").format(corners)


def _name(sha256: str, z: int) -> str:
    return f"bosai_level_{sha256[:NAME_DIGITS]}_{z}"


def _tables(connection: Connection) -> dict[str, str]:
    """The tables of levels, and the first digits of the SHA-256 of the file each is of."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    names = map(NAME.fullmatch, connection.execute(text(query)).scalars())
    return {name[0]: name[1] for name in names if name is not None}


@contextmanager
def _cursor(connection: Connection) -> Iterator[psycopg.Cursor[PartRow]]:
    """A cursor of the driver, in the connection's transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor(row_factory=args_row(PartRow), binary=True) as cursor:
        yield cursor
