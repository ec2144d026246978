"""Every suffix of every format is read alike alone, in a ZIP, in a folder and by its URL."""

from __future__ import annotations

import inspect
import pkgutil
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import geopandas
import pandas
import pytest
import shapely

from layers import worker
from layers.errors import SourceError
from layers.fetch import http
from layers.messages import MESSAGES
from layers.sources import formats, tables, vector
from layers.sources.formats import FORMATS, format_of, is_archive
from layers.sources.rows import Rows
from layers.sources.vector import sidecars
from tests.layers.fetch.host import Host, serving
from tests.layers.sources.books import book
from tests.layers.sources.geodata import (
    collection,
    dbf,
    feature,
    kinds,
    mapinfo,
    put,
    read,
    shapefile,
    zipped,
)

FIXTURES = Path(__file__).parents[2] / "fixtures"
TABLE = "名称,緯度,経度\nあ,35.8,139.6\n".encode()
FRAME = geopandas.GeoDataFrame({"名称": ["あ"]}, geometry=[shapely.Point(139.6, 35.8)], crs=6668)
LINES = "\n".join([collection(feature(名称="あ")).split("[", 1)[1].rsplit("]", 1)[0]] * 2)


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content, encoding="utf-8")


def separated(delimiter: str) -> Callable[[Path], object]:
    return text("名称,緯度,経度\nあ,35.8,139.6\nい,35.9,139.7\n".replace(",", delimiter))


def a_shapefile(path: Path) -> None:
    attributes = dbf([("名称", "C", 10)], [["あ"], ["い"]])
    for part in shapefile(path.parent, attributes).parent.glob("地点.*"):
        part.rename(path.with_suffix(part.suffix))


def a_workbook(path: Path) -> None:
    book(path, ["名称", "緯度", "経度"], ["あ", 35.8, 139.6])


def a_fixture(name: str) -> Callable[[Path], object]:
    return lambda path: shutil.copy(FIXTURES / name, path)


RSS = (
    '<rss><item><title>通行止め</title><point xmlns="http://www.georss.org/georss">35.8 139.6'
    "</point></item></rss>"
)
CITY = (
    '<CityModel xmlns:gml="http://www.opengis.net/gml"><cityObjectMember><UseDistrict>'
    "<lod1MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior>"
    "<gml:LinearRing><gml:posList>35 139 0 35 139.1 0 35.1 139.1 0 35 139 0</gml:posList>"
    "</gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface>"
    "</lod1MultiSurface></UseDistrict></cityObjectMember></CityModel>"
)
GEOJSON = text(collection(feature(名称="あ"), feature(None, 名称="い")))
FILES: Mapping[str, Callable[[Path], object]] = {
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".geojsonl": text(LINES),
    ".geojsons": text("\x1e" + LINES.replace("\n", "\n\x1e")),
    ".ndjson": text(LINES),
    ".jsonl": text(LINES),
    ".gpkg": lambda path: FRAME.to_file(path, driver="GPKG"),
    ".sqlite": lambda path: FRAME.to_file(path, driver="SQLite"),
    ".fgb": lambda path: FRAME.to_file(path, driver="FlatGeobuf"),
    ".parquet": FRAME.to_parquet,
    ".geoparquet": FRAME.to_parquet,
    ".shp": a_shapefile,
    ".tab": mapinfo,
    ".mif": mapinfo,
    ".kml": a_fixture("kml/sampler.kml"),
    ".gpx": text('<gpx><wpt lat="35.8" lon="139.6"><name>あ</name></wpt></gpx>'),
    ".esrijson": text(
        '{"geometryType": "esriGeometryPoint", "spatialReference": {"wkid": 6668}, "features": '
        '[{"attributes": {"名称": "あ"}, "geometry": {"x": 139.6, "y": 35.8}}]}'
    ),
    ".topojson": text(
        '{"type": "Topology", "objects": {"s": {"type": "GeometryCollection", "geometries": '
        '[{"type": "Point", "coordinates": [139.6, 35.8], "properties": {"名称": "あ"}}]}}, '
        '"arcs": []}'
    ),
    ".rss": text(RSS),
    ".atom": text(RSS.replace("rss>", "feed>").replace("item>", "entry>")),
    ".citygml": text(CITY),
    ".gml": a_fixture("gml/N03-sample.xml"),
    ".xml": a_fixture("gml/N03-sample.xml"),
    ".csv": separated(","),
    ".tsv": separated("\t"),
    ".txt": separated(","),
    ".xlsx": a_workbook,
    ".xlsm": a_workbook,
}
SUFFIXES = sorted(formats.SUFFIXES)


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


def written(folder: Path, suffix: str) -> Path:
    """A file of the suffix, called as no other, with those that belong to it."""
    folder.mkdir()
    path = folder / f"地点{suffix}"
    FILES[suffix](path)
    return path


def require_same(rows: Rows, alone: Rows) -> None:
    pandas.testing.assert_frame_equal(rows.columns, alone.columns)
    assert [*rows.geometry] == [*alone.geometry]
    assert (rows.path.name, rows.total, rows.crs) == (alone.path.name, alone.total, alone.crs)
    assert kinds(rows) == kinds(alone)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_alone_is_known_by_what_it_holds(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path / "files", suffix)
    rows = read(path)
    assert rows.total > 0
    assert any(shape is not None for shape in rows.geometry)
    assert suffix in format_of(path).suffixes


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_folder_is_read_as_its_file_alone(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path / "files", suffix)
    require_same(read(path.parent), read(path))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_read_as_its_file_alone(tmp_path: Path, suffix: str, compression: int) -> None:
    path = written(tmp_path / "files", suffix)
    members = {f"図/{part.name}": part.read_bytes() for part in path.parent.iterdir()}
    packed = zipped(tmp_path / "a.zip", members, compression)
    require_same(read(packed), read(path))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_url_is_read_as_its_file_alone(tmp_path: Path, host: Host, suffix: str) -> None:
    path = written(tmp_path / "files", suffix)
    (tmp_path / "fetched").mkdir()
    url = host.give(f"/data{suffix}", path.read_bytes())
    download = http.fetch(url, tmp_path / "fetched", private=True)
    assert download is not None
    assert download.path.name == f"data{suffix}"
    alone = path.rename(tmp_path / download.path.name)  # without what belongs to it
    if suffix in sidecars.MAPINFO:
        with pytest.raises(SourceError, match="or a ZIP of them"):
            read(download.path)
        return
    require_same(read(download.path), read(alone))


@pytest.mark.parametrize("suffix", sorted(formats.ARCHIVES))
def test_the_url_of_an_archive_keeps_its_suffix(tmp_path: Path, host: Host, suffix: str) -> None:
    path = zipped(tmp_path / f"a{suffix}", {"a.csv": TABLE})
    url = host.give(f"/data{suffix}", path.read_bytes())
    (tmp_path / "fetched").mkdir()
    download = http.fetch(url, tmp_path / "fetched", private=True)
    assert download is not None
    assert (download.path.name, is_archive(download.path)) == (f"data{suffix}", True)


def test_every_module_that_reads_a_source_is_in_the_table() -> None:
    names = [
        f"{package.__name__}.{module.name}"
        for package in (tables, vector)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    readers = {
        name.removeprefix("layers.sources.")
        for name in names
        if (read_ := getattr(import_module(name), "read", None)) is not None
        and [*inspect.signature(read_).parameters][:2] == ["source", "path"]
    }
    assert readers == {row.reader for row in FORMATS}


def test_no_suffix_is_of_two_formats_and_each_is_in_small_letters() -> None:
    suffixes = [suffix for row in FORMATS for suffix in row.suffixes]
    assert len(suffixes) == len({*suffixes}) == len(FILES)
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)
    assert not formats.ARCHIVES.intersection(suffixes)


def test_a_file_of_none_is_told_the_formats_there_are(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        format_of(put(tmp_path, b"\x00\x01hello", "a.dat"))
    for row in FORMATS:
        assert row.name in str(caught.value)
    assert "{detail}" in MESSAGES["unknown_format"].finding["ja"]


def test_what_most_jobs_read_is_loaded_before_them() -> None:
    assert [*worker.COMMON_READERS] == ["vector.geojson", "vector.shapefile", "tables.delimited"]


@pytest.mark.parametrize("suffix", [".zip", ".csv", ".geojson", ""])
def test_a_zip_that_holds_a_workbook_is_no_workbook(tmp_path: Path, suffix: str) -> None:
    inner = written(tmp_path / "files", ".xlsx")
    members = {"一覧.xlsx": inner.read_bytes()}
    path = zipped(tmp_path / f"a{suffix}", members, zipfile.ZIP_STORED)
    assert is_archive(path)
    assert read(path).columns["名称"].tolist() == ["あ"]


@pytest.mark.parametrize("suffix", [".zip", ".csv", ".txt", ".dat", ""])
@pytest.mark.parametrize("first", ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "xl/"])
def test_a_workbook_is_known_whatever_it_is_called(tmp_path: Path, suffix: str, first: str) -> None:
    inner = written(tmp_path / "files", ".xlsx")
    with zipfile.ZipFile(inner) as package:
        names = sorted(package.namelist(), key=lambda name: not name.startswith(first))
        assert names[0].startswith(first)
        path = zipped(tmp_path / f"a{suffix}", {name: package.read(name) for name in names})
    assert not is_archive(path)
    assert read(path).columns["名称"].tolist() == ["あ"]


@pytest.mark.parametrize("name", ["一覧.csv", "一覧.geojson", "一覧.xlsx"])
def test_a_read_me_beside_a_dataset_is_not_in_its_way(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "files", Path(name).suffix)
    members = {name: path.read_bytes(), "読んでください.txt": "説明です。".encode()}
    rows = read(zipped(tmp_path / "a.zip", members))
    assert (rows.path.name, "chosen" in kinds(rows)) == (name, False)


def test_a_text_table_beside_another_is_read_where_it_is_named(tmp_path: Path) -> None:
    members = {"a.csv": b"x\n", "stops.txt": TABLE}
    rows = read(zipped(tmp_path / "a.zip", members), sublayer="stops")
    assert rows.path.name == "stops.txt"
    assert rows.total == 1


def test_of_several_text_tables_the_sublayer_chooses(tmp_path: Path) -> None:
    members = {"routes.txt": b"route_id\n1\n", "stops.txt": TABLE}
    with pytest.raises(SourceError, match=r"wanted one of routes\.txt, stops\.txt"):
        read(zipped(tmp_path / "a.zip", members))
    assert read(tmp_path / "a.zip", sublayer="stops.txt").total == 1


def test_of_a_timetable_in_gtfs_the_stops_are_chosen_by_name(tmp_path: Path) -> None:
    members = {
        "agency.txt": "agency_id,agency_name\n1,市\n",
        "routes.txt": "route_id,route_long_name\n1,循環\n",
        "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon\n1,35.8,139.6\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n1,駅前,35.8,139.6\n",
    }
    path = zipped(tmp_path / "a.zip", {name: text.encode() for name, text in members.items()})
    with pytest.raises(
        SourceError, match=r"agency\.txt, routes\.txt, shapes\.txt, stops"
    ) as caught:
        read(path)
    assert "source.sublayer" in caught.value.message("ja")
    assert read(path, sublayer="stops").columns["stop_name"].tolist() == ["駅前"]


@pytest.mark.parametrize("name", ["a.xls", "a.xlsb", "a.ods"])
def test_a_workbook_of_another_kind_is_told_how_to_be_saved(tmp_path: Path, name: str) -> None:
    members = {name: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100}
    (tmp_path / "folder").mkdir()
    alone = put(tmp_path / "folder", members[name], name)
    for path in (alone, alone.parent, zipped(tmp_path / "a.zip", members)):
        with pytest.raises(SourceError, match=r"Save it again in Excel as \.xlsx"):
            read(path)
