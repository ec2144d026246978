"""GeoJSON as cities write it, in each of its forms and with each of its mistakes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas
import pyogrio
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from layers.errors import SourceError
from layers.sources.vector import json_stream
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import (
    POINT,
    collection,
    feature,
    found,
    kinds,
    missing,
    put,
    read,
)

TWO_POINTS = {"type": "Polygon", "coordinates": [[[139.6, 35.8], [139.7, 35.8]]]}
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


def test_an_id_beside_a_feature_without_keeps_its_digits(tmp_path: Path) -> None:
    one, none = {**feature(a=1), "id": 2**53 + 1}, feature(a=2)
    assert read(put(tmp_path, collection(one, none))).columns["id"].tolist() == [2**53 + 1, None]


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
        ('{"type": "Topology", "objects": {}}', "without features"),
        ('{"error": {"code": 400}}', "neither features nor a list of records .its members: error"),
        ('{"features": [{"a": {}}]}', "type is 'None'; wanted GeoJSON"),
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
    monkeypatch.setattr(json_stream, "LONGEST", 3 << 20)
    path = put(tmp_path, '{"type": "FeatureCollection", "features": ["' + "a" * (8 << 20))
    with pytest.raises(SourceError, match="one value without end"):
        read(path)


@pytest.mark.parametrize("longest_line", [20, 100, 1 << 20])
def test_features_larger_than_what_is_read_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longest_line: int
) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", 7)
    monkeypatch.setattr(json_stream, "LONGEST_LINE", longest_line)
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


@pytest.mark.parametrize("stray", ["", ",\n7"])
@pytest.mark.parametrize("gap", [", ", ",\n"])
@pytest.mark.parametrize(
    "values", [[2**53 + 1, None], [2**53 + 1, 1.5], [12345678901234567890123, 1], [True, None]]
)
def test_values_are_what_the_file_says(
    tmp_path: Path, values: list[object], gap: str, stray: str
) -> None:
    written = gap.join(json.dumps(feature(値=value)) for value in values)
    content = f'{{"type": "FeatureCollection", "features": [\n{written}{stray}\n]}}'
    cells = read(put(tmp_path, content)).columns["値"].tolist()
    assert cells == values
    assert [*map(type, cells)] == [*map(type, values)]


@pytest.mark.parametrize("value", [[10**20 + 1], {"a": [10**20 + 1]}, [[[[[[10**20 + 1]]]]]]])
def test_whole_numbers_in_lists_keep_their_digits(tmp_path: Path, value: object) -> None:
    written = f'{{"type": "FeatureCollection", "features": [\n{json.dumps(feature(値=value))}\n]}}'
    assert read(put(tmp_path, written)).columns["値"].tolist() == [json.dumps(value)]


def test_columns_have_the_type_of_all_their_values(tmp_path: Path) -> None:
    one = feature(text="あ", whole=1, half=1, flag=True, late=None)
    two = feature(text=None, whole=2, half=0.5, flag=False, late=None)
    columns = read(put(tmp_path, collection(one, two, feature(late="い")))).columns
    assert columns["late"].tolist()[-1] == "い"
    assert columns["whole"].tolist()[:2] == [1, 2]
    assert {name: str(dtype) for name, dtype in columns.dtypes.items()} == {
        "text": "str", "whole": "object", "half": "float64", "flag": "object", "late": "str",
    }  # fmt: skip


def test_half_a_pair_of_surrogates_is_a_reported_cell(city: SmallCity) -> None:
    half = collection(feature(名称="い"), feature(名称="あ7777")).replace("7777", "\\ud800")
    city.put("a.geojson", half)
    city.declare("points", 'path = "a.geojson"')
    report = city.open().layer("points").revision.report
    assert ("undecodable", 2) in [(problem.kind, problem.row) for problem in report.problems]


def test_a_feature_written_without_properties_has_its_other_members(tmp_path: Path) -> None:
    bare = {"type": "Feature", "geometry": POINT, "bbox": [0, 0, 1, 1], "名称": "あ"}
    columns = read(put(tmp_path, collection(bare))).columns
    assert columns.to_dict("list") == {"名称": ["あ"]}


def test_a_sublayer_of_geojson_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"source.sublayer is 'x'"):
        read(put(tmp_path, collection(feature())), sublayer="x")


RING = st.lists(
    st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=8, unique=True
)
POLYGON = st.lists(RING, min_size=1, max_size=3)


@settings(deadline=None)
@given(st.lists(POLYGON, min_size=1, max_size=3), st.booleans(), st.sampled_from([2, 3, 4]))
def test_polygons_are_those_of_an_independent_reader(
    polygons: list[list[list[tuple[float, float]]]], closed: bool, width: int
) -> None:
    rest = (7.0,) * (width - 2)
    coordinates = [
        [
            [(*place, *rest) for place in [*ring, *ring[:1]][: None if closed else -1]]
            for ring in rings
        ]
        for rings in polygons
    ]
    with tempfile.TemporaryDirectory() as folder:
        several = {"type": "MultiPolygon", "coordinates": coordinates}
        path = put(Path(folder), collection(feature(several)))
        (geometry,) = read(path).geometry
    expected = shapely.multipolygons([shapely.Polygon(shell, holes) for shell, *holes in polygons])
    assert [*shapely.get_parts(geometry)] == [*shapely.get_parts(expected)]


@pytest.mark.shared
def test_real_files_are_read_as_gdal_reads_them(shared: Path) -> None:
    paths = sorted(shared.rglob("*.geojson"))
    assert len(paths) >= 5
    for path in paths:
        rows, theirs = read(path), pyogrio.read_dataframe(path)
        flat = shapely.force_2d(theirs.geometry.array)
        for one, other in zip(rows.geometry, flat, strict=True):
            assert [*shapely.get_parts(one)] == [*shapely.get_parts(other)]
        for name in theirs.columns.drop("geometry"):
            ours = rows.columns[name].astype(object)
            pandas.testing.assert_series_equal(ours, theirs[name].astype(object), obj=path.name)


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_types_in_another_case_are_read_and_counted(
    tmp_path: Path, case: Callable[[str], str]
) -> None:
    lines = {"type": case("LineString"), "coordinates": [[139.6, 35.8], [139.7, 35.8]]}
    both = {"type": case("GeometryCollection"), "geometries": [lines]}
    features = [
        {**feature(shape, 名称="あ"), "type": case("Feature")} for shape in (POINT, lines, both)
    ]
    path = put(tmp_path, collection(*features, feature()))
    rows = read(path)
    assert [shape.geom_type for shape in rows.geometry] == [
        "Point", "LineString", "LineString", "Point",
    ]  # fmt: skip
    assert found(rows) == [("types_respelled", None, None, "3")]


RECORDS = [
    {"name": "第一", "lat": 34.87, "lon": 138.32},
    {"name": "第二", "lat": 34.86, "lon": 138.3},
]


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"updated": "2026-04-01", "shelters": RECORDS}, "shelters"),
        ({"success": True, "result": {"total": 2, "records": RECORDS}}, "result.records"),
        ({"shelters": RECORDS, "links": [], "tags": ["a"]}, "shelters"),
        ({"data": {"features": [feature(name="第一"), feature(name="第二")]}}, "data.features"),
    ],
)
def test_the_one_list_in_an_object_is_read_and_named(
    tmp_path: Path, document: object, name: str
) -> None:
    path = put(tmp_path, json.dumps(document), "a.json")
    rows = read(path)
    assert rows.columns["name"].tolist() == ["第一", "第二"]
    assert rows.numbers.tolist() == [1, 2]
    assert found(rows)[0] == ("list_in_object", None, None, name)
    assert None not in [*rows.geometry]


def test_of_several_lists_the_sublayer_chooses_or_they_are_named(tmp_path: Path) -> None:
    path = put(tmp_path, json.dumps({"a": RECORDS[:1], "b": {"c": RECORDS}}), "a.json")
    for sublayer in (None, "c"):
        with pytest.raises(SourceError, match=r"wanted one of a, b\.c") as caught:
            read(path, sublayer=sublayer)
        assert caught.value.key == "source.sublayer"
    assert (read(path, sublayer="a").total, read(path, sublayer="b.c").total) == (1, 2)


def test_a_list_alone_has_no_sublayer(tmp_path: Path) -> None:
    path = put(tmp_path, json.dumps(RECORDS), "a.json")
    with pytest.raises(SourceError, match="wanted no sublayer"):
        read(path, sublayer="a")
