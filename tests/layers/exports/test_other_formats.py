"""Exports for spreadsheets, for Google Earth, line by line, and of tiles."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import xml.etree.ElementTree as ElementTree
from contextlib import closing
from pathlib import Path

import mapbox_vector_tile
import openpyxl
import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles

from layers.catalog.catalog import Catalog
from layers.exports import xlsx
from layers.geometry.tile import Tile
from tests.layers.city import SmallCity
from tests.layers.exported import exported
from tests.layers.exports.hostile import hostile, several_parts

KML = "{http://www.opengis.net/kml/2.2}"


def test_each_line_is_a_feature_of_the_geojson_with_its_source(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        features = json.loads(exported(layer.revision))["features"]
        lines = exported(layer.revision, "geojsonl").splitlines()
        for line, feature in zip(map(json.loads, lines), features, strict=True):
            constant = {name: line["properties"].pop(name) for name in ("revision", "sample")}
            assert constant == {
                "revision": layer.revision.id,
                "sample": layer.definition.sample,
            }
            assert line["properties"].pop("source") == layer.definition.credit.attribution["ja"]
            assert line["geometry"] == feature["geometry"]
            assert line["id"] == feature["id"]
            assert feature["properties"].items() <= line["properties"].items()


def test_no_cell_of_a_workbook_runs(city: SmallCity) -> None:
    revision = hostile(city)
    book = openpyxl.load_workbook(io.BytesIO(exported(revision, "xlsx")))
    assert book.sheetnames == ["データ", "項目", "出典"]
    header, *rows = book["データ"].iter_rows()
    names = [cell.value for cell in header]
    expected = revision.features()
    for row, (feature_id, values) in zip(rows, expected.iterrows(), strict=True):
        cells = dict(zip(names, row, strict=True))
        assert cells["id"].value == str(feature_id)  # more digits than a spreadsheet keeps
        assert cells["name"].value == values["name"]
        assert all(cell.data_type != "f" for cell in row)
        if values["opened"] is not None:
            assert str(cells["opened"].value)[:10] == values["opened"]
            assert cells["open"].value is bool(values["open"])
            assert cells["height_above_sea_level"].value == values["height_above_sea_level"]
    source = {row[0]: row[1] for row in book["出典"].iter_rows(values_only=True)}
    assert source["sample"] == "true"
    assert source["revision"] == revision.id
    assert "見本データ" in (book.properties.description or "")


def test_rows_that_a_sheet_has_no_room_for_go_on_in_the_next(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 201)
    layer = asaka.layer("hydrants")
    book = openpyxl.load_workbook(io.BytesIO(exported(layer.revision, "xlsx")), read_only=True)
    assert book.sheetnames[:3] == ["データ", "データ 2", "データ 3"]
    ids = [
        row[0]
        for name in book.sheetnames[:3]
        for row in book[name].iter_rows(min_row=2, max_col=1, values_only=True)
    ]
    assert [int(str(each)) for each in ids] == layer.revision.table.ids.tolist()


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    fitting = xlsx._fitting("あ" * 40_000)  # no file of a city's has one: a kept limit of Excel's
    assert len(fitting) == xlsx.CHARACTERS
    assert fitting.endswith("…")


def test_a_placemark_has_the_values_and_the_colour_of_its_class(asaka: Catalog) -> None:
    layer = asaka.layer("hydrants")
    document = ElementTree.fromstring(exported(layer.revision, "kml"))
    styles = {
        style.get("id"): style.findtext(f"{KML}IconStyle/{KML}color")
        for style in document.iter(f"{KML}Style")
    }
    placemarks = [*document.iter(f"{KML}Placemark")]
    assert len(placemarks) == layer.feature_count
    looks = {entry.value: entry.color for entry in layer.legend()}
    for placemark, (_, values) in zip(
        placemarks, layer.revision.features().iterrows(), strict=True
    ):
        data = {each.get("name"): each.text for each in placemark.iter(f"{KML}SimpleData")}
        assert data["kind"] == values["kind"]
        color = styles[str(placemark.findtext(f"{KML}styleUrl")).removeprefix("#")]
        red, green, blue = (looks[values["kind"]][at : at + 2].lower() for at in (1, 3, 5))
        assert color == f"ff{blue}{green}{red}"
    assert "見本データ" in str(document.findtext(f"{KML}Document/{KML}description"))


def test_kml_bears_every_text_and_part(city: SmallCity) -> None:
    revision = hostile(city)
    document = ElementTree.fromstring(exported(revision, "kml"))
    names = [each.findtext(f"{KML}name") for each in document.iter(f"{KML}Placemark")]
    flags = [each.text for each in document.iter(f"{KML}SimpleData") if each.get("name") == "open"]
    assert len(names) == revision.feature_count
    assert set(flags) == {"0", "1"}
    areas = ElementTree.fromstring(exported(several_parts(city), "kml"))
    assert len([*areas.iter(f"{KML}Polygon")]) == 3
    assert len([*areas.iter(f"{KML}innerBoundaryIs")]) == 1


@pytest.mark.parametrize("layer_id", ["flood", "hydrants"])
def test_pmtiles_reader_finds_every_tile(asaka: Catalog, layer_id: str) -> None:
    layer = asaka.layer(layer_id)
    source = MemorySource(exported(layer.revision, "pmtiles"))
    reader = Reader(source)
    header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (layer.minzoom, layer.maxzoom)
    assert header["clustered"] is True
    assert metadata["attribution"] == layer.definition.credit.attribution["ja"]
    assert metadata["sample"] is True
    assert metadata["revision"] == layer.revision.id
    tiles = {place: gzip.decompress(content) for place, content in all_tiles(source)}
    expected = {
        (tile.z, tile.x, tile.y): content
        for z in range(layer.minzoom, layer.maxzoom + 1)
        for tile, content in layer.tiles(z, "mvt")
    }
    assert tiles == expected


def test_mbtiles_hold_the_tiles_counted_from_the_south(asaka: Catalog, tmp_path: Path) -> None:
    layer = asaka.layer("flood")
    path = tmp_path / "flood.mbtiles"
    path.write_bytes(exported(layer.revision, "mbtiles"))
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT * FROM tiles").fetchall()
        metadata = dict(database.execute("SELECT * FROM metadata"))
    assert {row[0] for row in rows} == set(range(layer.minzoom, layer.maxzoom + 1))
    for z, x, row, content in rows[::10]:
        tile = Tile(z, x, (1 << z) - 1 - row)
        assert gzip.decompress(content) == layer.tile(tile, "mvt")
        assert "flood" in mapbox_vector_tile.decode(gzip.decompress(content))
    assert metadata["format"] == "pbf"
    assert metadata["sample"] == "true"
    assert json.loads(metadata["json"])["vector_layers"][0]["id"] == "flood"
