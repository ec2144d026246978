"""A table or query of PostGIS is a source like a file: nothing lost, the same bytes every time."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pyogrio
import pytest
from pyproj import CRS

from layers.errors import DefinitionError, SourceError
from layers.fetch import postgis
from layers.publish.jobs import publish
from layers.schema.load import load_city, load_layer
from layers.schema.source import Source
from layers.sources.read import read
from layers.sources.rows import Rows
from layers.store.folder import FolderStore
from tests.layers.city import SmallCity, check_reports
from tests.sandbox import SANDBOX

pytestmark = pytest.mark.database

TABLE: LiteralString = """
CREATE TABLE "消火栓" (
    "番号" integer PRIMARY KEY, "名称" text, "口径" numeric(6, 2), "水深" double precision,
    "使用可否" boolean, "点検日" date, "更新" timestamptz, "詳細" jsonb, "別名" text[],
    geom geometry(Point, 6668)
);
INSERT INTO "消火栓" VALUES
    (10, '髙﨑①～', 65.50, 1.25, true, '2026-04-01', '2026-04-01 00:00+00', '{"色": "赤"}',
     '{い,ろ}', ST_SetSRID(ST_MakePoint(139.1, 35.1), 6668)),
    (9, '', NULL, NULL, NULL, 'infinity', NULL, NULL, NULL,
     ST_SetSRID(ST_MakePoint(139.05, 35.05), 6668)),
    (2, NULL, 'NaN', 'Infinity', false, '0044-03-15 BC', 'infinity', 'null', '{}', NULL);
"""


@pytest.fixture(scope="module")
def database(postgresql: str) -> str:
    """The URL of a database with PostGIS, without a user."""
    name = f"gis_{secrets.token_hex(4)}"
    with psycopg.connect(f"{postgresql}/postgres", autocommit=True) as admin:
        admin.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    url = f"{postgresql}/{name}"
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA extensions")
        connection.execute("CREATE EXTENSION postgis SCHEMA extensions")
        connection.execute("SET search_path TO public, extensions")
        connection.execute(TABLE)
    return url


def run(database: str, statement: LiteralString) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("SET search_path TO public, extensions")
        connection.execute(statement)


def rows(source: Source, folder: Path) -> Rows:
    """What the snapshot of the source reads as."""
    path = postgis.fetch(source, folder)
    return read(Source(path=path.name), path)


def refused(source: Source, folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        postgis.fetch(source, folder)
    assert "bosai@" not in str(caught.value)
    return str(caught.value)


def values(found: Rows) -> list[dict[str, Any]]:
    return [
        {str(name): None if value != value else value for name, value in record.items()}
        for record in found.columns.astype(object).to_dict("records")
    ]


def test_a_table_keeps_names_values_and_rows_without_geometry(
    database: str, tmp_path: Path
) -> None:
    found = rows(Source(url=database, table="消火栓"), tmp_path)
    assert found.total == 3
    assert found.crs == CRS("EPSG:6668")
    assert [None if g is None else g.wkt for g in found.geometry] == [
        None, "POINT (139.05 35.05)", "POINT (139.1 35.1)",
    ]  # fmt: skip
    empty, second, third = values(found)
    assert third == {
        "番号": 10, "名称": "髙﨑①～", "口径": "65.50", "水深": 1.25, "使用可否": True,
        "点検日": "2026-04-01", "更新": "2026-04-01 09:00:00+09", "詳細": '{"色": "赤"}',
        "別名": "{い,ろ}",
    }  # fmt: skip
    assert second["点検日"] == "infinity"
    assert (empty["番号"], empty["名称"], empty["口径"]) == (2, None, "NaN")
    assert empty["点検日"] == "0044-03-15 BC"


def test_rows_are_in_the_order_of_the_key_or_of_the_columns(database: str, tmp_path: Path) -> None:
    point = "extensions.ST_MakePoint(1, 2) AS g"
    query = f"SELECT n::numeric AS n, {point} FROM generate_series(12, 8, -1) n"
    found = rows(Source(url=database, query=query), tmp_path)
    assert found.columns["n"].tolist() == ["8", "9", "10", "11", "12"]


def test_the_same_rows_give_the_same_bytes_however_they_lie_in_the_table(
    database: str, tmp_path: Path
) -> None:
    run(
        database,
        "CREATE TABLE a AS SELECT n, n % 2 = 0 AS even, 1.0 AS x, "
        "ST_SetSRID(ST_MakePoint(139 + n / 1e4, 35), 4326) AS geom FROM generate_series(1, 5000) n",
    )
    run(database, "INSERT INTO a SELECT n, even, 1.00, geom FROM a")
    run(database, "CREATE TABLE b AS SELECT * FROM a ORDER BY md5(n::text || x::text)")
    one, two = (tmp_path / name for name in ("one", "two"))
    one.mkdir()
    two.mkdir()
    query = "SELECT * FROM {} -- any order"
    first = postgis.fetch(Source(url=database, query=query.format("a")), one)
    second = postgis.fetch(Source(url=database, query=query.format("b")), two)
    assert first.read_bytes() == second.read_bytes()
    assert first.name == "query.fgb"
    assert pyogrio.read_dataframe(first)["n"].tolist() == sorted([*range(1, 5001)] * 2)


BOW = "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"


@pytest.mark.parametrize(
    ("geometry", "wkt", "crs"),
    [
        ("x.ST_GeomFromText('POINT ZM (1 2 3 4)', 6677)", "POINT (1 2)", "EPSG:6677"),
        ("x.ST_GeomFromText('POINT (1 2)', 0)", "POINT (1 2)", None),
        ("x.ST_GeomFromText('POINT (1 2)', 4326)::x.geography", "POINT (1 2)", "EPSG:4326"),
        ("NULL::x.geometry(Point, 6668)", None, None),
        ("x.ST_GeomFromText('POLYGON EMPTY', 4326)", None, "EPSG:4326"),
        (f"x.ST_GeomFromText('{BOW}', 4326)", BOW, "EPSG:4326"),
    ],
)
def test_geometries_arrive_as_they_are_in_two_dimensions(
    database: str, tmp_path: Path, geometry: str, wkt: str | None, crs: str | None
) -> None:
    query = f"SELECT 1 AS a, {geometry.replace('x.', 'extensions.')} AS g"
    found = rows(Source(url=database, query=query), tmp_path)
    (shape,) = found.geometry
    assert (None if shape is None else shape.wkt) == wkt
    assert found.crs == (None if crs is None else CRS(crs))


def test_arcs_become_lines(database: str, tmp_path: Path) -> None:
    arc = "SELECT extensions.ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,0 0))', 4326) g"
    (shape,) = rows(Source(url=database, query=arc), tmp_path).geometry
    assert shape.geom_type == "Polygon"
    assert shape.area == pytest.approx(3.14159 * 4, rel=0.01)


TWO = (
    "SELECT 1 AS a, extensions.ST_SetSRID(extensions.ST_MakePoint(1, 2), 4326) AS here, "
    "extensions.ST_SetSRID(extensions.ST_MakePoint(3, 4), 6668) AS there"
)


def test_one_of_several_geometry_columns_is_chosen(database: str, tmp_path: Path) -> None:
    found = rows(Source(url=database, query=TWO, sublayer="there"), tmp_path)
    assert found.geometry[0].wkt == "POINT (3 4)"
    assert found.crs == CRS("EPSG:6668")
    said = refused(Source(url=database, query=TWO), tmp_path)
    assert "one of the geometry columns here, there" in said
    said = refused(Source(url=database, query=TWO, sublayer="a"), tmp_path)
    assert "source.sublayer is 'a'" in said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"table": "gone"}, 'relation "gone" does not exist'),
        ({"table": "public.消火栓; DROP TABLE x"}, "does not exist"),
        ({"table": 'a"b'}, "does not exist"),
        ({"query": "SELECT 1 AS a"}, "a column of PostGIS geometries; there is none"),
        ({"query": "SELEC 1"}, "syntax error"),
        ({"query": "SELECT nothing FROM 消火栓"}, 'column "nothing" does not exist'),
        ({"query": "DELETE FROM 消火栓 RETURNING *"}, "syntax error"),
        ({"query": "SELECT 1) AS s; DELETE FROM 消火栓; SELECT (1"}, "multiple commands"),
        ({"query": "SELECT setval('s', 1), geom FROM 消火栓"}, "ReadOnlySqlTransaction"),
        ({"query": "SELECT 1 AS a, 2 AS a, geom FROM 消火栓"}, "each column name once, not a"),
        ({"query": "SELECT 名称::integer, geom FROM 消火栓"}, "InvalidTextRepresentation"),
        (
            {"query": "SELECT extensions.ST_SetSRID(geom, 番号 + 4000) FROM 消火栓"},
            "geometries of one SRID, not of 4009, 4010",
        ),
        (
            {"query": "SELECT extensions.ST_SetSRID(geom, 990001) AS g FROM 消火栓"},
            "an SRID that PostGIS knows, not 990001",
        ),
    ],
)
def test_what_cannot_be_read_is_named_and_no_value_of_it(
    database: str, tmp_path: Path, source: dict[str, str], said: str
) -> None:
    run(database, "CREATE SEQUENCE IF NOT EXISTS s")
    why = refused(Source(url=database, **source), tmp_path)  # type: ignore[arg-type]
    assert said in why
    assert "髙﨑" not in why
    with psycopg.connect(database) as connection:
        assert connection.execute('SELECT count(*) FROM "消火栓"').fetchone() == (3,)


def test_a_snapshot_ends_with_its_limits(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = "extensions.ST_MakePoint(1, 2) AS g"
    query = f"SELECT n, repeat('x', 1000) AS x, {point} FROM generate_series(1, 900) n"
    source = Source(url=database, query=query)
    monkeypatch.setattr(postgis, "MOST_ROWS", 500)
    assert "at most so many rows and bytes: 500" in refused(source, tmp_path)
    monkeypatch.setattr(postgis, "MOST_ROWS", 5000)
    monkeypatch.setattr(postgis, "MOST_BYTES", 100_000)
    assert "5,000 / 100,000" in refused(source, tmp_path)
    monkeypatch.setitem(postgis.SESSION, "statement_timeout", "200ms")
    slow = Source(url=database, query=f"SELECT pg_sleep(20)::text, {point}")
    assert "an answer within" in refused(slow, tmp_path)


def test_a_database_out_of_reach_is_named_without_its_user(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    host = database.split("@")[1]
    for url, said in [
        (f"postgresql://nobody@{host}", "refuses user, password or database"),
        (database + "_gone", "refuses user, password or database"),
        ("postgresql://nobody@127.0.0.1:1/gis", "the connection is refused"),
        ("postgresql://nobody@nowhere.invalid/gis", "cannot be connected to"),
    ]:
        why = refused(Source(url=url, table="a"), tmp_path)
        assert said in why
        assert "source.url is 'postgresql://" in why
        assert "nobody" not in why
        assert "secret" not in why


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1/gis",
        "postgres://me:@127.0.0.1/gis",
        "postgresql://127.0.0.1/gis?user=me&password=secret",
        "postgresql://127.0.0.1/gis?p%61ssword=secret",
        "postgresql://127.0.0.1/gis?sslpassword=secret",
    ],
)
def test_a_password_in_a_definition_is_refused_and_not_repeated(city: SmallCity, url: str) -> None:
    path = city.declare("points", f'url = "{url}"\ntable = "消火栓"')
    with pytest.raises(DefinitionError, match=r"use PGPASSWORD, ~/\.pgpass or a service") as caught:
        load_layer(path)
    assert "secret" not in str(caught.value)
    assert "me" not in str(caught.value).split("wanted")[0].split("//")[1]


def test_a_layer_of_a_table_is_published_and_names_no_user(database: str, city: SmallCity) -> None:
    city.declare("points", f'url = "{database}"\ntable = "public.消火栓"\nid = "番号"')
    layer = city.open().layer("points")  # a database may be inside a private network
    assert layer.problem == ""
    report = layer.revision.report
    assert (report.rows, report.features, report.rows_left_out) == (3, 2, 1)
    assert layer.revision.features().index.tolist() == [9, 10]
    assert layer.revision.features()["name"].tolist() == [None, "髙﨑①～"]
    assert layer.fetched_at is not None
    stored = b"".join(path.read_bytes() for path in sorted(city.home.rglob("*")) if path.is_file())
    assert b"bosai@" not in stored
    assert report.path == f"postgresql://{database.split('@')[1]}#public.消火栓"
    (checked,) = check_reports(city.definitions, city.data)
    assert checked.features == 2


def test_an_unchanged_table_is_the_same_revision(database: str, city: SmallCity) -> None:
    city.declare("points", f'url = "{database}"\ntable = "消火栓"')
    definition = load_layer(city.definitions / "points.toml")
    one, two = (FolderStore(city.home / name) for name in ("one", "two"))
    for store in (one, two):
        of = load_city(city.definitions / "city.toml")
        report = publish(store, definition, of, city.data, SANDBOX)
        assert not report.failed
    assert one.current("points").id == two.current("points").id  # type: ignore[union-attr]
