"""A source that is not all there is an error, and never fewer rows: cut anywhere, in any format."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely

from layers.errors import SourceError
from layers.sources.formats import is_archive
from tests.layers.city import SmallCity, check_reports
from tests.layers.sources.books import book
from tests.layers.sources.geodata import collection, feature, read

COUNT = 25
CUTS = 40
FLIPS = 60
FRAME = geopandas.GeoDataFrame(
    {"名称": [f"区域{number}" for number in range(COUNT)], "深さ": range(COUNT)},
    geometry=[
        shapely.box(139.0 + n / 200, 35.0, 139.003 + n / 200, 35.1).segmentize(0.01)
        for n in range(COUNT)
    ],
    crs="EPSG:6668",
)
PLACEMARK = (
    "<Placemark><name>a</name><Point><coordinates>139.1,35.1</coordinates></Point></Placemark>"
)
KML = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{PLACEMARK * COUNT}</Document></kml>'
GPX = (
    '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">'
    + '<wpt lat="35.1" lon="139.1"><name>a</name></wpt>' * COUNT
    + "</gpx>"
)
WAYPOINTS = GPX.replace("><name>a</name></wpt>", "/>")  # without end tags
MEMBER = (
    "<ksj:Place><ksj:name>a</ksj:name>"
    "<gml:Point><gml:pos>35.1 139.1</gml:pos></gml:Point></ksj:Place>"
)
GML = (
    '<ksj:Dataset xmlns:ksj="http://nlftp.mlit.go.jp/ksj/schemas/ksj-app"'
    f' xmlns:gml="http://www.opengis.net/gml/3.2">{MEMBER * COUNT}</ksj:Dataset>'
)
RECORDS = [{"名称": f"区域{n}", "緯度": 35.1, "経度": 139.1} for n in range(COUNT)]
POINTS = [feature(名称=str(number)) for number in range(COUNT)]


def written(folder: Path, suffix: str) -> Path:
    """A file of `COUNT` rows in a format."""
    path = folder / f"zones{suffix}"
    match suffix:
        case ".fgb" | ".gpkg" | ".shp":
            pyogrio.write_dataframe(FRAME, path, encoding="UTF-8" if suffix == ".shp" else None)
        case ".parquet":
            FRAME.to_parquet(path)
        case ".geojson":
            path.write_text(collection(*POINTS), encoding="utf-8")
        case ".kml":
            path.write_text(KML, encoding="utf-8")
        case ".gpx":
            path.write_text(GPX, encoding="utf-8")
        case ".gml":
            path.write_text(GML, encoding="utf-8")
        case ".json":
            path.write_text(json.dumps(RECORDS, ensure_ascii=False), encoding="utf-8")
        case ".xlsx":
            book(path, [*RECORDS[0]], *([*record.values()] for record in RECORDS))
        case ".kmz":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("doc.kml", KML)
        case ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("zones.geojson", collection(*POINTS))
    return path


def cuts(size: int) -> list[int]:
    """Lengths to cut a file to: ends of its parts, and a bounded number between."""
    every = np.linspace(1, size - 1, CUTS).astype(int).tolist()
    return sorted({*every, size - 1, size - 2})


TEXTS = [".geojson", ".json", ".kml", ".gpx", ".gml"]
FORMATS = [".fgb", ".gpkg", ".parquet", *TEXTS, ".zip", ".kmz", ".xlsx"]


def whole_or_refused(path: Path) -> None:
    """A file that can be read has all its rows, or tells which are missing."""
    try:
        rows = read(path)
    except SourceError:
        return
    left_out = sum(problem.rows_left_out for problem in rows.problems)
    assert len(rows.numbers) + left_out >= COUNT, rows.problems


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, suffix)
    content = path.read_bytes()
    assert is_archive(path) == (suffix in (".zip", ".kmz"))
    assert read(path).total == COUNT
    for length in cuts(len(content)):
        path.write_bytes(content[:length])
        if suffix == ".geojson" and content[:length].endswith(b"]}"):
            continue  # nothing but a space is missing
        with pytest.raises(SourceError):
            read(path)


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_a_shapefile_of_which_a_part_is_cut_anywhere_is_refused(tmp_path: Path, part: str) -> None:
    path = written(tmp_path, ".shp")
    assert read(path).total == COUNT
    file = path.with_suffix(part)
    content = file.read_bytes()
    last = len(content) - (2 if part == ".dbf" else 0)  # a .dbf may lack the mark of its end
    for length in [size for size in cuts(len(content)) if size < last]:
        file.write_bytes(content[:length])
        with pytest.raises(SourceError):
            read(path)


def flipped(content: bytes, seed: int) -> Iterator[bytes]:
    """The content with one bit changed, at a bounded number of places."""
    chance = random.Random(seed)
    for _ in range(FLIPS):
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        yield bytes(changed)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_flipped_bit_loses_no_row_in_silence(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, suffix)
    for content in flipped(path.read_bytes(), seed=1):
        path.write_bytes(content)
        whole_or_refused(path)


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_a_flipped_bit_in_a_shapefile_loses_no_row_in_silence(tmp_path: Path, part: str) -> None:
    path = written(tmp_path, ".shp")
    file = path.with_suffix(part)
    for content in flipped(file.read_bytes(), seed=1):
        file.write_bytes(content)
        whole_or_refused(path)


def test_a_flipped_bit_in_the_name_of_an_element_without_an_end_tag_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.gpx"
    for at in (1, 2, 3):
        for bit in range(8):
            changed = bytearray(WAYPOINTS.encode())
            changed[changed.index(b"<wpt") + at] ^= 1 << bit
            path.write_bytes(changed)
            whole_or_refused(path)


def test_both_numbers_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, ".fgb")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceError, match=r"states 25 rows and holds 1\d:") as caught:
        read(path)
    assert "25件と記されていますが" in caught.value.message("ja")


def test_lines_of_geojson_whose_last_is_cut_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojsonl"
    text = "\n".join(json.dumps(each, ensure_ascii=False) for each in POINTS)
    path.write_text(text, encoding="utf-8")
    assert read(path).total == COUNT
    path.write_text(text[:-9], encoding="utf-8")
    with pytest.raises(SourceError):
        read(path)


def test_the_last_good_state_is_served_while_a_source_is_cut(city: SmallCity) -> None:
    path = written(city.data, ".fgb")
    city.declare("zones", 'path = "zones.fgb"')
    before = city.open().layer("zones").revision
    assert before.feature_count == COUNT
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    layer = city.open().layer("zones")
    assert (layer.revision.id, layer.feature_count) == (before.id, COUNT)
    assert "25" in layer.problem
    (report,) = check_reports(city.definitions, city.data)
    assert [(p.severity, p.kind, p.value) for p in report.problems] == [
        ("error", "rows_missing", "25")
    ]
