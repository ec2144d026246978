"""GeoRSS: entries of Atom and RSS with their place, in each of the ways it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from layers.errors import SourceError
from tests.layers.sources.geodata import put, read

SPACES = (
    'xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"'
)


def rss(*places: str) -> str:
    items = "".join(f"<item><title>第{n}報</title>{p}</item>" for n, p in enumerate(places, 1))
    channel = f"<channel><title>市</title>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0" {SPACES}>{channel}</rss>'


def where(geometry: str) -> str:
    return f"<georss:where>{geometry}</georss:where>"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("<georss:point>34.87 138.32</georss:point>", "POINT (138.32 34.87)"),
        ("<georss:point>34.87, 138.32</georss:point>", "POINT (138.32 34.87)"),
        ("<georss:line>34 138 35 139</georss:line>", "LINESTRING (138 34, 139 35)"),
        ("<georss:polygon>34 138 34 139 35 139 34 138</georss:polygon>",
         "POLYGON ((138 34, 139 34, 139 35, 138 34))"),
        ("<georss:box>34 138 35 139</georss:box>", shapely.box(138, 34, 139, 35).wkt),
        (where("<gml:Point><gml:pos>34.87 138.32</gml:pos></gml:Point>"),
         "POINT (138.32 34.87)"),
        (where("<gml:LineString><gml:posList>34 138 35 139</gml:posList></gml:LineString>"),
         "LINESTRING (138 34, 139 35)"),
        (where("<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>34 138 34 139 35 139 "
               "34 138</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"),
         "POLYGON ((138 34, 139 34, 139 35, 138 34))"),
        (where("<gml:Envelope><gml:lowerCorner>34 138</gml:lowerCorner>"
               "<gml:upperCorner>35 139</gml:upperCorner></gml:Envelope>"),
         shapely.box(138, 34, 139, 35).wkt),
        ("<geo:lat>34.87</geo:lat><geo:long>138.32</geo:long>", "POINT (138.32 34.87)"),
        ("<geo:Point><geo:lat>34.87</geo:lat><geo:long>138.32</geo:long></geo:Point>",
         "POINT (138.32 34.87)"),
        ("<georss:point>34 138</georss:point><georss:point>35 139</georss:point>",
         "MULTIPOINT ((138 34), (139 35))"),
    ],
)  # fmt: skip
def test_each_way_of_writing_a_place_is_read(tmp_path: Path, place: str, expected: str) -> None:
    rows = read(put(tmp_path, rss(place, "<link>https://example.jp/</link>"), "a.xml"))
    assert [shape and shape.wkt for shape in rows.geometry] == [expected, None]
    assert (rows.total, rows.crs and rows.crs.to_epsg(), rows.unplaced) == (2, 4326, {})
    assert rows.columns["title"].tolist() == ["第1報", "第2報"]


def test_an_atom_feed_is_read_with_its_words(tmp_path: Path) -> None:
    text = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>市</title><entry>'
        "<title>通行止め</title><link href='https://example.jp/1'/><category term='道路'/>"
        "<author><name>土木課</name></author><updated>2026-04-01T09:00:00+09:00</updated>"
        "<georss:point>34.87 138.32</georss:point></entry></feed>"
    )
    rows = read(put(tmp_path, text, "a.xml"))
    assert rows.columns.to_dict("records") == [
        {
            "title": "通行止め", "link": "https://example.jp/1", "category": "道路",
            "name": "土木課", "updated": "2026-04-01T09:00:00+09:00",
        }
    ]  # fmt: skip


def test_a_system_that_gml_names_is_the_files(tmp_path: Path) -> None:
    where = (
        '<georss:where><gml:Point srsName="urn:ogc:def:crs:EPSG::6668"><gml:pos>34 138</gml:pos>'
        "</gml:Point></georss:where>"
    )
    rows = read(put(tmp_path, rss(where), "a.xml"))
    assert (rows.geometry[0].wkt, rows.crs and rows.crs.to_epsg()) == ("POINT (138 34)", 6668)
    both = rss(where, "<georss:point>34 138</georss:point>")
    with pytest.raises(SourceError, match="one coordinate system"):
        read(put(tmp_path, both, "b.xml"))


@pytest.mark.parametrize(
    "place",
    [
        "<georss:point>34.87</georss:point>",
        "<georss:point>北緯 東経</georss:point>",
        "<georss:point>34 138 35 139</georss:point>",
        "<georss:polygon>34 138 35 139</georss:polygon>",
        "<georss:box>34 138</georss:box>",
        "<georss:circle>34 138 500</georss:circle>",
        "<geo:lat>34.87</geo:lat>",
    ],
)
def test_what_makes_no_geometry_is_a_problem_of_its_row(tmp_path: Path, place: str) -> None:
    rows = read(put(tmp_path, rss("<georss:point>34 138</georss:point>", place), "a.xml"))
    assert sorted(rows.unplaced) == [2]


def test_a_feed_without_places_is_refused_for_that(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"No entry of the feed has a place \(entries: 2\)"):
        read(put(tmp_path, rss("", ""), "a.xml"))
