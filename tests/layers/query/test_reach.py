"""What lies farther from a layer's places than a distance: checked against plain geodesics."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from layers.catalog.catalog import Catalog
from layers.geometry.ellipsoid import GEOD
from layers.query.exposure import exposure
from layers.query.reach import Area, Reach, layer_areas, reach, town_areas
from tests.layers.city import SmallCity, feature_collection, polygon

POINTS = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
WEST = shapely.box(139.10, 35.10, 139.11, 35.11)
EAST = shapely.box(139.11, 35.10, 139.12, 35.11)
AREAS = [Area("西", WEST), Area("東", EAST)]


def points(city: SmallCity, *places: tuple[float, float], top: str = "") -> None:
    rows = "".join(f"{number},{y},{x}\n" for number, (x, y) in enumerate(places))
    city.put("points.csv", f"名称,緯度,経度\n{rows}")
    city.declare("points", POINTS, top=top)


def measured(city: SmallCity, metres: float, *places: tuple[float, float], top: str = "") -> Reach:
    points(city, *places, top=top)
    return reach(city.open().layer("points"), AREAS, metres)


def test_the_ground_beyond_is_what_circles_do_not_cover(city: SmallCity) -> None:
    result = measured(city, 140, (139.105, 35.105))
    east, west = result.areas  # the largest share first
    assert (east.area.name, east.share) == ("東", 1.0)
    assert west.beyond_m2 == pytest.approx(west.ground_m2 - math.pi * 140**2, abs=140**2 * 0.002)
    assert west.beyond_m2 >= west.ground_m2 - math.pi * 140**2  # never less than there is
    assert not shapely.covers(result.beyond, shapely.Point(139.105, 35.105))
    assert shapely.covers(result.beyond, shapely.Point(139.1001, 35.1001))
    assert (result.sample, result.unmeasured) == (False, 0)


def test_the_farthest_place_is_none_of_a_grid_of_places_farther(city: SmallCity) -> None:
    random = np.random.default_rng(7)
    places = [(139.10 + x * 0.02, 35.10 + y * 0.01) for x, y in random.random((25, 2))]
    result = measured(city, 120, *places)
    for each in result.areas:
        west, south, east, north = shapely.bounds(each.area.ground).tolist()
        x, y = np.meshgrid(np.linspace(west, east, 60), np.linspace(south, north, 60))
        nearest = np.full(x.shape, np.inf)
        for longitude, latitude in places:
            _, _, metres = GEOD.inv(x, y, np.full_like(x, longitude), np.full_like(x, latitude))
            nearest = np.minimum(nearest, metres)
        assert each.farthest is not None
        assert each.farthest_m == pytest.approx(nearest.max(), abs=30)
        assert each.farthest_m >= nearest.max() - 0.01
        assert each.share == pytest.approx((nearest > 120).mean(), abs=0.03)
        own = [GEOD.inv(*each.farthest, *place)[2] for place in places]
        assert min(own) == pytest.approx(each.farthest_m, abs=0.01)


def test_within_the_distance_nothing_lies_beyond(city: SmallCity) -> None:
    result = measured(city, 3000, (139.105, 35.105))
    assert [each.share for each in result.areas] == [0, 0]
    assert shapely.is_empty(result.beyond)


def test_a_feature_known_only_roughly_is_left_out_and_counted(city: SmallCity) -> None:
    city.put("points.csv", "名称,緯度,経度\nあ,35.105,139.105\n")
    city.declare("points", POINTS, fields="[privacy]\ngrid_m = 100\n")
    result = reach(city.open().layer("points"), AREAS, 140)
    assert result.unmeasured == 1
    assert [each.share for each in result.areas] == pytest.approx([1, 1])
    assert {(each.farthest_m, each.farthest, each.nearest) for each in result.areas} == {
        (None,) * 3
    }


def test_a_sample_is_called_one(city: SmallCity) -> None:
    assert measured(city, 140, (139.105, 35.105), top="sample = true").sample


def test_areas_are_a_layers_polygons_by_their_names_or_what_lies_around_a_town(
    city: SmallCity, asaka: Catalog
) -> None:
    points(city, (139.105, 35.105))
    box = [[139.1, 35.1], [139.11, 35.1], [139.11, 35.11], [139.1, 35.11], [139.1, 35.1]]
    city.put("areas.geojson", feature_collection((polygon(box), {"名称": "本町"})))
    city.declare("areas", 'path = "areas.geojson"', top='label = "name"')
    (area,) = layer_areas(city.open().layer("areas"))
    assert (area.name, area.radius, area.sample) == ("本町", None, False)
    around = {each.name: each for each in town_areas(asaka)}
    assert (around["本町一丁目"].radius, around["大字上内間木"].radius) == (500, 1500)
    assert shapely.covers(asaka.base.boundary, around["大字上内間木"].ground)


def test_the_hydrants_of_asaka_are_a_sample(asaka: Catalog) -> None:
    result = reach(asaka.layers["hydrants"], town_areas(asaka), 120)
    assert result.sample
    flooded = exposure(asaka.layers["emergency_sites"], asaka.layers["flood"])
    assert (flooded.sample, flooded.exposed, flooded.outside) == (True, (), 0)


def test_places_in_zones_are_told_with_the_zones_own_words(yaizu: Catalog) -> None:
    hydrants, flood = yaizu.layers["hydrants"], yaizu.layers["flood"]
    flooded = exposure(hydrants, flood)
    total = len(flooded.exposed) + flooded.outside + flooded.not_surveyed
    assert (total, flooded.outside) == (
        hydrants.feature_count,
        0,
    )  # which ground was surveyed is unknown
    zones = flood.revision.features()
    for each in flooded.exposed:
        place = shapely.Point(each.feature.longitude, each.feature.latitude)
        there = zones[zones.intersects(place)]
        code = each.zones[0].code
        assert code is not None
        assert code.value == there["rank"].max()
        assert each.zones[0].properties["depth_label"] in set(there["depth_label"])
