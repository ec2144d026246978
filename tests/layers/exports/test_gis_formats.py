"""What programs of GIS find in the exports: every feature, its values, and where it is from."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ElementTree
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyproj import CRS

from layers.catalog.catalog import Catalog
from layers.errors import ExportFailed, UnfitCrs
from layers.exports import crs
from layers.exports.formats import FORMATS, format_named
from layers.exports.shp import short_names
from layers.geometry.datum import shift
from layers.revision.revision import Revision
from tests.layers.city import SmallCity
from tests.layers.exported import exported
from tests.layers.exports.hostile import LONG, hostile, several_parts

GIS = ["gpkg", "shp", "fgb", "parquet"]
DBF_LONG = LONG[: 254 // 3]  # three bytes a character


def opened(
    revision: Revision, name: str, folder: Path, code: int = crs.DEGREES
) -> geopandas.GeoDataFrame:
    """The export as geopandas has it, in the order of the source's rows."""
    file_format = format_named(name)
    path = folder / f"{revision.definition.id}.{file_format.suffix}"
    with path.open("wb") as file:
        file_format.write(revision, file, code)
    if name == "parquet":
        frame = geopandas.read_parquet(path)
    else:
        address = f"/vsizip/{path}" if name == "shp" else path
        frame = pyogrio.read_dataframe(address, layer=revision.definition.id, fid_as_index=True)
        if name == "gpkg":
            frame = frame.reset_index(names="id")
    return frame.sort_values("source_row", ignore_index=True)


@pytest.mark.parametrize("name", GIS)
def test_every_value_is_there_as_it_is(city: SmallCity, tmp_path: Path, name: str) -> None:
    revision = hostile(city)
    frame, expected = opened(revision, name, tmp_path), revision.features().reset_index()
    assert frame["id"].tolist() == expected["id"].tolist()
    names = {"height_above_sea_level": "height_abo", "height_above_ground": "height_a_1"}
    for column in expected.columns.drop("geometry").drop("name"):
        stored = names.get(column, column) if name == "shp" else column
        values = [None if pd.isna(value) else value for value in frame[stored]]
        if column == "opened":
            values = [value and str(value)[:10] for value in values]
        if column == "open":
            values = [value if value is None else bool(value) for value in values]
        assert values == [None if pd.isna(value) else value for value in expected[column]], column
    long = DBF_LONG if name == "shp" else LONG
    texts = [None if pd.isna(text) else text for text in frame["name"]]
    assert texts == [
        None if pd.isna(text) else text if text != LONG else long for text in expected["name"]
    ]


@pytest.mark.parametrize("name", GIS)
@pytest.mark.parametrize("code", [6668, 6677, 4612, 30169, 3857])
def test_features_are_where_they_are_in_any_reference_system(
    city: SmallCity, tmp_path: Path, name: str, code: int
) -> None:
    revision = hostile(city)
    frame = opened(revision, name, tmp_path, code)
    assert CRS(frame.crs).to_epsg() == code
    assert revision.bounds is not None
    operation = shift(CRS.from_epsg(code), revision.bounds)
    assert operation is not None
    degrees = operation.transformer.transform(*shapely.get_coordinates(frame.geometry).T)
    source = revision.source.coordinates.T
    assert abs(degrees[0] - source[0]).max() < 1e-7
    assert abs(degrees[1] - source[1]).max() < 1e-7


@pytest.mark.parametrize("name", GIS)
def test_areas_of_several_parts_are_whole(city: SmallCity, tmp_path: Path, name: str) -> None:
    revision = several_parts(city)
    frame = opened(revision, name, tmp_path)
    for written, source in zip(frame.geometry, revision.features().geometry, strict=True):
        assert written.is_valid
        assert shapely.equals(shapely.normalize(written), shapely.normalize(source))


@pytest.mark.parametrize("file_format", FORMATS, ids=lambda each: each.name)
def test_a_format_without_a_place_for_it_refuses_another_reference_system(
    asaka: Catalog, file_format: object
) -> None:
    assert isinstance(file_format, type(FORMATS[0]))
    if file_format.any_crs:
        return
    with pytest.raises(UnfitCrs, match=rf"{file_format.name} is always in WGS 84.*6677"):
        file_format.write(asaka.layer("flood").revision, io.BytesIO(), 6677)


@pytest.mark.parametrize("text", ["", "EPSG:", "6677x", "EPSG:27700", "EPSG:99999", "x" * 999])
def test_another_reference_system_is_unknown(text: str) -> None:
    with pytest.raises(UnfitCrs, match="no crs"):
        crs.code_of(text)
    assert crs.code_of("epsg:6677") == crs.code_of("6677") == 6677


def test_a_geopackage_has_its_look_and_where_it_is_from(asaka: Catalog, tmp_path: Path) -> None:
    layer = asaka.layer("hydrants")
    path = tmp_path / "hydrants.gpkg"
    path.write_bytes(exported(layer.revision, "gpkg"))
    with closing(sqlite3.connect(path)) as database:
        qml, sld, default = database.execute(
            "SELECT styleQML, styleSLD, useAsDefault FROM layer_styles"
        ).fetchone()
        description, changed = database.execute(
            "SELECT description, last_change FROM gpkg_contents WHERE table_name = 'hydrants'"
        ).fetchone()
        (document,) = database.execute(
            "SELECT metadata FROM gpkg_metadata WHERE mime_type = 'application/json'"
        ).fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert default == 1
    for entry in layer.legend():
        assert entry.label["ja"] in sld
        assert entry.color.lower() in sld.lower()
    categories = ElementTree.fromstring(qml).findall(".//category")
    assert [each.get("value") for each in categories] == [
        str(entry.value) if entry.value is not None else "" for entry in layer.legend()
    ]
    assert "見本データ" in description
    assert changed == "2026-11-23T00:00:00.000Z"
    assert json.loads(document)["sample"] is True
    assert json.loads(document)["revision"] == layer.revision.id


def test_a_shapefile_says_beside_it_what_it_cannot_say(city: SmallCity) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(hostile(city), "shp"))) as archive:
        stems = {Path(name).suffix for name in archive.namelist()}
        assert {".shp", ".shx", ".dbf", ".prj", ".cpg", ".csv", ".txt"} == stems
        assert archive.read("hostile.cpg") == b"UTF-8"
        table = archive.read("fields.csv").decode("utf-8-sig")
        assert "見本データ" in archive.read("README.txt").decode("utf-8-sig")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(table, newline=""))}
    assert rows["height_above_ground"]["shapefile_name"] == "height_a_1"
    assert rows["height_above_ground"]["title_ja"] == "高さ"
    assert {name: row["texts_cut"] for name, row in rows.items() if row["texts_cut"] != "0"} == {
        "name": "1"
    }


def test_short_names_are_each_once_whatever_their_case() -> None:
    names = ["abcdefghijk", "ABCDEFGHIJ", "abcdefghijkl", *(f"a_long_name_{n}" for n in range(12))]
    short = short_names(names)
    assert len({name.upper() for name in short}) == len(names)
    assert max(map(len, short)) == 10


def test_a_parquet_file_is_geoparquet_and_says_where_it_is_from(
    city: SmallCity, tmp_path: Path
) -> None:
    revision = hostile(city)
    path = tmp_path / "hostile.parquet"
    path.write_bytes(exported(revision, "parquet"))
    metadata = pq.read_schema(path).metadata
    geo = json.loads(metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert geo["primary_column"] == "geometry_"  # a field has the other name
    assert column["geometry_types"] == ["Point"]
    assert json.loads(metadata[b"bosai"])["sample"] is True
    west, south, east, north = 139.1, 35.1, 139.1025, 35.2
    inside = geopandas.read_parquet(path, bbox=(west, south, east, north))
    assert len(inside) == 3


def test_what_goes_wrong_in_a_library_names_the_layer(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise pyogrio.errors.DataSourceError("no room")

    monkeypatch.setattr(pyogrio, "write_arrow", broken)
    with pytest.raises(ExportFailed, match="layer flood could not be exported"):
        exported(asaka.layer("flood").revision, "gpkg")
