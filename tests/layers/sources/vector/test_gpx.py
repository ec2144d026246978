"""GPX: waypoints, routes or tracks, each with what is written of it in columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiona
import pytest

from layers.errors import SourceError
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import put, read

SURVEY = Path(__file__).parents[3] / "fixtures" / "gpx" / "survey.gpx"
POINT = '<wpt lat="35.8" lon="139.6"><name>あ</name></wpt>'


def gpx(content: str) -> str:
    return f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{content}</gpx>'


def test_waypoints_are_points_with_their_words_in_columns() -> None:
    rows = read(SURVEY, sublayer="waypoints")
    columns = rows.columns.astype(object).where(rows.columns.notna(), None)
    assert columns.to_dict("records")[0] == {
        "name": "消火栓1", "desc": "本町一丁目の角", "cmt": "ふたに傷", "sym": "Flag, Blue",
        "type": "消火栓", "ele": "12.5", "time": "2026-04-01T00:30:00Z",
        "link": "https://example.com/1.jpg", "口径": "75",
    }  # fmt: skip
    assert columns["name"].tolist() == ["消火栓1", "消火栓2"]
    assert [point.coords[0] for point in rows.geometry] == [(139.6, 35.8), (139.61, 35.81)]
    assert rows.crs is not None
    assert (rows.crs.to_epsg(), rows.encoding, rows.problems) == (4326, "utf-8", [])


def test_routes_and_tracks_are_lines_of_their_positions() -> None:
    route = read(SURVEY, sublayer="routes")
    assert route.columns.to_dict("records") == [{"name": "避難経路"}]
    assert [*route.geometry[0].coords] == [(139.6, 35.8), (139.605, 35.805), (139.61, 35.81)]
    track = read(SURVEY, sublayer="tracks")
    assert track.columns.to_dict("records") == [{"name": "巡回", "number": "3"}]
    assert [[*line.coords] for line in track.geometry[0].geoms] == [
        [(139.6, 35.8), (139.601, 35.801)],
        [(139.603, 35.803), (139.604, 35.804)],
    ]


@pytest.mark.parametrize("sublayer", ["waypoints", "routes", "tracks"])
def test_gdal_sees_the_same_names_and_places(sublayer: str) -> None:
    with fiona.open(SURVEY, layer=sublayer) as collection:
        features = list(collection)
    rows = read(SURVEY, sublayer=sublayer)
    assert [f.properties["name"] for f in features] == rows.columns["name"].tolist()
    assert [_positions(f.geometry["coordinates"]) for f in features] == [
        [xy for part in getattr(shape, "geoms", [shape]) for xy in part.coords]
        for shape in rows.geometry
    ]


def _positions(coordinates: Any) -> list[tuple[float, float]]:
    """The positions of lines with any; GDAL keeps segments of a single position."""
    if isinstance(coordinates, tuple):
        return [coordinates[:2]]
    lines = coordinates if isinstance(coordinates[0], list) else [coordinates]
    return [position[:2] for line in lines if len(line) > 1 for position in line]


@pytest.mark.parametrize("sublayer", [None, "points"])
def test_of_several_kinds_the_sublayer_chooses_or_they_are_named(sublayer: str | None) -> None:
    with pytest.raises(SourceError, match="wanted one of waypoints, routes, tracks") as caught:
        read(SURVEY, sublayer=sublayer)
    assert caught.value.key == "source.sublayer"


def test_a_file_of_one_kind_needs_no_sublayer(tmp_path: Path) -> None:
    path = put(tmp_path, gpx(f"<metadata><name>地図</name></metadata>{POINT}"), "a.gpx")
    assert read(path).columns["name"].tolist() == ["あ"]
    assert read(path, sublayer="waypoints").total == 1
    with pytest.raises(SourceError, match="wanted one of waypoints"):
        read(path, sublayer="tracks")


@pytest.mark.parametrize(
    "point",
    [
        '<wpt lat="35.8"/>',
        '<wpt lon="139.6"/>',
        '<wpt lat="北緯" lon="139.6"/>',
        '<wpt lat="35.8" lon="NaN"/>',
        "<rte/>",
        '<rte><rtept lat="35.8" lon="139.6"/></rte>',
        "<trk/>",
        "<trk><trkseg/></trk>",
        '<trk><trkseg><trkpt lat="35.8" lon="139.6"/></trkseg></trk>',
    ],
)
def test_a_feature_without_a_place_is_reported_and_the_next_loads(
    tmp_path: Path, point: str
) -> None:
    kind = point[1:4]
    whole = {
        "wpt": POINT,
        "rte": '<rte><rtept lat="35" lon="139"/><rtept lat="36" lon="139"/></rte>',
        "trk": '<trk><trkseg><trkpt lat="35" lon="139"/><trkpt lat="36" lon="139"/></trkseg></trk>',
    }
    rows = read(put(tmp_path, gpx(point + whole[kind]), "a.gpx"))
    assert [shape is None for shape in rows.geometry] == [True, False]
    assert {row: problem.kind for row, problem in rows.unplaced.items()} == {1: "broken_geometry"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gpx(""), "wanted GPX with waypoints, routes or tracks"),
        (gpx(POINT)[:-20], "ends early, in line 1"),
        (f'<!DOCTYPE gpx [<!ENTITY b "x">]>{gpx(POINT)}', "without a DTD and without entities"),
    ],
)
def test_gpx_that_is_none_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(put(tmp_path, content, "a.gpx"))


def test_gpx_without_a_namespace_or_a_suffix_is_known_by_its_root(tmp_path: Path) -> None:
    content = f'<?xml version="1.0"?><!-- a --><gpx version="1.0">{POINT}</gpx>'
    assert read(put(tmp_path, content, "download")).total == 1


def test_waypoints_become_a_layer(city: SmallCity) -> None:
    own = "<extensions><名称>あ</名称></extensions>"
    line = '<rte><rtept lat="35.1" lon="139.1"/><rtept lat="35.11" lon="139.1"/></rte>'
    city.put("a.gpx", gpx(f'<wpt lat="35.1" lon="139.1">{own}</wpt>{line}'))
    city.declare("points", 'path = "a.gpx"\nsublayer = "waypoints"')
    features = city.open().layer("points").revision.features()
    assert features["name"].tolist() == ["あ"]
    assert [point.geom_type for point in features.geometry] == ["Point"]


def test_an_element_that_gpx_does_not_have_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    strange = '<wqt lat="35.8" lon="139.6"/><metadata/><x xmlns="http://other"/>'
    path.write_text(gpx(POINT + strange), encoding="utf-8")
    rows = read(path)
    assert (rows.total, len(rows.numbers)) == (2, 1)
    assert [(p.kind, p.value, p.rows_left_out) for p in rows.problems] == [
        ("gpx_unknown", "wqt", 1)
    ]
