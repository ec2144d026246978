"""The same filters as SQL over the same rows in PostGIS select the same."""

from __future__ import annotations

from collections.abc import Iterator

import cql2
import psycopg
import pytest

from tests.layers.query.filter.places import ROWS
from tests.layers.query.filter.test_filter import CASES

# A date's first instant is the one that compares here; CASEI and ACCENTI are what `texts` says.
SETUP = r"""
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE SCHEMA cql2;
CREATE FUNCTION cql2.lower(text) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT pg_catalog.lower(normalize($1, NFKC) COLLATE "und-x-icu") COLLATE "C" $$;
CREATE FUNCTION cql2.strip_accents(text) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT normalize(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g'), NFC) $$;
CREATE TABLE places (
    "row" integer, name text COLLATE "C", kind text COLLATE "C", people bigint,
    height double precision, open boolean, since date, geometry geometry(Point)
);
SET search_path = cql2, public, pg_catalog;
SET timezone = 'UTC';
"""
INSERT = "INSERT INTO places VALUES (%s, %s, %s, %s, %s, %s, %s, ST_MakePoint(%s, %s))"
# What SQL says otherwise, or the library's SQL does not know.
OTHERWISE = {
    "people / 0 > 1",  # an error of PostgreSQL's; a missing value here
    "CASEI(name) LIKE CASEI('1％')",  # folded before it is read as a pattern
    "S_INTERSECTS(geometry, BBOX(179, 35, 139.06, 35.06))",  # across the antimeridian
    "T_EQUALS(since, DATE('2024-02-29'))",  # a date there is from its first to its last instant
}


@pytest.fixture(scope="module")
def connection(postgresql: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(f"{postgresql}/postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE filters")
    with psycopg.connect(f"{postgresql}/filters", autocommit=True) as connection:
        connection.execute(SETUP)
        for row, (*values, place) in enumerate(ROWS):
            assert isinstance(place, tuple)
            connection.execute(INSERT, (row, *values, *place))
        yield connection


@pytest.mark.database
@pytest.mark.parametrize("text", [text for text in CASES if text not in OTHERWISE])
def test_sql_selects_the_same(connection: psycopg.Connection, text: str) -> None:
    condition = cql2.parse_text(text).to_sql()
    statement = f'SELECT "row" FROM places WHERE {condition} ORDER BY "row"'
    assert [row for (row,) in connection.execute(statement.encode())] == CASES[text]
