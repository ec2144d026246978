"""A file of a format that is not read is told what it is, and how to make one of it that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.sources import formats, others
from layers.sources.json_outline import outline
from tests.layers.sources.geodata import collection, feature, put, read, zipped

OSM = '<?xml version="1.0"?><osm version="0.6"><node id="1" lat="34.87" lon="138.32"/></osm>'
OVERPASS = (
    '{"version":0.6,"generator":"Overpass API","elements":[{"type":"node","id":1,"lat":34.87,'
    '"lon":138.32,"tags":{"emergency":"fire_hydrant"}}]}'
)
BY_CONTENT = [
    (b"AC1032" + b"\0" * 20, "DWG", "cad_drawing"),
    (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "DXF", "cad_drawing"),
    (b"999\nmade by hand\n  0\nSECTION\n  2\nHEADER\n", "DXF", "cad_drawing"),
    (b"II*\0" + b"\1" * 20, "TIFF / GeoTIFF", "picture"),
    (b"II+\0" + b"\1" * 20, "TIFF / GeoTIFF", "picture"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG", "picture"),
    (b"\x89PNG\r\n\x1a\n", "PNG", "picture"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG", "picture"),
    (b"%PDF-1.7\n", "PDF", "printed_document"),
    (OSM.encode(), "OpenStreetMap XML", "osm_extract"),
    (OVERPASS.encode(), "Overpass API JSON", "osm_extract"),
    (b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c", "OpenStreetMap PBF", "osm_extract"),
    (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", "Word", "text_document"),
    (b"{\\rtf1\\ansi", "RTF", "text_document"),
    (b"7z\xbc\xaf\x27\x1c\0\x04", "7-Zip", "packed"),
    (b"Rar!\x1a\x07\x01\0", "RAR", "packed"),
    (b"\x22\xd8-lh5-\0\0", "LZH", "packed"),
    (b"\x1f\x8b\x08\0", "gzip", "packed"),
    (b"BZh91AY&SY", "bzip2", "packed"),
    (b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis/>", "QGIS", "map_project"),
    (b"\0\x01\0\0Standard ACE DB\0", "Access", "office_database"),
    (b"\0\x01\0\0Standard Jet DB\0", "Access", "office_database"),
    (b"PMTiles\x03", "PMTiles", "tile_archive"),
    (b"SQLite format 3\0" + b"\1" * 52 + b"MPBX", "MBTiles", "tile_archive"),
    (b"LASF\0\0", "LAS / LAZ", "point_cloud"),
    (b"<!DOCTYPE html>\n<html lang='ja'><head>", "HTML", "web_page"),
    (b"<!DOCTYPE html>\n<HTML><head>", "HTML", "web_page"),
]


@pytest.mark.parametrize(("content", "name", "kind"), BY_CONTENT)
@pytest.mark.parametrize("suffix", [".dat", ".json", ".csv", ".zip"])
def test_a_format_is_named_by_its_first_bytes_whatever_the_file_is_called(
    tmp_path: Path, content: bytes, name: str, kind: str, suffix: str
) -> None:
    path = put(tmp_path, content, f"a{suffix}")
    if suffix == ".zip" and content.startswith(b"PK"):
        return  # by its suffix an archive, and a damaged one
    with pytest.raises(SourceError) as caught:
        formats.format_of(path)
    assert (caught.value.kind, caught.value.value) == (kind, name)


@pytest.mark.parametrize("suffix", sorted(others.SUFFIXES))
def test_a_format_is_named_by_its_suffix_alone_in_a_folder_and_in_a_zip(
    tmp_path: Path, suffix: str
) -> None:
    row = others.BY_SUFFIX[suffix]
    (tmp_path / "folder").mkdir()
    content = b"\x07\x07 no bytes that say anything"
    alone = put(tmp_path / "folder", content, f"図{suffix.upper()}")
    sources = [alone, alone.parent]
    if row.kind != "packed":  # an archive within an archive has words of its own
        sources.append(zipped(tmp_path / "a.zip", {f"図/図{suffix}": content}))
    for path in sources:
        with pytest.raises(SourceError) as caught:
            read(path)
        assert (caught.value.kind, caught.value.value) == (row.kind, row.name)


def test_a_zipped_format_is_no_archive(tmp_path: Path) -> None:
    for suffix in others.ZIPPED:
        path = zipped(tmp_path / f"a{suffix}", {"mimetype": b"x", "doc.kml": b"<kml/>"})
        with pytest.raises(SourceError) as caught:
            read(path)
        assert caught.value.kind == others.BY_SUFFIX[suffix].kind


def test_what_is_not_read_is_not_in_the_way_of_what_is(tmp_path: Path) -> None:
    members = {
        "図.pdf": b"%PDF-",
        "写真.jpg": b"\xff\xd8\xff",
        "a.geojson": collection(feature()).encode(),
    }
    rows = read(zipped(tmp_path / "a.zip", members))
    assert (rows.total, rows.problems) == (1, [])


def test_no_suffix_is_of_a_format_that_is_read_too() -> None:
    read_ = formats.SUFFIXES | formats.ARCHIVES
    assert not read_ & others.SUFFIXES
    suffixes = [suffix for row in others.FORMATS for suffix in row.suffixes]
    assert len(suffixes) == len({*suffixes})


def test_geojson_that_tells_of_other_formats_is_geojson(tmp_path: Path) -> None:
    words = {"elements": [1], "generator": "Overpass API", "geometryType": "esriGeometryPoint"}
    path = put(tmp_path, collection(feature(**words, type="Topology"), name="a"))
    assert read(path).total == 1


def test_the_outline_of_a_document_has_its_outermost_members(tmp_path: Path) -> None:
    path = put(tmp_path, '{"arcs": [], "type": "Topology"}\n')
    text = '{"a": {"b": "c"}, "d": "e\\"f", "g": [{"h": {"i": 1}, "j": "k"}, {"l'
    assert outline(text, put(tmp_path, text, "b.json")).splitlines() == [
        "a",
        'd=e\\"f',
        "g",
        "g.h",
        "g.j",
    ]
    assert outline('{"arcs": [', path).splitlines() == ["arcs", "type=Topology"]
    assert outline('[{"a": 1}]', path) == outline("a,b", path) == ""
