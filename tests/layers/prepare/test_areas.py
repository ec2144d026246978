"""A wrong file of the city's own is blamed itself, and no layer for it."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely

from layers.catalog.catalog import open_published
from layers.errors import SourceError
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from tests.layers.city import SQUARE, SmallCity, check_reports, feature_collection, polygon
from tests.sandbox import SANDBOX

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ELSEWHERE = [[137.0, 35.0], [137.2, 35.0], [137.2, 35.2], [137.0, 35.2], [137.0, 35.0]]
WIDE = [[138.0, 34.0], [140.0, 34.0], [140.0, 36.0], [138.0, 36.0], [138.0, 34.0]]
ABROAD = [[10.0, 50.0], [10.2, 50.0], [10.2, 50.2], [10.0, 50.2], [10.0, 50.0]]
POINT: dict[str, object] = {"type": "Point", "coordinates": [139.1, 35.1]}
LINE: dict[str, object] = {"type": "LineString", "coordinates": SQUARE}
METRES = [[x * 1e9, y * 1e9] for x, y in SQUARE]


def shapefile_of_wrong_zone(city: SmallCity) -> None:
    """A boundary whose numbers are of zone IX and whose .prj says Web Mercator."""
    frame = geopandas.GeoDataFrame(geometry=[shapely.Polygon(SQUARE)], crs=6668).to_crs(6677)
    frame.set_crs(3857, allow_override=True).to_file(city.data / "boundary.shp")
    text = (city.definitions / "city.toml").read_text("utf-8")
    text = text.replace("boundary.geojson", "boundary.shp")
    (city.definitions / "city.toml").write_text(text, "utf-8")


WRONG: list[tuple[str | None, str, str]] = [
    (None, "no_source", "boundary.geojson"),
    ("", "empty_file", "中身がありません"),
    (feature_collection(), "no_area", "面（ポリゴン）の図形がありません"),
    (feature_collection((None, {})), "no_area", "面（ポリゴン）の図形がありません"),
    (feature_collection((LINE, {})), "not_an_area", "線があります"),
    (feature_collection((polygon(SQUARE), {}), (LINE, {})), "not_an_area", "線があります"),
    (feature_collection((polygon(ELSEWHERE), {})), "boundary_elsewhere", "[137.0000, 35.0000,"),
    (feature_collection((polygon(WIDE), {})), "boundary_elsewhere", "[139.0000, 35.0000,"),
    (feature_collection((polygon(ABROAD), {})), "area_crs", "10.1, 50.1"),
    (feature_collection((polygon(METRES), {})), "area_crs", "座標が、どこを指すのか"),
    (
        feature_collection((polygon(SQUARE), {}), (polygon(ELSEWHERE), {}), (polygon(ABROAD), {})),
        "area_incomplete",
        "3行目",
    ),
]


@pytest.mark.parametrize(("content", "kind", "words"), WRONG)
def test_a_wrong_boundary_is_named_with_what_is_wrong(
    city: SmallCity, content: str | None, kind: str, words: str
) -> None:
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", SOURCE)
    city.put("boundary.geojson", content or "")
    if content is None:
        (city.data / "boundary.geojson").unlink()
    (report,) = check_reports(city.definitions, city.data)
    assert [problem.kind for problem in report.problems] == [kind, "layers_unchecked"]
    message = report.problems[0].message("ja")
    assert message.startswith("boundary.geojson：")
    assert words in message
    assert "source." not in report.problems[0].message("en")
    assert check_reports(city.definitions, city.data, ["points"]) == [report]
    with pytest.raises(SourceError) as raised:
        city.open()
    assert (raised.value.kind, raised.value.file) == (kind, "boundary.geojson")


def test_a_boundary_with_a_wrong_prj_is_named(city: SmallCity) -> None:
    shapefile_of_wrong_zone(city)
    (report,) = check_reports(city.definitions, city.data)
    assert report.problems[0].file == "boundary.shp"
    assert report.problems[0].kind in ("area_crs", "boundary_elsewhere")


def test_while_the_boundary_is_wrong_the_last_state_is_served_and_nothing_else_is_blamed(
    city: SmallCity,
) -> None:
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", SOURCE)
    publisher = Publisher(city.definitions, city.data, HomeFolder(city.home), SANDBOX)
    publisher.start()
    city.put("boundary.geojson", feature_collection((polygon(ELSEWHERE), {})))
    catalog = open_published(publisher.publish(), publisher.home)
    assert catalog.layer("points").feature_count == 1
    for trouble in (catalog.trouble, catalog.layer("points").trouble):
        assert trouble is not None
        assert trouble.detail.startswith("boundary.geojson: boundary lies in [137")


def test_islands_beyond_the_extent_are_no_fault(city: SmallCity) -> None:
    island = [[138.0, 34.0], [138.1, 34.0], [138.0, 34.1], [138.0, 34.0]]
    areas = feature_collection((polygon(SQUARE), {}), (polygon(island), {}))
    city.put("boundary.geojson", areas)
    assert check_reports(city.definitions, city.data) == []


@pytest.mark.parametrize(
    ("towns", "kind"),
    [
        (feature_collection((POINT, {"町": "あ"})), "no_column"),
        (feature_collection((polygon(SQUARE), {"name": "あ"})), "not_a_point"),
        (feature_collection((None, {"name": "あ"})), "not_a_point"),
    ],
)
def test_a_wrong_file_of_neighbourhoods_is_named(city: SmallCity, towns: str, kind: str) -> None:
    city.put("towns.geojson", towns)
    path = Path(city.definitions / "city.toml")
    path.write_text('neighbourhoods = "towns.geojson"\n' + path.read_text("utf-8"), "utf-8")
    (report,) = check_reports(city.definitions, city.data)
    assert (report.problems[0].kind, report.problems[0].file) == (kind, "towns.geojson")


def test_an_area_that_was_surveyed_elsewhere_is_an_error(city: SmallCity) -> None:
    city.put("zones.geojson", feature_collection((polygon(SQUARE), {"名称": "あ"})))
    city.put("surveyed.geojson", feature_collection((polygon(ELSEWHERE), {})))
    top = 'hazard = "洪水"\nscenario = "実績"\nsurveyed_extent = "surveyed.geojson"'
    city.declare("zones", 'path = "zones.geojson"', group="disaster", top=top)
    (report,) = check_reports(city.definitions, city.data)
    assert [(p.severity, p.kind, p.file) for p in report.problems] == [
        ("error", "surveyed_elsewhere", "surveyed.geojson")
    ]
