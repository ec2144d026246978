"""GeoJSON, GeoPackage, FlatGeobuf and GeoParquet; real files by an independent count."""

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

from layers import child, store
from layers.errors import SourceError
from layers.forks import Forks
from layers.sources import geojson
from layers.sources.rows import Rows
from tests.layers.city import SmallCity
from tests.layers.geodata import POINT, collection, feature, found, kinds, read

FRAME = geopandas.GeoDataFrame(
    {"名称": ["あ", "い"]},
    geometry=shapely.from_wkt(np.array(["POINT (139.6 35.8)", None], dtype=object)),
    crs="EPSG:6668",
)
TWO_POINTS = {"type": "Polygon", "coordinates": [[[139.6, 35.8], [139.7, 35.8]]]}


def put(tmp_path: Path, content: str | bytes, name: str = "a.geojson") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def missing(rows: Rows) -> list[int]:
    return [int(n) for n, s in zip(rows.numbers, rows.geometry, strict=True) if s is None]


LINES = [json.dumps(feature(n=number), ensure_ascii=False) for number in range(3)]


@pytest.mark.parametrize(
    ("content", "total"),
    [
        (json.dumps(POINT), 1),
        (json.dumps(feature(名称="あ")), 1),
        (json.dumps(feature(名称="あ"), indent=2), 1),
        (collection(feature(), feature()), 2),
        (collection(), 0),
        ('{"features": [' + LINES[0] + '], "type": "FeatureCollection"}', 1),
        ("\n".join(LINES), 3),
        ("\r\n\r\n".join(LINES) + "\r\n", 3),
        ("".join(f"\x1e{line}\n" for line in LINES), 3),
        ("\ufeff" + collection(feature()), 1),
    ],
)
def test_geojson_in_each_of_its_forms(tmp_path: Path, content: str, total: int) -> None:
    rows = read(put(tmp_path, content, "a.json"))
    assert (rows.total, len(rows.geometry), missing(rows)) == (total, total, [])
    assert rows.crs == "EPSG:4326"


@pytest.mark.parametrize("gap", [", ", ",\n", "\n,", ",\r\n "])
def test_ids_are_exact_however_the_features_are_written(tmp_path: Path, gap: str) -> None:
    ids = [1, 12345678901234567890123, 2.5, "a", 9007199254740993]
    written = gap.join(json.dumps({**feature(a=1), "id": id_}) for id_ in ids)
    content = f'{{"type": "FeatureCollection", "features": [\n{written}\n]}}'
    assert read(put(tmp_path, content)).columns["id"].tolist() == ids


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-16"])
def test_geojson_in_another_encoding_is_decoded_and_said(tmp_path: Path, encoding: str) -> None:
    rows = read(put(tmp_path, collection(feature(名称="消火栓の位置")).encode(encoding)))
    assert rows.columns["名称"].tolist() == ["消火栓の位置"]
    assert kinds(rows) == ["json_encoding"]


def test_coordinates_as_text_are_read_and_said(tmp_path: Path) -> None:
    text = {"type": "Point", "coordinates": ["139.6", "３５．８"]}
    rows = read(put(tmp_path, collection(feature(text, a=1), feature(a=2))))
    assert rows.geometry[0].coords[0] == (139.6, 35.8)
    assert found(rows) == [("coordinates_as_text", None, None, "1")]


@pytest.mark.parametrize(
    "geometry",
    [
        TWO_POINTS,
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["北緯35", "139"]},
        {"type": "Point", "coordinates": {"x": 1}},
        {"type": "Circle", "coordinates": [139, 35]},
        {"type": "LineString", "coordinates": [[139, 35]]},
        {"type": "MultiPolygon", "coordinates": [[[[139, 35], [140, 35]]]]},
        {"type": "Polygon", "coordinates": [139, 35]},
        "POINT (139 35)",
    ],
)
def test_a_broken_geometry_is_a_reported_row_and_the_others_load(
    tmp_path: Path, geometry: object
) -> None:
    rows = read(put(tmp_path, collection(feature(a=1), feature(geometry, a=2), feature(a=3))))
    assert (rows.total, missing(rows)) == (3, [2])
    assert rows.unplaced[2].kind == "broken_geometry"
    assert rows.columns["a"].tolist() == [1, 2, 3]


def test_what_is_no_feature_is_counted_and_keeps_its_row_number(tmp_path: Path) -> None:
    rows = read(put(tmp_path, collection(feature(a=1), None, 5, {"x": 1}, feature(a=2))))
    assert (rows.total, rows.numbers.tolist()) == (5, [1, 5])
    assert [(p.kind, p.row, p.rows_left_out) for p in rows.problems] == [
        ("no_feature", row, 1) for row in (2, 3, 4)
    ]
    assert rows.columns["a"].tolist() == [1, 2]


def test_a_broken_line_of_many_is_a_reported_row(tmp_path: Path) -> None:
    rows = read(put(tmp_path, "\n".join([LINES[0], LINES[1][:-5], LINES[2]])))
    assert (rows.total, rows.numbers.tolist()) == (3, [1, 3])


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 5000])
def test_numbers_that_are_not_finite_are_no_places(city: SmallCity, number: str) -> None:
    features = [
        feature({"type": "Point", "coordinates": [139.1, 35.1]}, 名称="あ"),
        feature({"type": "Point", "coordinates": [7777, 35.1]}, 名称="い"),
    ]
    city.put("a.geojson", collection(*features).replace("7777", number))
    city.declare("points", 'path = "a.geojson"')
    catalog = city.open()
    if "points" in catalog.layers:
        report = catalog.layer("points").revision.report
        assert (report.rows, report.features, report.rows_left_out) == (2, 1, 1)
    else:
        assert "a.geojson" in catalog.broken["points"]


def test_ids_and_nested_values_are_columns(tmp_path: Path) -> None:
    one = {**feature(a={"あ": [1]}, b=[1, 2], d="2022/9/4"), "id": 7}
    two = {**feature(a=None, b=[], d="2022/10/4"), "id": 7}
    rows = read(put(tmp_path, collection(one, two)))
    assert rows.columns["id"].tolist() == [7, 7]
    assert rows.columns["a"].tolist()[0] == '{"あ": [1]}'
    assert rows.columns["b"].tolist() == ["[1, 2]", "[]"]
    assert rows.columns["d"].tolist() == ["2022/9/4", "2022/10/4"]
    assert [name for kind, _, name, _ in found(rows) if kind == "nested"] == ["a", "b"]


def test_a_property_called_geometry_is_not_lost(tmp_path: Path) -> None:
    rows = read(put(tmp_path, collection(feature(geometry="点"), feature(geometry="面"))))
    assert rows.columns["geometry"].tolist() == ["点", "面"]
    assert missing(rows) == []


@pytest.mark.parametrize(
    ("crs", "epsg", "kind"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6677"}}, 6677, None),
        ({"type": "name", "properties": {"name": "EPSG:2451"}}, 2451, None),
        ({"type": "name", "properties": {"name": "平面直角9系"}}, None, "crs_member"),
        (None, None, "crs_member"),
    ],
)
def test_a_crs_member_is_honoured_or_said(
    tmp_path: Path, crs: object, epsg: int | None, kind: str | None
) -> None:
    rows = read(put(tmp_path, collection(feature(), crs=crs)))
    assert (rows.crs and rows.crs.to_epsg()) == epsg
    assert kinds(rows) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"type": "FeatureCollection", "features": [' + LINES[0], "damaged, or ends early"),
        ('{"type": "FeatureCollection", "features": ' + "[" * 10_000, "nested too deeply|damaged"),
        ("[" * 10_000 + "]" * 10_000, "nested too deeply"),
        ('{"type": "Topology", "objects": {}}', "type is 'Topology'"),
        ('{"features": [{"attributes": {}, "geometry": {"x": 1, "y": 2}}]}', "wanted GeoJSON"),
        ("{", "damaged, or ends early"),
        ("{}", "wanted GeoJSON"),
        ('{"a"', "damaged, or ends early"),
        ("{" + LINES[0], "damaged, or ends early"),
    ],
)
def test_json_that_is_no_geojson_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as error:
        read(put(tmp_path, content))
    assert "/" not in str(error.value).replace("CSV", "")


def test_a_value_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "LONGEST", 3 << 20)
    path = put(tmp_path, '{"type": "FeatureCollection", "features": ["' + "a" * (8 << 20))
    with pytest.raises(SourceError, match="one value without end"):
        read(path)


def test_features_larger_than_what_is_read_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geojson, "CHUNK", 7)
    features = [feature(n=number, t="あ" * 50) for number in range(5)]
    assert read(put(tmp_path, collection(*features, note="x" * 30))).total == 5
    assert read(put(tmp_path, "\n".join(map(json.dumps, features)))).total == 5


def test_many_columns_are_read(tmp_path: Path) -> None:
    wide = feature(**{f"c{number}": number for number in range(5000)})
    assert read(put(tmp_path, collection(wide, wide))).columns.shape == (2, 5000)


def test_a_list_of_records_is_a_table_with_rows_from_one(tmp_path: Path) -> None:
    records = [{"town": "本町", "lat": 35.8, "lng": 139.6}, {"town": "岡", "lat": "", "lng": 139}]
    path = put(tmp_path, json.dumps(records), "朝霞市.json")
    rows = read(path, longitude="lng", latitude="lat", crs="EPSG:4326")
    assert rows.numbers.tolist() == [1, 2]
    assert rows.columns["town"].tolist() == ["本町", "岡"]
    assert (list(rows.unplaced), rows.unplaced[2].row) == ([2], 2)
    with pytest.raises(SourceError, match=r"朝霞市\.json"):
        read(path, longitude="x", latitude="y", crs="EPSG:4326")


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
    monkeypatch.setattr("layers.sources.file.MANY", 25)
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
    monkeypatch.setattr(child, "FORKS", Forks("layers.child"))
    city.declare("bad", 'path = "bad.gpkg"')
    catalog = city.open()
    child.FORKS.close()
    assert "bad.gpkg: The reader was stopped" in catalog.broken["bad"]
    assert "SIGSEGV" in catalog.broken["bad"]
    assert catalog.layer("good").feature_count == 1


def test_a_file_that_changes_while_it_is_read_is_refused(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = {"type": "Point", "coordinates": [139.1, 35.1]}
    path = city.put("a.geojson", collection(feature(point, 名称="あ")))
    city.declare("points", 'path = "a.geojson"')
    copy = store.shutil.copyfile  # type: ignore[attr-defined]

    def changing(source: Path, target: Path) -> None:
        copy(source, target)
        if source == path:
            path.write_text(collection(feature(point, 名称="い")), encoding="utf-8")
            os.utime(path, ns=(1, 1))

    monkeypatch.setattr(store.shutil, "copyfile", changing)  # type: ignore[attr-defined]
    assert "a.geojson changed while it was read; try again" in city.open().broken["points"]

    def vanishing(source: Path, target: Path) -> None:
        path.unlink(missing_ok=True)
        copy(source, target)

    monkeypatch.setattr(store.shutil, "copyfile", vanishing)  # type: ignore[attr-defined]
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


POSITIONS = (("経度", "緯度"), ("lng", "lat"), ("x", "y"), ("X", "Y"))


@pytest.mark.shared
def test_every_real_file_has_the_rows_of_an_independent_count(shared: Path) -> None:
    files = [
        path
        for folder in ("yaizu", "asaka")
        for path in sorted((shared / folder).rglob("*"))
        if path.suffix in (".shp", ".geojson", ".json", ".csv") and path.name != "attributes.csv"
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
