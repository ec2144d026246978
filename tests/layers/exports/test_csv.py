"""The CSV holds what the GeoJSON does, and nothing in it runs in a spreadsheet."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.revision.revision import Revision
from tests.layers.city import SmallCity, feature_collection, polygon
from tests.layers.exported import exported

POINTS = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
BEFORE = ["id", "longitude", "latitude", "source_row"]
AFTER = ["source", "licence", "date", "revision", "sample"]


def lines_of(revision: Revision) -> list[dict[str, str]]:
    """The lines by column, read as RFC 4180 says."""
    text = exported(revision, "csv").decode("utf-8-sig")
    return [*csv.DictReader(StringIO(text, newline=""), strict=True)]


def test_every_feature_is_there_with_the_values_of_the_geojson(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        revision = layer.revision
        features = json.loads(exported(revision))["features"]
        for line, feature in zip(lines_of(revision), features, strict=True):
            assert int(line["id"]) == feature["id"]
            for name, value in feature["properties"].items():
                expected = "" if value is None else value
                assert line[name] == (
                    expected if isinstance(expected, str) else json.dumps(expected)
                )
            shape = shapely.geometry.shape(feature["geometry"])
            place = shapely.Point(float(line["longitude"]), float(line["latitude"]))
            assert shapely.distance(shape, place) < 1e-6
            if layer.geometry != "point":
                assert shapely.equals(shapely.from_wkt(line["wkt"]), shape)


def test_the_columns_are_the_fields_between_place_and_credit(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        (header, *_) = csv.reader(StringIO(exported(layer.revision, "csv").decode("utf-8-sig")))
        geometry = [] if layer.geometry == "point" else ["wkt"]
        assert header == [*BEFORE, *layer.definition.public_fields, *geometry, *AFTER]


def test_each_line_says_whose_data_it_is_and_whether_a_sample(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        credit = layer.definition.credit
        for line in lines_of(layer.revision):
            assert line["source"] == credit.attribution["ja"]
            assert line["licence"] == credit.licence["ja"]
            assert line["date"] == credit.date.isoformat()
            assert line["revision"] == layer.revision.id
            assert line["sample"] == ("true" if layer.definition.sample else "false")


def test_it_begins_with_a_byte_order_mark_and_its_lines_end_as_rfc_4180_wants(
    asaka: Catalog,
) -> None:
    content = exported(asaka.layer("hydrants").revision, "csv")
    assert content.startswith("\ufeffid,".encode())
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 589


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_a_text_that_begins_like_a_formula_does_not_run(city: SmallCity, start: str) -> None:
    city.put("points.csv", f'名称,緯度,経度\n"{start}1+1",35.1,139.1\n')
    city.declare("points", POINTS)
    ((line),) = lines_of(city.open().layer("points").revision)
    assert line["name"] == f"'{start}1+1"


def test_quotes_commas_and_line_breaks_stay_in_their_cell(city: SmallCity) -> None:
    names = ['"甲",乙', "一行\n二行", "\u3000普通"]
    written = "".join('"' + name.replace('"', '""') + '",35.1,139.1\n' for name in names)
    city.put("points.csv", "名称,緯度,経度\n" + written)
    city.declare("points", POINTS)
    revision = city.open().layer("points").revision
    assert [line["name"] for line in lines_of(revision)] == revision.features()["name"].tolist()


def test_a_negative_number_stays_a_number(city: SmallCity) -> None:
    city.put("points.csv", "名称,緯度,経度,標高,階\n甲,35.1,139.1,-1.50,-2\n乙,35.1,139.1,,\n")
    fields = """
[fields.height]
title = { ja = "標高", en = "Height" }
column = "標高"
type = "number"

[fields.floor]
title = { ja = "階", en = "Floor" }
column = "階"
type = "integer"
"""
    city.declare("points", POINTS, fields=fields)
    lines = lines_of(city.open().layer("points").revision)
    assert [(line["height"], line["floor"]) for line in lines] == [("-1.5", "-2"), ("", "")]


def test_a_field_keeps_its_name_where_the_file_has_the_same(city: SmallCity) -> None:
    city.put("points.csv", "名称,緯度,経度,標本\n甲,35.1,139.1,はい\n")
    fields = '[fields.sample]\ntitle = { ja = "標本", en = "Sample" }\ncolumn = "標本"\n'
    city.declare("points", POINTS, fields=fields)
    ((line),) = lines_of(city.open().layer("points").revision)
    assert (line["sample"], line["sample_"]) == ("はい", "false")


def test_every_part_of_a_feature_is_in_its_geometry(city: SmallCity) -> None:
    points = [[139.05, 35.05], [139.15, 35.15]]
    places: dict[str, object] = {"type": "MultiPoint", "coordinates": points}
    city.put("places.geojson", feature_collection((places, {"名称": "甲"})))
    city.declare("places", 'path = "places.geojson"')
    rings = [
        [[139.01, 35.01], [139.02, 35.01], [139.02, 35.02], [139.01, 35.01]],
        [[139.05, 35.05], [139.15, 35.05], [139.15, 35.15], [139.05, 35.05]],
    ]
    areas: dict[str, object] = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    city.put("areas.geojson", feature_collection((areas, {"名称": "乙"})))
    city.declare("areas", 'path = "areas.geojson"')
    catalog = city.open()
    ((line),) = lines_of(catalog.layer("places").revision)
    assert shapely.equals(shapely.from_wkt(line["wkt"]), shapely.geometry.shape(places))
    ((line),) = lines_of(catalog.layer("areas").revision)
    assert shapely.equals(shapely.from_wkt(line["wkt"]), shapely.geometry.shape(areas))
    largest = shapely.geometry.shape(polygon(rings[1]))
    place = shapely.Point(float(line["longitude"]), float(line["latitude"]))
    assert shapely.contains(largest, place)
