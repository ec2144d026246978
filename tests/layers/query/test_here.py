"""What is known of a place: never blank, the worst first, nearest only what is valid."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from layers.catalog.catalog import Catalog
from layers.query.here import Place, hazards_at, nearest
from layers.report import Problem
from tests.layers.city import SmallCity, check_reports, feature_collection, polygon
from tests.layers.sources.geodata import dbf, polygon_shp

HAZARD = 'hazard = "洪水"\nscenario = "想定最大規模"\ncoverage = "{coverage}"\nlabel = "name"'
DEPTH = """
[fields.rank]
title = { ja = "浸水深", en = "Depth" }
column = "深さ"
type = "integer"
codes = "flood_depth"

[style]
field = "rank"
"""
RANK = """
[fields.rank]
title = { ja = "浸水深", en = "Depth" }
column = "深さ"
type = "integer"
codes = "flood_depth"

[fields.river]
title = { ja = "河川", en = "River" }
column = "川"

[style]
field = "rank"
"""


def within(frame: gpd.GeoDataFrame, index: int) -> Place:
    """A place inside a zone."""
    ((x, y),) = shapely.get_coordinates(frame.geometry.iloc[index].representative_point())
    return Place(x, y)


def box(west: float, south: float, east: float, north: float) -> dict[str, object]:
    return polygon([[west, south], [east, south], [east, north], [west, north], [west, south]])


def flooded(city: SmallCity, *, coverage: str = "boundary", partition: bool = True) -> Catalog:
    zones = [
        (box(139.0, 35.0, 139.1, 35.1), {"名称": "甲川", "川": "1", "深さ": 2}),
        (box(139.05, 35.0, 139.1, 35.1), {"名称": "乙川", "川": "2", "深さ": 4}),
        (box(139.1, 35.0, 139.12, 35.1), {"名称": "甲川", "川": "1", "深さ": 3}),
    ]
    city.put("flood.geojson", feature_collection(*zones))
    top = HAZARD.format(coverage=coverage) + ('\npartition = "river"' if partition else "")
    city.declare("flood", 'path = "flood.geojson"', group="disaster", top=top, fields=RANK)
    return city.open()


def said(catalog: Catalog, *place: float) -> tuple[str, Sequence[tuple[str | None, object]]]:
    finding = hazards_at(catalog.layer("flood"), Place(*place))
    zones = [(zone.name, zone.code.value if zone.code else None) for zone in finding.zones]
    return finding.state, zones


def test_every_river_is_said_with_the_worst_first(city: SmallCity) -> None:
    catalog = flooded(city)
    assert said(catalog, 139.02, 35.05) == ("inside", [("甲川", 2)])
    assert said(catalog, 139.07, 35.05) == ("inside", [("乙川", 4), ("甲川", 2)])


def test_on_a_border_the_deeper_rank_wins(city: SmallCity) -> None:
    assert said(flooded(city), 139.1, 35.05) == ("inside", [("乙川", 4), ("甲川", 3)])


def test_without_rivers_only_the_worst_is_said(city: SmallCity) -> None:
    assert said(flooded(city, partition=False), 139.07, 35.05) == ("inside", [("乙川", 4)])


@pytest.mark.parametrize(
    ("coverage", "place", "state"),
    [
        ("boundary", (139.15, 35.15), "outside"),
        ("boundary", (139.3, 35.3), "not_surveyed"),
        ("unknown", (139.15, 35.15), "not_surveyed"),
    ],
)
def test_a_place_in_no_zone_is_outside_only_where_it_was_surveyed(
    city: SmallCity, coverage: str, place: tuple[float, float], state: str
) -> None:
    catalog = flooded(city, coverage=coverage)
    finding = hazards_at(catalog.layer("flood"), Place(*place))
    assert finding.state == state
    assert finding.names == ["甲川", "乙川"]


def test_an_inexact_position_is_told_the_worst_within_its_radius(city: SmallCity) -> None:
    catalog = flooded(city)
    # 139.13 lies 911 m east of the last zone.
    assert said(catalog, 139.13, 35.05) == ("outside", [])
    assert said(catalog, 139.13, 35.05, 900.0) == ("outside", [])
    assert said(catalog, 139.13, 35.05, 920.0) == ("inside", [("甲川", 3)])


def test_partly_unsurveyed_ground_within_the_radius_is_not_called_surveyed(
    city: SmallCity,
) -> None:
    assert said(flooded(city), 139.199, 35.15, 500.0) == ("not_surveyed", [])


def declared(city: SmallCity, source: str) -> None:
    """Declare a flood layer that is surveyed within the boundary."""
    top = HAZARD.format(coverage="boundary")
    city.declare("flood", source, group="disaster", top=top, fields=DEPTH)


def zones(
    city: SmallCity, *features: tuple[dict[str, object] | None, dict[str, object]]
) -> Catalog:
    city.put("flood.geojson", feature_collection(*features))
    declared(city, 'path = "flood.geojson"')
    return city.open()


TRIALS = {
    "hole first": [
        [[139.03, 35.03], [139.03, 35.06], [139.06, 35.06], [139.06, 35.03], [139.03, 35.03]],
        [[139.0, 35.0], [139.0, 35.1], [139.1, 35.1], [139.1, 35.0], [139.0, 35.0]],
    ],
    "bow-tie": [[[139.0, 35.0], [139.1, 35.1], [139.1, 35.0], [139.0, 35.1], [139.0, 35.0]]],
}


@pytest.mark.parametrize("rings", TRIALS.values(), ids=TRIALS)
def test_a_place_within_badly_written_rings_is_inside(
    city: SmallCity, rings: list[list[list[float]]]
) -> None:
    shape: dict[str, object] = {"type": "Polygon", "coordinates": rings}
    catalog = zones(city, (shape, {"名称": "甲川", "深さ": 2}))
    assert said(catalog, 139.09, 35.05)[0] == "inside"
    assert said(catalog, 139.01, 35.05)[0] == "inside"
    assert said(catalog, 139.15, 35.05)[0] == "outside"


def test_a_shapefile_whose_rings_are_wound_the_wrong_way_has_its_areas(city: SmallCity) -> None:
    hole = [(139.03, 35.03), (139.03, 35.06), (139.06, 35.06), (139.06, 35.03)]
    outer = [(139.0, 35.0), (139.1, 35.0), (139.1, 35.1), (139.0, 35.1)]
    other = [(139.15, 35.0), (139.16, 35.0), (139.16, 35.01), (139.15, 35.01)]
    shp, shx = polygon_shp([outer, hole, other])
    city.put("flood.shp", shp)
    city.put("flood.shx", shx)
    city.put("flood.dbf", dbf([("名称", "C", 20), ("深さ", "N", 2)], [["甲川", "2"]]))
    declared(city, 'path = "flood.shp"\nencoding = "cp932"\ncrs = "EPSG:6668"')
    catalog = city.open()
    assert said(catalog, 139.01, 35.01)[0] == "inside"
    assert said(catalog, 139.155, 35.005)[0] == "inside"
    assert said(catalog, 139.045, 35.045)[0] == "outside"


ROWS = [
    (None, "no_geometry"),
    (polygon([[139.1, 35.0], [139.11, 35.0]]), "broken_geometry"),
    (polygon([[139.1, 35.0], [139.11, 35.0], [139.12, 35.0], [139.1, 35.0]]), "collapsed"),
    (box(10.0, 35.0, 10.1, 35.1), "outside_japan"),
    ({"type": "Point", "coordinates": [139.1, 35.1]}, "geometry_type"),
]


@pytest.mark.parametrize(("shape", "kind"), ROWS, ids=[kind for _, kind in ROWS])
def test_a_hazard_layer_with_a_row_of_unknown_place_is_not_published(
    city: SmallCity, shape: dict[str, object] | None, kind: str
) -> None:
    zones(city, (box(139.0, 35.0, 139.1, 35.1), {"名称": "甲川", "深さ": 2}))
    before = (city.data / "flood.geojson").read_text()
    catalog = zones(
        city,
        (box(139.0, 35.0, 139.05, 35.1), {"名称": "甲川", "深さ": 2}),
        (box(139.06, 35.0, 139.07, 35.1), {"名称": "甲川", "深さ": 2}),
        (shape, {"名称": "乙川", "深さ": 4}),
    )
    assert said(catalog, 139.09, 35.05)[0] == "inside"  # the last good revision is served
    assert catalog.layer("flood").problem
    (report,) = check_reports(city.definitions, city.data)
    errors = [(p.kind, p.value) for p in report.problems if p.severity == "error"]
    assert [name for name, _ in errors] == [kind, "ground_lost"]
    assert errors[1] == ("ground_lost", "1")
    (city.data / "flood.geojson").write_text(before)
    assert not city.open().layer("flood").problem


def test_other_layers_lose_only_the_row(city: SmallCity) -> None:
    shapes = feature_collection(
        (box(139.0, 35.0, 139.1, 35.1), {"名称": "あ"}), (None, {"名称": "い"})
    )
    city.put("parks.geojson", shapes)
    city.declare("parks", 'path = "parks.geojson"')
    assert city.open().layer("parks").feature_count == 1


def test_a_revision_that_lost_rows_calls_no_place_outside(city: SmallCity) -> None:
    catalog = flooded(city)
    layer = catalog.layer("flood")
    layer.revision.report.problems.append(Problem("warning", "no_geometry", 4, rows_left_out=1))
    assert said(catalog, 139.15, 35.15)[0] == "not_surveyed"
    assert said(catalog, 139.02, 35.05)[0] == "inside"
    assert layer.coverage() is None  # so that the map draws it as not surveyed


def test_rows_outside_the_boundary_leave_the_city_surveyed(city: SmallCity) -> None:
    declared(city, 'path = "flood.geojson"\nclip_to = "boundary"')
    far = (box(139.3, 35.0, 139.4, 35.1), {"名称": "乙川", "深さ": 4})
    city.put("flood.geojson", feature_collection(
        (box(139.0, 35.0, 139.1, 35.1), {"名称": "甲川", "深さ": 2}), far
    ))  # fmt: skip
    assert said(city.open(), 139.15, 35.15)[0] == "outside"
    assert said(city.open(), 139.35, 35.05)[0] == "not_surveyed"


def test_a_circle_is_nowhere_narrower_than_its_radius() -> None:
    place = Place(139.6, 35.8, 1000.0)
    edge = shapely.get_coordinates(shapely.segmentize(shapely.boundary(place.area()), 1e-5))
    here = np.full(len(edge), place.longitude), np.full(len(edge), place.latitude)
    *_, metres = Geod(ellps="GRS80").inv(*here, *edge.T)
    assert metres.min() >= 999.99
    assert metres.max() <= 1002


def test_a_sample_says_nothing(asaka: Catalog) -> None:
    finding = hazards_at(asaka.layer("flood"), within(asaka.layer("flood").revision.features(), 0))
    assert (finding.state, finding.zones, finding.names) == ("sample", (), ())
    near = nearest(asaka.layer("hydrants"), Place(139.6, 35.8), None)
    assert (near.sample, near.places) == (True, ())


def test_the_nearest_sites_are_those_designated_for_the_disaster(asaka: Catalog) -> None:
    layer = asaka.layer("emergency_sites")
    place = Place(139.593, 35.797)
    frame = layer.revision.features()
    valid = shapely.get_coordinates(frame.geometry[frame["flood"].fillna(value=False)])
    geod = Geod(ellps="GRS80")
    distances = sorted(geod.inv(139.593, 35.797, x, y)[2] for x, y in valid)
    found = nearest(layer, place, "flood")
    assert [near.metres for near in found.places] == pytest.approx(distances[:3])
    assert all(near.properties["flood"] is True for near in found.places)


def test_a_disaster_without_a_designated_site_falls_back_to_no_other(asaka: Catalog) -> None:
    layer = asaka.layer("emergency_sites")
    for disaster in ("large_fire", "inland_flood"):
        assert nearest(layer, Place(139.593, 35.797), disaster).places == ()
    assert nearest(layer, Place(139.593, 35.797), None).places == ()


def test_a_feature_known_by_its_town_is_given_no_metres(city: SmallCity) -> None:
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    source = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.declare("points", source, fields="[privacy]\ngrid_m = 100\n[nearest]\n")
    found = nearest(city.open().layer("points"), Place(139.1, 35.1), None)
    assert (found.places, found.uncertain) == ((), 1)


def test_an_area_is_as_near_as_a_point_on_it(city: SmallCity) -> None:
    parks = feature_collection(
        (box(139.1, 35.1, 139.11, 35.11), {"名称": "東公園"}),
        (box(139.01, 35.1, 139.02, 35.11), {"名称": "西公園"}),
    )
    city.put("parks.geojson", parks)
    city.declare("parks", 'path = "parks.geojson"', fields="[nearest]\n")
    finding = nearest(city.open().layer("parks"), Place(139.0, 35.105), None)
    places = [(place.properties["name"], place.metres) for place in finding.places]
    assert [name for name, _ in places] == ["西公園", "東公園"]
    assert [metres for _, metres in places] == pytest.approx([1367, 9573], abs=460)


@pytest.mark.shared
def test_yaizus_real_zones_are_answered_from_the_source(yaizu: Catalog) -> None:
    layer = yaizu.layer("flood")
    frame = layer.revision.features()
    for index, rank in enumerate(frame["rank"]):
        finding = hazards_at(layer, within(frame, index))
        assert finding.state == "inside"
        assert finding.zones[0].code is not None
        assert int(str(finding.zones[0].code.value)) >= rank
    assert hazards_at(layer, Place(138.3, 34.95)).state == "not_surveyed"
