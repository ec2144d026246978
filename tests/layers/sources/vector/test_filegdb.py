"""File Geodatabases: a folder that is one dataset, alone, in a folder and in a ZIP."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import geopandas
import pandas
import pyogrio
import pytest
import shapely

from layers.errors import SourceError
from layers.publish.check import check_catalog
from layers.sources.files import files_of
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import read, zipped
from tests.sandbox import SANDBOX


def geodatabase(path: Path, *, layers: tuple[str, ...] = ("避難所",), table: bool = False) -> Path:
    for number, name in enumerate(layers, 1):
        points = [shapely.Point(139.1, 35.1), shapely.Point(139.11, 35.11)]
        frame = geopandas.GeoDataFrame(
            {"名称": [f"第一{name}", f"第二{name}"], "番号": [float(number)] * 2},
            geometry=points, crs=6668,
        )  # fmt: skip
        pyogrio.write_dataframe(frame, path, driver="OpenFileGDB", layer=name, append=path.exists())
    if table:
        records = pandas.DataFrame({"a": ["x"]})
        pyogrio.write_dataframe(
            records, path, driver="OpenFileGDB", layer="履歴", append=path.exists()
        )
    return path


def test_a_folder_of_a_geodatabase_is_a_dataset(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    path = geodatabase(tmp_path / "data" / "防災.gdb")
    (path / "x.lock").write_bytes(b"")
    members = {
        f"図/防災.gdb/{file.name}": file.read_bytes() for file in path.iterdir() if file.is_file()
    }
    for source in (path, path.parent, zipped(tmp_path / "a.zip", members)):
        rows = read(source)
        assert rows.columns["名称"].tolist() == ["第一避難所", "第二避難所"]
        assert [shapely.get_x(shape) for shape in rows.geometry] == pytest.approx([139.1, 139.11])
        assert rows.crs is not None
        assert rows.crs.to_epsg() == 6668
        assert (rows.total, rows.problems) == (2, [])
    assert len(files_of(path)) == len(members) - 1


def test_of_several_layers_the_sublayer_chooses_and_tables_are_none(tmp_path: Path) -> None:
    path = geodatabase(tmp_path / "a.gdb", layers=("避難所", "消火栓"), table=True)
    with pytest.raises(SourceError, match="wanted one of 避難所, 消火栓"):
        read(path)
    assert read(path, sublayer="消火栓").columns["名称"].tolist()[0] == "第一消火栓"
    alone = geodatabase(tmp_path / "b.gdb", table=True)
    assert read(alone).total == 2


def test_tables_without_geometry_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gdb"
    for name in ("一覧", "履歴"):
        records = pandas.DataFrame({"a": ["x"]})
        pyogrio.write_dataframe(
            records, path, driver="OpenFileGDB", layer=name, append=path.exists()
        )
    for database in (path, tmp_path / "a.sqlite"):
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(database)) as tables:
            for name in ("一覧", "履歴"):
                tables.execute(f"CREATE TABLE {name} (a TEXT)")
        with pytest.raises(
            SourceError, match=r"No table of the database has geometry .*一覧, 履歴"
        ):
            read(database)


def test_a_database_that_is_ready_for_geometry_and_has_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    pyogrio.write_dataframe(pandas.DataFrame({"a": ["x"]}), path, driver="SQLite", layer="一覧")
    with pytest.raises(SourceError, match="No table of the database has geometry"):
        read(path)


def test_a_geodatabase_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = geodatabase(tmp_path / "a.gdb")
    for file in path.glob("*.gdbtable"):
        file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(SourceError, match="damaged"):
        read(path)
    empty = tmp_path / "b.gdb"
    empty.mkdir()
    (empty / "gdb").write_bytes(b"\0")
    with pytest.raises(SourceError, match="damaged"):
        read(empty)


def test_a_layer_is_prepared_of_one(city: SmallCity) -> None:
    geodatabase(city.data / "a.gdb")
    city.declare("places", 'path = "a.gdb"')
    (check,) = check_catalog(city.definitions, city.data, ["places"], sandbox=SANDBOX)
    assert (check.report.failed, check.report.features) == (False, 2)
