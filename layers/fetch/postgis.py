"""A table or query of PostgreSQL with PostGIS, written down as a FlatGeobuf file.

One read-only transaction sees one state of the database. Rows are in the order of the table's
primary key, else of the columns from the first to the last, so that the same rows give the same
bytes. Numbers and booleans stay such; everything else is the text that PostgreSQL writes for it.

The operator writes definitions, so a database may be anywhere, inside private networks too. What
PostgreSQL says of a failed log-in names the user and is not passed on.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyogrio
from psycopg import sql
from psycopg.errors import Error, QueryCanceled

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.schema.source import Source

CONNECT_TIME = 10  # seconds
TOTAL_TIME = 300  # seconds
MOST_ROWS = 5_000_000
MOST_BYTES = 1 << 30  # of a snapshot
BATCH_BYTES = 16 << 20  # what a batch of rows should take
MOST_BATCH = 2000  # rows
GEOMETRY = "geometry"  # the readers' name for it
# How PostgreSQL writes values, whatever the server's own settings.
SESSION = {
    "statement_timeout": f"{TOTAL_TIME}s",
    "datestyle": "ISO",
    "timezone": "Asia/Tokyo",
    "intervalstyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
# PostgreSQL's own type numbers (pg_type.dat) that keep their type, and what they are in a file.
KEPT = {
    16: pa.bool_(),
    21: pa.int32(),
    23: pa.int32(),
    20: pa.int64(),
    700: pa.float64(),
    701: pa.float64(),
}
# Types whose own order is the same on every machine: numbers, dates and times.
ORDERED = frozenset({*KEPT, 1700, 1082, 1083, 1114, 1184})


@dataclass(frozen=True)
class Column:
    """A column of the source; `schema` is that of PostGIS where it is of geometries."""

    name: str
    type: int
    schema: str | None = None


def fetch(source: Source, folder: Path) -> Path:
    """Write what the source holds now into a file in `folder`. Raises `SourceError`."""
    with _connect(source) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            for name, value in SESSION.items():
                connection.execute("SELECT set_config(%s, %s, true)", [name, value])
            return _snapshot(source, connection, folder)
        except QueryCanceled:
            raise _refused(source, "query_slow", str(TOTAL_TIME)) from None
        except Error as error:
            # Of syntax and access PostgreSQL names tables and columns; elsewhere values, too.
            harmless = (error.sqlstate or "").startswith("42")
            reason = error.diag.message_primary if harmless else type(error).__name__
            raise _refused(source, "query_wrong", str(reason)) from None
        except UnicodeDecodeError:
            raise _refused(source, "query_text") from None


def _connect(source: Source) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(
            str(source.url),
            connect_timeout=CONNECT_TIME,
            client_encoding="utf8",
            application_name="bosai-layers",
            keepalives_idle=30,
            tcp_user_timeout=60_000,
        )
    except Error as error:
        message = str(error)
        kind: ProblemKind = "database_away"
        if "FATAL" in message:
            kind = "database_refuses"
        elif "timeout" in message:
            kind = "database_slow"
        elif "refused" in message:
            kind = "database_closed"
        path, limit = Path(source.name), str(CONNECT_TIME)
        raise SourceError(path, kind, source.name, limit, key="source.url") from None


def _snapshot(source: Source, connection: psycopg.Connection[Any], folder: Path) -> Path:
    table = _relation(source)
    columns = _columns(source, connection, table)
    geometry = _geometry_column(source, columns)
    others = [column for column in columns if column is not geometry]
    crs = _crs(source, connection, table, geometry)
    values = [_value(column) for column in others]
    statement = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        sql.SQL(", ").join([*values, _wkb(geometry)]), table, _order(source, connection, columns)
    )
    schema = pa.schema(
        [(column.name, KEPT.get(column.type, pa.string())) for column in others]
        + [(GEOMETRY, pa.binary())]
    )
    path = folder / _file_name(source)
    batches = _Batches(source, connection, statement, schema)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)
            pyogrio.write_arrow(
                pa.RecordBatchReader.from_batches(schema, iter(batches)),
                path,
                driver="FlatGeobuf",
                layer=path.stem,
                geometry_name=GEOMETRY,
                geometry_type="Unknown",
                crs=crs,
                layer_options={"SPATIAL_INDEX": "NO"},  # which would reorder the rows
            )
    except (RuntimeError, pa.ArrowException) as error:
        if batches.failure is not None:  # of which GDAL passes on the words only
            raise batches.failure from None
        raise _refused(source, "snapshot", str(error)) from None
    return path


class _Batches:
    """The rows of a statement a batch at a time, within limits."""

    def __init__(
        self,
        source: Source,
        connection: psycopg.Connection[Any],
        statement: sql.Composed,
        schema: pa.Schema,
    ) -> None:
        self._source, self._connection, self._statement = source, connection, statement
        self._schema = schema
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._read()
        except Exception as error:
            self.failure = error
            raise

    def _read(self) -> Iterator[pa.RecordBatch]:
        end = time.monotonic() + TOTAL_TIME
        rows = total = 0
        size = 10
        with self._connection.cursor("snapshot") as cursor:
            cursor.execute(self._statement)
            while batch := cursor.fetchmany(size):
                records = pa.RecordBatch.from_arrays(
                    [
                        pa.array(cells, field.type)
                        for cells, field in zip(zip(*batch, strict=True), self._schema, strict=True)
                    ],
                    schema=self._schema,
                )
                rows += len(batch)
                total += records.nbytes
                if rows > MOST_ROWS or total > MOST_BYTES:
                    limit = f"{MOST_ROWS:,} / {MOST_BYTES:,}"
                    raise _refused(self._source, "query_size", limit)
                if time.monotonic() > end:
                    raise _refused(self._source, "query_slow", str(TOTAL_TIME))
                yield records
                size = max(1, min(MOST_BATCH, BATCH_BYTES * rows // total))


def _relation(source: Source) -> sql.Composable:
    """What stands behind FROM, called `source`."""
    if source.table is not None:
        return sql.SQL("{} AS source").format(sql.Identifier(*source.table.split(".")))
    query = (source.query or "").strip().removesuffix(";")
    return sql.SQL("(\n{}\n) AS source").format(sql.SQL(query))


def _columns(
    source: Source, connection: psycopg.Connection[Any], table: sql.Composable
) -> list[Column]:
    # Asked for binary results, PostgreSQL refuses a second statement after a ";".
    description = connection.execute(
        sql.SQL("SELECT * FROM {} LIMIT 0").format(table), binary=True
    ).description
    described = [(column.name, column.type_code) for column in description or ()]
    names = [name for name, _ in described]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise _refused(source, "columns_doubled", ", ".join(sorted(doubled)))
    types = connection.execute(
        "SELECT t.oid, n.nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
        "WHERE t.typname IN ('geometry', 'geography')"
    )
    postgis = dict(types.fetchall())
    return [Column(name, type, postgis.get(type)) for name, type in described]


def _geometry_column(source: Source, columns: Sequence[Column]) -> Column:
    candidates = {column.name: column for column in columns if column.schema is not None}
    if not candidates:
        raise _refused(source, "no_geometry_column")
    if source.sublayer is None and len(candidates) == 1:
        return next(iter(candidates.values()))
    if source.sublayer not in candidates:
        path, key = Path(source.name), "source.sublayer"
        raise SourceError(path, "geometry_column", source.sublayer, ", ".join(candidates), key=key)
    return candidates[source.sublayer]


def _crs(
    source: Source, connection: psycopg.Connection[Any], table: sql.Composable, geometry: Column
) -> str | None:
    """The CRS of the geometries; None where PostGIS does not know it (SRID 0) or there are none."""
    schema = sql.Identifier(str(geometry.schema))
    statement = sql.SQL(
        "SELECT DISTINCT {schema}.ST_SRID({column}::{schema}.geometry) FROM {table} "
        "WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 10"
    ).format(schema=schema, column=sql.Identifier(geometry.name), table=table)
    srids = [srid for (srid,) in connection.execute(statement).fetchall()]
    if len(srids) > 1:
        raise _refused(source, "srids", ", ".join(map(str, srids)))
    if srids in ([], [0]):
        return None
    look_up = sql.SQL("SELECT auth_name, auth_srid, srtext FROM {}.spatial_ref_sys WHERE srid = %s")
    system = connection.execute(look_up.format(schema), srids).fetchone()
    if system is None:
        raise _refused(source, "srid_unknown", str(srids[0]))
    authority, code, text = system
    return f"EPSG:{code}" if authority == "EPSG" else str(text)


def _wkb(geometry: Column) -> sql.Composed:
    """The geometry in two dimensions, little-endian, arcs as lines."""
    return sql.SQL(
        "{schema}.ST_AsBinary("
        "{schema}.ST_Force2D({schema}.ST_CurveToLine({column}::{schema}.geometry)), 'NDR')"
    ).format(schema=sql.Identifier(str(geometry.schema)), column=sql.Identifier(geometry.name))


def _value(column: Column) -> sql.Composed:
    name = sql.Identifier(column.name)
    return sql.SQL("{}" if column.type in KEPT else "{}::text").format(name)


def _order(
    source: Source, connection: psycopg.Connection[Any], columns: Sequence[Column]
) -> sql.Composed:
    by_name = {column.name: column for column in columns}
    terms = []
    for name in _primary_key(source, connection) or by_name:
        column = sql.Identifier("source", name)  # unqualified it would be the text selected
        if by_name[name].type in ORDERED:
            terms.append(sql.SQL("{}").format(column))
        # As text too: 1.0 and 1.00 are equal, and not the same.
        terms.append(sql.SQL('{}::text COLLATE "C"').format(column))
    return sql.SQL(", ").join(terms)


def _primary_key(source: Source, connection: psycopg.Connection[Any]) -> list[str]:
    if source.table is None:
        return []
    quoted = sql.Identifier(*source.table.split(".")).as_string(connection)
    names = connection.execute(
        "SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place) "
        "JOIN pg_attribute a ON a.attnum = k.number "
        "WHERE i.indisprimary AND i.indrelid = a.attrelid AND a.attrelid = %s::regclass "
        "ORDER BY k.place",
        [quoted],
    )
    return [name for (name,) in names.fetchall()]


def _file_name(source: Source) -> str:
    stem = "".join(c for c in source.table or "query" if c.isalnum() or c in "-_.")
    return f"{stem[:60] or 'table'}.fgb"


def _refused(source: Source, kind: ProblemKind, detail: str = "") -> SourceError:
    key = "source.table" if source.table is not None else "source.query"
    return SourceError(Path(source.name), kind, source.table or source.name, detail, key=key)
