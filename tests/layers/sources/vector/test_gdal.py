"""GeoPackage, FlatGeobuf and GeoParquet; real files of every format by an independent count."""

from __future__ import annotations

import csv
import json
import os
import struct
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pyarrow
import pyarrow.parquet
import pyogrio
import pytest
import shapely

from layers.errors import SourceError
from layers.process.sandbox import Sandbox
from layers.publish import jobs
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import collection, feature, missing, put, read

FRAME = geopandas.GeoDataFrame(
    {"名称": ["あ", "い"]},
    geometry=shapely.from_wkt(np.array(["POINT (139.6 35.8)", None], dtype=object)),
    crs="EPSG:6668",
)


def test_a_geopackage_gives_its_one_spatial_table(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(FRAME, path, layer="避難所")
    pyogrio.write_dataframe(FRAME[["名称"]], path, layer="layer_styles")
    rows = read(path)
    assert rows.columns["名称"].tolist() == ["あ", "い"]
    assert rows.columns["fid"].tolist() == [1, 2]
    assert (rows.crs and rows.crs.to_epsg(), missing(rows)) == (6668, [2])
    pyogrio.write_dataframe(FRAME, path, layer="消防")
    with pytest.raises(
        SourceError, match=r"source.sublayer is missing; wanted one of 避難所, 消防"
    ):
        read(path)
    assert read(path, sublayer="消防").total == 2
    with pytest.raises(SourceError, match="a file with geometry"):
        read(path, sublayer="layer_styles")


def test_flatgeobuf_is_read_and_a_name_with_a_colon_is_only_a_name(tmp_path: Path) -> None:
    pyogrio.write_dataframe(FRAME.iloc[:1], tmp_path / "a.fgb", driver="FlatGeobuf")
    path = (tmp_path / "a.fgb").rename(tmp_path / "PG:host=evil.zip!a.fgb")
    rows = read(path)
    assert (rows.total, rows.columns["名称"].tolist()) == (1, ["あ"])


@pytest.mark.parametrize(("name", "driver"), [("a.fgb", "FlatGeobuf"), ("a.gpkg", "GPKG")])
def test_a_file_in_two_halves_is_read_as_the_whole_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, driver: str
) -> None:
    points = [None if n % 7 == 0 else shapely.Point(139.6 + n / 100, 35.8) for n in range(25)]
    frame = geopandas.GeoDataFrame(
        {
            "名称": [f"第{n}" if n < 12 else None for n in range(25)],
            "可否": pandas.array([None if n == 20 else n % 2 == 0 for n in range(25)], "boolean"),
            "番号": pandas.array([None if n == 3 else n for n in range(25)], "Int64"),
        },
        geometry=np.array(points, dtype=object),
        crs="EPSG:6668",
    )
    pyogrio.write_dataframe(frame, tmp_path / name, driver=driver, SPATIAL_INDEX="NO")
    whole = read(tmp_path / name)
    monkeypatch.setattr("layers.sources.vector.gdal.MANY", 25)
    halves = read(tmp_path / name)
    pandas.testing.assert_frame_equal(halves.columns, whole.columns)
    assert missing(halves) == missing(whole) == [1, 8, 15, 22]
    assert [*halves.geometry] == [*whole.geometry]
    assert halves.numbers.tolist() == [*range(1, 26)]
    assert whole.columns["名称"].tolist()[:12] == [f"第{n}" for n in range(12)]
    assert whole.columns["可否"].tolist()[18:22] == [True, False, None, False]


@pytest.mark.parametrize("name", ["a.fgb", "a.gpkg", "a.geojson"])
def test_whole_numbers_beside_a_gap_keep_their_digits(tmp_path: Path, name: str) -> None:
    large = 2**53 + 1
    frame = geopandas.GeoDataFrame(
        {"番号": pandas.array([large, None, 3], "Int64")},
        geometry=[shapely.Point(139.6, 35.8)] * 3,
        crs="EPSG:6668",
    )
    pyogrio.write_dataframe(frame, tmp_path / name)
    cells = read(tmp_path / name).columns["番号"].tolist()
    assert [None if cell is None else int(cell) for cell in cells] == [large, None, 3]


def test_pictures_in_a_column_are_read_as_bytes_and_a_gap_as_none(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n"
    frame = FRAME.assign(写真=pandas.Series([picture, None], dtype=object))
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg", use_arrow=True)
    rows = read(tmp_path / "a.gpkg")
    assert rows.columns["写真"].tolist() == [picture, None]
    assert (str(rows.columns["写真"].dtype), missing(rows)) == ("object", [2])


@pytest.mark.parametrize(("name", "driver"), [("a.fgb", "FlatGeobuf"), ("a.gpkg", "GPKG")])
def test_text_that_is_no_utf8_is_reported_and_no_row_is_lost(
    city: SmallCity, name: str, driver: str
) -> None:
    frame = geopandas.GeoDataFrame(
        {"名称": ["AED", "ABCDEFGH", "T3"]},
        geometry=[shapely.Point(139.1 + n / 100, 35.1) for n in range(3)],
        crs="EPSG:6668",
    )
    path = city.data / name
    pyogrio.write_dataframe(frame, path, driver=driver, SPATIAL_INDEX="NO")
    path.write_bytes(path.read_bytes().replace(b"ABCDEFGH", "消火栓位".encode("cp932")))
    text = "\ufffd\ufffd\ufffdΐ\ufffd\ufffd\ufffd"
    assert read(path).columns["名称"].tolist() == ["AED", text, "T3"]
    city.declare("points", f'path = "{name}"')
    layer = city.open().layer("points")
    (problem,) = layer.revision.report.problems
    assert (layer.feature_count, problem.kind, problem.row) == (3, "undecodable", 2)
    assert read(path, encoding="cp932").columns.iloc[1, -1] == "消火栓位"


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_is_read_in_both_encodings(tmp_path: Path, encoding: Any) -> None:
    path = tmp_path / "a.parquet"
    FRAME.to_parquet(path, geometry_encoding=encoding)
    rows = read(path)
    assert rows.columns["名称"].tolist() == ["あ", "い"]
    assert (rows.crs and rows.crs.to_epsg(), missing(rows)) == (6668, [2])


def test_geoparquet_says_its_crs_or_it_is_crs84(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pyarrow.table({"geometry": shapely.to_wkb([shapely.Point(139.6, 35.8)]).tolist()})
    cases: list[tuple[dict[str, Any], str | None]] = [({}, "OGC:CRS84"), ({"crs": None}, None)]
    for said, expected in cases:
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [], **said}
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        written = table.replace_schema_metadata({"geo": json.dumps(geo)})
        pyarrow.parquet.write_table(written, path)
        rows = read(path)
        assert (rows.crs and rows.crs.to_string()) == expected


def test_a_broken_geometry_in_parquet_is_a_reported_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    FRAME.to_parquet(path)
    table = pyarrow.parquet.read_table(path)
    broken = table.set_column(1, "geometry", pyarrow.array([b"\x01\x02", None], pyarrow.binary()))
    pyarrow.parquet.write_table(broken, path)
    rows = read(path)
    assert (missing(rows), list(rows.unplaced)) == ([1, 2], [1])


def test_parquet_without_geo_metadata_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)
    with pytest.raises(SourceError, match="Parquet without geo metadata"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.geojson", b"", "There is nothing in"),
        ("a.csv", b"\xef\xbb\xbf", "header|There is nothing in"),
        ("a.shp", b"\0" * 100, "There is nothing in"),
        ("a.gpkg", b"hello", "of an unknown kind"),
        ("a.geojson.gz", b"\x1f\x8b\x08", "packed with gzip"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 100, "damaged, or ends early"),
        ("a.fgb", b"fgb\x03fgb\0" + b"\xff" * 100, "damaged, or ends early"),
        ("a.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1", "damaged, or ends early"),
        ("a.shp", b"\0\0\x27\x0a" + b"\xff" * 200, "it cannot be made from the .shp"),
        ("a.xml", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "wanted"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = put(tmp_path, content, name)
    with pytest.raises(SourceError, match=said) as error:
        read(path, **({"longitude": "a", "latitude": "b"} if name.endswith(".csv") else {}))
    assert str(error.value).startswith(name)
    assert "/tmp" not in str(error.value)


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".csv", ".zip"])
def test_a_wrong_suffix_does_no_harm(tmp_path: Path, suffix: str) -> None:
    assert read(put(tmp_path, collection(feature()), f"a{suffix}")).total == 1


def test_a_folder_that_is_no_dataset_is_refused(city: SmallCity) -> None:
    (city.data / "photos").mkdir()
    (city.data / "photos" / "a.jpg").write_bytes(b"\xff\xd8")
    city.declare("photos", 'path = "photos"')
    assert "There is no dataset in 'photos'" in city.open().broken["photos"]


def test_a_reader_that_crashes_is_named_and_breaks_no_other_layer(
    city: SmallCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = {"type": "Point", "coordinates": [139.1, 35.1]}
    city.put("good.geojson", collection(feature(point, 名称="あ")))
    columns = {"名称": ["い"], "geometry": [shapely.Point(139.1, 35.1)]}
    geopandas.GeoDataFrame(columns, crs="EPSG:4326").to_file(city.data / "bad.gpkg")
    city.declare("good", 'path = "good.geojson"')
    city.open()
    # A real crash in the child: importing fiona there ends it, as a fault in GDAL would.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Crash:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'fiona':\n"
        "            os.kill(os.getpid(), signal.SIGSEGV)\n"
        "sys.meta_path.insert(0, Crash())\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    city.declare("bad", 'path = "bad.gpkg"')
    catalog = city.open(Sandbox())
    assert "bad.gpkg: The reader was stopped" in catalog.broken["bad"]
    assert "SIGSEGV" in catalog.broken["bad"]
    assert catalog.layer("good").feature_count == 1


def test_a_file_that_changes_while_it_is_read_is_refused(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = {"type": "Point", "coordinates": [139.1, 35.1]}
    path = city.put("a.geojson", collection(feature(point, 名称="あ")))
    city.declare("points", 'path = "a.geojson"')
    copy = jobs.shutil.copyfile  # type: ignore[attr-defined]

    def changing(source: Path, target: Path) -> None:
        copy(source, target)
        if source == path:
            path.write_text(collection(feature(point, 名称="い")), encoding="utf-8")
            os.utime(path, ns=(1, 1))

    monkeypatch.setattr(jobs.shutil, "copyfile", changing)  # type: ignore[attr-defined]
    assert "a.geojson changed while it was read; try again" in city.open().broken["points"]

    def vanishing(source: Path, target: Path) -> None:
        path.unlink(missing_ok=True)
        copy(source, target)

    monkeypatch.setattr(jobs.shutil, "copyfile", vanishing)  # type: ignore[attr-defined]
    assert "points" in city.open().broken


def rows_in(path: Path) -> int:
    """Rows of a file, counted without any code of the project's or GDAL's."""
    if path.suffix == ".shp":
        (records,) = struct.unpack("<I", path.with_suffix(".dbf").read_bytes()[4:8])
        return int(records)
    if path.suffix in (".geojson", ".json"):
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(document, list):
            return len(document)
        return len(document.get("features", [document]))
    return sum(any(record) for record in csv.reader(text_of(path).splitlines(keepends=True))) - 1


def text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932")


NO_POSITIONS = ("abr_towns_kana_roma.csv", "postcodes_kana.csv", "postcodes_offices.csv")
POSITIONS = (("経度", "緯度"), ("lng", "lat"), ("x", "y"), ("X", "Y"))


@pytest.mark.shared
def test_every_real_file_has_the_rows_of_an_independent_count(shared: Path) -> None:
    files = [
        path
        for folder in ("yaizu", "asaka")
        for path in sorted((shared / folder).rglob("*"))
        if path.suffix in (".shp", ".geojson", ".json", ".csv")
        and path.name not in ("attributes.csv", *NO_POSITIONS)
    ]
    assert len(files) >= 35
    for path in files:
        try:
            rows = read(path)
        except SourceError as error:
            if error.key != "source.longitude":
                raise
            text = text_of(path)
            longitude, latitude = next(pair for pair in POSITIONS if pair[0] in text)
            rows = read(path, longitude=longitude, latitude=latitude, crs="EPSG:6668")
        assert rows.total == rows_in(path), path
        left_out = sum(problem.rows_left_out for problem in rows.problems)
        assert len(rows.numbers) + left_out == rows.total, path
        text = " ".join(map(str, rows.columns.to_numpy().ravel()))
        assert "\ufffd" not in text, path


@pytest.mark.shared
def test_a_folder_of_real_data_is_its_shapefile(shared: Path) -> None:
    for path in sorted((shared / "yaizu").glob("*/*.shp")):
        assert read(path.parent).total == rows_in(path)
