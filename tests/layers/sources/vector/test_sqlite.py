"""Databases that lead out of themselves, or to no end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas
import pyogrio
import pytest
import shapely

from layers.errors import SourceError
from tests.layers.sources.bombs_of_geodata import AS_LAYER
from tests.layers.sources.geodata import collection, feature, put, read

VIEW = "CREATE VIEW v AS SELECT fid, geom{} FROM a"
VIRTUAL = "CREATE VIRTUAL TABLE v USING {}"


def database(path: Path, *statements: str) -> Path:
    """A database of one layer, in which the statements are executed then."""
    frame = geopandas.GeoDataFrame({"名称": ["あ"]}, geometry=[shapely.Point(1, 2)], crs=4326)
    pyogrio.write_dataframe(frame, path, layer="a")
    with closing(sqlite3.connect(path)) as written:
        for statement in statements:
            written.execute(statement)
        written.commit()
    return path


def in_schema(sql: str, kind: str = "table", name: str = "v") -> tuple[str, str]:
    """Statements that put one into the schema as it is, which SQLite would not execute."""
    quoted = sql.replace("'", "''")
    row = f"'{kind}', '{name}', '{name}', 0, '{quoted}'"
    columns = "type, name, tbl_name, rootpage, sql"
    return (
        "PRAGMA writable_schema = ON",
        f"INSERT INTO sqlite_master ({columns}) VALUES ({row})",
    )


@pytest.mark.parametrize("suffix", [".gpkg", ".sqlite"])
@pytest.mark.parametrize(
    "form",
    [
        VIRTUAL,
        "create virtual table v using {}",
        "CREATE/* a */VIRTUAL TABLE v USING {}",
        'CREATE VIRTUAL TABLE "USING rtree(" USING {}',
        "CREATE VIRTUAL TABLE v/* USING rtree( */USING {}",
    ],
)
@pytest.mark.parametrize("kind", ["table", "view", "index"])
def test_a_table_that_is_another_file_is_refused(
    tmp_path: Path, suffix: str, form: str, kind: str
) -> None:
    """GDAL's VirtualOGR reads whatever it can open: a file of the machine, or a host's answer."""
    other = put(tmp_path, collection(feature(secret="s3cret")), "other.geojson")
    path = database(
        tmp_path / f"a{suffix}", *in_schema(form.format(f"VirtualOGR('{other}')"), kind)
    )
    with pytest.raises(SourceError, match=r"virtual table|damaged") as caught:
        read(path, sublayer="v")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "function", ["ogr_version()", "ogr_geocode('a')", "ogr_datasource_load_layers('a.shp')"]
)
def test_a_view_has_what_sqlite_itself_has(tmp_path: Path, function: str) -> None:
    path = database(tmp_path / "a.gpkg", VIEW.format(f", {function} AS x"), *AS_LAYER)
    with pytest.raises(SourceError, match=r"The view 'v' .* cannot be read \(no such function"):
        read(path, sublayer="a")


def test_a_plain_view_is_read(tmp_path: Path) -> None:
    path = database(tmp_path / "a.gpkg", VIEW.format(", upper('b') || 名称 AS 名称"), *AS_LAYER)
    assert read(path, sublayer="v").columns["名称"].tolist() == ["Bあ"]
    assert read(path, sublayer="a").columns["名称"].tolist() == ["あ"]


def test_a_view_under_another_name_is_found(tmp_path: Path) -> None:
    endless = (
        "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
        "SELECT fid, geom FROM a, c ORDER BY x DESC"
    )
    path = database(tmp_path / "a.gpkg", *in_schema(endless, "view", "a"), *AS_LAYER)
    with pytest.raises(SourceError, match=r"'v' .* does not come to an end|damaged"):
        read(path, sublayer="a")


def test_indices_stay(tmp_path: Path) -> None:
    words = "CREATE VIRTUAL TABLE words USING fts5(a)"
    assert read(database(tmp_path / "a.gpkg", words), sublayer="a").total == 1


def test_views_in_the_journal_count_too(tmp_path: Path) -> None:
    path = database(tmp_path / "a.gpkg", "PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(path)) as elsewhere:
        for statement in (VIEW.format(", ogr_version() AS x"), *AS_LAYER):
            elsewhere.execute(statement)
        elsewhere.commit()
        with pytest.raises(SourceError, match="The view 'v'"):
            read(path, sublayer="a")
