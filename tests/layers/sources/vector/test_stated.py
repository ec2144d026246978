"""What a service states of the number of features is compared with those that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from layers.errors import SourceError
from tests.layers.city import SmallCity, check_reports
from tests.layers.sources.geodata import collection, feature, found, put, read

GML = (
    '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:a="http://a"'
    ' xmlns:gml="http://www.opengis.net/gml/3.2" {attributes}><wfs:member><a:place><a:name>あ'
    "</a:name><gml:Point><gml:pos>139.6 35.8</gml:pos></gml:Point></a:place></wfs:member>"
    "</wfs:FeatureCollection>"
)


def of_service(folder: Path, suffix: str, **members: Any) -> Path:
    """A collection of one feature."""
    if suffix == ".geojson":
        return put(folder, collection(feature(名称="あ"), **members))
    attributes = " ".join(f'{name}="{value}"' for name, value in members.items())
    return put(folder, GML.format(attributes=attributes), "a.gml")


@pytest.mark.parametrize("suffix", [".geojson", ".gml"])
@pytest.mark.parametrize("name", ["numberReturned", "numberOfFeatures"])
def test_fewer_features_than_were_given_are_refused(tmp_path: Path, suffix: str, name: str) -> None:
    with pytest.raises(SourceError, match="states 3 rows and holds 1"):
        read(of_service(tmp_path, suffix, **{name: 3}))


@pytest.mark.parametrize("suffix", [".geojson", ".gml"])
@pytest.mark.parametrize("name", ["numberMatched", "totalFeatures"])
def test_a_page_of_all_is_said_to_be_one(tmp_path: Path, suffix: str, name: str) -> None:
    rows = read(of_service(tmp_path, suffix, **{name: 1200, "numberReturned": 1}))
    assert found(rows) == [("part_of_all", None, None, "1200")]
    assert (rows.total, len(rows.numbers), rows.problems[0].rows_left_out) == (1200, 1, 1199)
    assert "1200件ありますが、このファイルには1件しかありません" in rows.problems[0].message("ja")
    assert rows.problems[0].loses_ground


@pytest.mark.parametrize("members", [
    {"exceededTransferLimit": True},
    {"properties": {"exceededTransferLimit": True}},
])  # fmt: skip
def test_a_limit_that_was_reached_is_said(tmp_path: Path, members: dict[str, Any]) -> None:
    rows = read(of_service(tmp_path, ".geojson", **members))
    assert found(rows) == [("transfer_limit", None, None, "exceededTransferLimit")]
    assert rows.problems[0].loses_ground


@pytest.mark.parametrize("suffix", [".geojson", ".gml"])
@pytest.mark.parametrize("number", [1, 0, "unknown", "", -3, "9" * 5000])
def test_what_agrees_or_is_no_number_is_passed_over(
    tmp_path: Path, suffix: str, number: object
) -> None:
    members = dict.fromkeys(("numberMatched", "numberReturned"), number)
    assert found(read(of_service(tmp_path, suffix, **members))) == []


def test_every_feature_of_the_service_is_in_the_report(city: SmallCity) -> None:
    of_service(city.data, ".geojson", numberMatched=5)
    city.declare("places", 'path = "a.geojson"')
    (report,) = check_reports(city.definitions, city.data)
    assert (report.rows, report.features, report.rows_left_out) == (5, 1, 4)
