from __future__ import annotations

import json

import shapely

from layers.catalog.catalog import Catalog
from tests.layers.city import SmallCity


def test_the_parsed_base_map_is_what_is_served(asaka: Catalog) -> None:
    features = json.loads(asaka.base.content)["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert len(features) == 1 + kinds.count("town") + len(asaka.base.features)
    assert kinds.count("town") == len(asaka.base.neighbourhoods)
    by_name = {
        feature["properties"].get("name"): feature["geometry"]
        for feature in features
        if feature["properties"]["kind"] in ("town", "boundary")
    }
    for name, longitude, latitude, _ in asaka.base.neighbourhoods:
        assert by_name[name]["coordinates"] == [longitude, latitude]
        assert shapely.distance(asaka.base.boundary, shapely.Point(longitude, latitude)) < 0.01
    assert shapely.geometry.shape(by_name[None]).equals(asaka.base.boundary)


def test_a_city_without_a_list_of_towns_has_its_boundary_alone(city: SmallCity) -> None:
    base = city.open().base
    assert base.neighbourhoods == []
    assert base.features == []
    assert base.near == b""
    assert shapely.bounds(base.boundary).tolist() == [139.0, 35.0, 139.2, 35.2]


def test_the_city_that_ships_says_where_one_is(asaka: Catalog) -> None:
    named = {(each.kind, each.name): each for each in asaka.base.features}
    assert named["station", "朝霞"].names["en"] == "Asaka"
    assert named["river", "黒目川"].names["en"] == "Kurome River"
    for key in (("rail", "武蔵野線"), ("road", "川越街道"), ("expressway", "東京外環自動車道")):
        assert key in named
    assert {"和光市", "新座市", "志木市"} <= {name for kind, name in named if kind == "area_name"}
    readings = {town.name: town.names for town in asaka.base.neighbourhoods}
    assert readings["溝沼七丁目"]["ja-Latn"] == "Mizonuma 7-chome"
    assert {each.kind for each in asaka.base.at_zoom(16)} <= {"water", *(k for k, _ in named)}
    assert asaka.base.at_zoom(14) is asaka.base.features
