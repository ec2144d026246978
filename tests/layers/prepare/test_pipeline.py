"""From a file to a revision: what is left out is reported, what is wrong is named."""

from __future__ import annotations

import json

import pytest
from pyproj import Geod

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.errors import LayerUnavailable, UnknownLayer
from layers.report import Problem
from tests.layers.city import SQUARE, SmallCity, check_reports, feature_collection, polygon

CSV_SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
HEADER = "名称,緯度,経度\n"


def opened(city: SmallCity, layer_id: str = "points") -> Layer:
    return city.open().layer(layer_id)


def problems(layer: Layer) -> list[tuple[str, int | None]]:
    found = layer.revision.report.problems
    return [(p.kind, p.row) for p in found if not p.kind.startswith("encoding_")]


def errors(city: SmallCity, catalog: Catalog, layer_id: str) -> str:
    """Why a layer is broken; the same that `bosai check` says."""
    (report,) = check_reports(city.definitions, city.data, [layer_id])
    (problem,) = [problem for problem in report.problems if problem.severity == "error"]
    assert catalog.broken[layer_id] == problem.message("en")
    return catalog.broken[layer_id]


def test_rows_without_a_usable_position_are_left_out_one_by_one(city: SmallCity) -> None:
    city.put(
        "points.csv",
        HEADER
        + "ある,35.1,139.1\nない,,\n字,北緯不明,139.1\n海外,35.1,1390\n全角,３５．１,139.1\n",
    )
    city.declare("points", CSV_SOURCE)
    layer = opened(city)
    report = layer.revision.report
    assert (report.rows, report.features, report.rows_left_out) == (5, 2, 3)
    assert sorted(problems(layer)) == [("coordinate", 4), ("no_geometry", 3), ("off_the_earth", 5)]
    assert layer.revision.features()["source_row"].tolist() == [2, 6]


def test_a_row_number_is_the_one_a_spreadsheet_shows(city: SmallCity) -> None:
    city.put("points.csv", HEADER + '"二行に\nわたる",35.1,139.1\n\nない,,\n')
    city.declare("points", CSV_SOURCE)
    assert problems(opened(city)) == [("no_geometry", 4)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_is_read_in_the_encodings_of_the_field(city: SmallCity, encoding: str) -> None:
    city.put("points.csv", HEADER + "①～髙﨑,35.1,139.1\n", encoding)
    city.declare("points", CSV_SOURCE)
    assert opened(city).revision.features()["name"].tolist() == ["①～髙﨑"]


def test_a_column_of_the_wrong_type_loses_the_value_not_the_row(city: SmallCity) -> None:
    city.put("points.csv", "名称,数,緯度,経度\nあ,約3,35.1,139.1\n")
    words = '[fields.count]\ntitle = { ja = "数", en = "Count" }\ncolumn = "数"\ntype = "integer"'
    city.declare("points", CSV_SOURCE, fields=words)
    layer = opened(city)
    assert layer.feature_count == 1
    assert problems(layer) == [("integer", 2)]


def test_geometries_of_another_kind_and_none_at_all_are_reported(city: SmallCity) -> None:
    point: dict[str, object] = {"type": "Point", "coordinates": [139.1, 35.1]}
    text = feature_collection(
        (polygon(SQUARE), {"名称": "面"}),
        (None, {"名称": "なし"}),
        (polygon(SQUARE), {"名称": "面2"}),
        (point, {"名称": "点"}),
    )
    city.put("areas.geojson", text)
    city.declare("areas", 'path = "areas.geojson"')
    assert sorted(problems(opened(city, "areas"))) == [("geometry_type", 4), ("no_geometry", 2)]


def test_an_invalid_polygon_is_repaired_and_said_so(city: SmallCity) -> None:
    bow = [[139.0, 35.0], [139.1, 35.1], [139.1, 35.0], [139.0, 35.1], [139.0, 35.0]]
    city.put("areas.geojson", feature_collection((polygon(bow), {"名称": "蝶"})))
    city.declare("areas", 'path = "areas.geojson"')
    layer = opened(city, "areas")
    assert problems(layer) == [("repaired", 1)]
    assert layer.revision.features().geometry.is_valid.all()


def test_the_same_place_in_another_crs_is_the_same_place(city: SmallCity) -> None:
    # Zone IX (EPSG:6677) counts from 36°N 139°50'E; on its meridian every metre is 0.9999 long.
    north = -0.9999 * Geod(ellps="GRS80").inv(139 + 50 / 60, 36, 139 + 50 / 60, 35)[2]
    city.put("points.csv", f"名称,Y,X\n原点の南,{north},0\n")
    city.declare(
        "points", 'path = "points.csv"\ncrs = "EPSG:6677"\nlongitude = "X"\nlatitude = "Y"'
    )
    (place,) = opened(city).revision.features().geometry
    assert place.coords[0] == pytest.approx((139 + 50 / 60, 35.0), abs=1e-9)


BAD = [
    ('path = "gone.csv"', "source.path", "gone.csv"),
    ('path = "../secret.csv"', "source.path", "inside the data folder"),
    (CSV_SOURCE.replace("6668", "999999"), "source.crs", "EPSG:999999"),
    (CSV_SOURCE.replace("経度", "東経"), "source.longitude", "東経"),
    (CSV_SOURCE + '\nencoding = "klingon"', "source.encoding", "klingon"),
    (CSV_SOURCE + '\nencoding = "ascii"', "source.encoding", "ascii"),
    (CSV_SOURCE + '\nid = "番号"', "source.id", "番号"),
    (CSV_SOURCE + '\nencodng = "x"', "source.encodng", "Did you mean “encoding”?"),
]


@pytest.mark.parametrize(("source", "key", "said"), BAD)
def test_a_layer_that_cannot_be_read_says_why_and_breaks_no_other(
    city: SmallCity, source: str, key: str, said: str
) -> None:
    city.put("points.csv", HEADER + "あ,35.1,139.1\n")
    city.declare("points", CSV_SOURCE)
    city.declare("bad", source)
    catalog = city.open()
    why = errors(city, catalog, "bad")
    assert key in why
    assert said in why
    assert str(city.data) not in why
    assert catalog.layer("points").feature_count == 1
    with pytest.raises(LayerUnavailable, match="bad"):
        catalog.layer("bad")


def test_a_column_that_is_not_there_is_named_with_those_that_are(city: SmallCity) -> None:
    city.put("points.csv", HEADER + "あ,35.1,139.1\n")
    words = '[fields.kind]\ntitle = { ja = "種", en = "Kind" }\ncolumn = "種別"'
    city.declare("points", CSV_SOURCE, fields=words)
    why = errors(city, city.open(), "points")
    assert "fields.kind.column is '種別'" in why
    assert "名称, 緯度, 経度" in why


def test_a_hazard_layer_without_coverage_is_refused(city: SmallCity) -> None:
    city.declare("flood", 'path = "a.geojson"', group="disaster", top='hazard = "洪水"')
    assert "is missing" in errors(city, city.open(), "flood")


def test_a_group_the_city_does_not_have_is_refused(city: SmallCity) -> None:
    city.declare("points", CSV_SOURCE, group="sports")
    assert "group is 'sports'; wanted one of the groups" in errors(city, city.open(), "points")


def test_a_file_that_is_no_geodata_is_refused(city: SmallCity) -> None:
    city.put("areas.geojson", "{")
    city.declare("areas", 'path = "areas.geojson"')
    assert "areas.geojson" in errors(city, city.open(), "areas")


def test_an_unknown_layer_is_unknown(city: SmallCity) -> None:
    with pytest.raises(UnknownLayer, match=r"\.\./\.\./etc/passwd"):
        city.open().layer("../../etc/passwd")


def test_a_report_reads_back_and_speaks_both_languages(city: SmallCity) -> None:
    city.put("points.csv", HEADER + "字,北緯不明,139.1\n")
    city.declare("points", CSV_SOURCE)
    (report,) = check_reports(city.definitions, city.data)
    problems = json.loads(json.dumps(report.to_json()))["problems"]
    (problem,) = [problem for problem in problems if problem["row"] is not None]
    assert problem["row"] == 2
    assert problem["column"] == "緯度"
    assert problem["value"] == "北緯不明"
    assert "座標「北緯不明」" in problem["message"]
    assert "'北緯不明' is no number" in problem["message"]
    assert "left out" in problem["action"]
    assert not (city.home / "revisions").exists()


def test_every_kind_of_problem_has_words_in_both_languages() -> None:
    from layers.messages import MESSAGES

    for kind in MESSAGES:
        problem = Problem("note", kind, value="v", detail="d")
        assert problem.message("ja")
        assert problem.action("ja")
        assert problem.message("en")
        assert problem.action("en")
