"""GML of 国土数値情報: features find their geometries by reference, latitude first."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from tests.layers.sources.geodata import read

FIXTURES = Path(__file__).parents[3] / "fixtures" / "gml"
HEAD = (
    '<Dataset xmlns="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">'
)


def dataset(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "a.xml"
    path.write_text(f"{HEAD}{content}</Dataset>", encoding="utf-8")
    return path


def test_a_surface_is_put_together_from_curves_in_both_directions() -> None:
    rows = read(FIXTURES / "N03-sample.xml")
    assert rows.total == 2
    assert rows.crs is not None
    assert rows.crs.to_epsg() == 6668
    area = rows.geometry[0]
    assert area.bounds == (139.0, 35.0, 139.4, 35.4)
    assert area.area == pytest.approx(0.16 - 0.005)  # square degrees, without the hole
    assert len(area.exterior.coords) == 5
    assert rows.columns["cityName"].tolist() == ["朝霞市", "所属未定地"]
    assert rows.columns["administrativeAreaCode"].tolist()[0] == "11227"
    assert "#sf9" in rows.unplaced[2].message("en")
    assert rows.columns["bounds"].tolist()[1] == "#sf9"


def test_shift_jis_is_read_as_cp932_and_nested_values_are_columns() -> None:
    rows = read(FIXTURES / "P20-sample.xml")
    assert rows.encoding == "cp932"
    (record,) = rows.columns.to_dict("records")
    assert record == {
        "administrativeAreaCode": "11227",
        "name": "第①小学校～髙台",
        "seatingCapacity": "-1",
        "earthquakeHazard": "true",
        "notSpecified": "false",
        "established": "1993",
    }
    assert rows.geometry[0].coords[0] == (139.6, 35.8)
    assert rows.crs is not None
    assert rows.crs.to_epsg() == 4612


def test_geometries_within_features_are_read_too(tmp_path: Path) -> None:
    path = dataset(
        tmp_path,
        '<AdmPt gml:id="a"><pos><gml:Point srsName="fguuid:jgd2011.bl"><gml:pos>35.8 139.6'
        "</gml:pos></gml:Point></pos><name>朝霞</name></AdmPt>",
    )
    rows = read(path)
    assert rows.geometry[0].coords[0] == (139.6, 35.8)
    assert rows.columns["name"].tolist() == ["朝霞"]


@pytest.mark.parametrize(
    ("name", "coordinates"),
    [
        ("urn:ogc:def:crs:EPSG::6668", (139.6, 35.8)),
        ("http://www.opengis.net/def/crs/EPSG/0/6668", (139.6, 35.8)),
        ("JGD2011 / (B, L)", (139.6, 35.8)),
        ("TD / (B, L)", (139.6, 35.8)),
        ("EPSG:6668", (35.8, 139.6)),
    ],
)
def test_which_axis_comes_first_follows_the_systems_name(
    tmp_path: Path, name: str, coordinates: tuple[float, float]
) -> None:
    point = f'<gml:Point srsName="{name}"><gml:pos>35.8 139.6</gml:pos></gml:Point>'
    rows = read(dataset(tmp_path, f"<F><p>{point}</p></F>"))
    assert rows.geometry[0].coords[0] == coordinates


def test_two_systems_in_one_file_are_refused(tmp_path: Path) -> None:
    points = "".join(
        f'<F><p><gml:Point srsName="{name}"><gml:pos>35.8 139.6</gml:pos></gml:Point></p></F>'
        for name in ("TD / (B, L)", "JGD2011 / (B, L)")
    )
    with pytest.raises(SourceError, match="one coordinate system"):
        read(dataset(tmp_path, points))


def test_references_in_a_circle_or_multiplying_without_end_are_reported(tmp_path: Path) -> None:
    circle = (
        '<gml:CompositeCurve gml:id="c"><gml:curveMember xlink:href="#c"/></gml:CompositeCurve>'
    )
    seed = '<gml:LineString gml:id="x0"><gml:posList>35 139 36 140</gml:posList></gml:LineString>'
    bomb = "".join(
        f'<gml:CompositeCurve gml:id="x{n}">'
        + f'<gml:curveMember xlink:href="#x{n - 1}"/>' * 10
        + "</gml:CompositeCurve>"
        for n in range(1, 12)
    )
    features = (
        '<F><p xlink:href="#c"/></F><F><p xlink:href="#x11"/></F><F><p xlink:href="#x0"/></F>'
    )
    rows = read(dataset(tmp_path, circle + seed + bomb + features))
    assert sorted(rows.unplaced) == [1, 2]
    assert rows.geometry[2].geom_type == "LineString"


@pytest.mark.parametrize("positions", ["35.8", "北 東", "nan 139.6", "35.8 139.6 35.9 139.7 1"])
def test_positions_that_are_none_are_reported(tmp_path: Path, positions: str) -> None:
    feature = (
        f"<F><p><gml:LineString><gml:posList>{positions}</gml:posList></gml:LineString></p></F>"
    )
    rows = read(dataset(tmp_path, feature))
    assert rows.unplaced[1].kind == "broken_geometry"


def test_the_older_jpgis_and_metadata_are_refused(tmp_path: Path) -> None:
    for root in ("ksj:GI", "MD_Metadata"):
        path = tmp_path / "KS-META.xml"
        path.write_text(f'<{root} xmlns:ksj="k"></{root}>', encoding="utf-8")
        with pytest.raises(SourceError, match="metadata, or of the older JPGIS 1"):
            read(path)
