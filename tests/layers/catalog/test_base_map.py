from __future__ import annotations

import json

import shapely

from layers.catalog.catalog import Catalog
from tests.layers.city import SmallCity


def test_the_parsed_base_map_is_what_is_served(asaka: Catalog) -> None:
    features = json.loads(asaka.base.content)["features"]
    assert len(features) == 1 + len(asaka.base.neighbourhoods)
    by_name = {feature["properties"].get("name"): feature["geometry"] for feature in features}
    for name, longitude, latitude in asaka.base.neighbourhoods:
        assert by_name[name]["coordinates"] == [longitude, latitude]
        assert shapely.distance(asaka.base.boundary, shapely.Point(longitude, latitude)) < 0.01
    assert shapely.geometry.shape(by_name[None]).equals(asaka.base.boundary)


def test_a_city_without_a_list_of_towns_has_its_boundary_alone(city: SmallCity) -> None:
    base = city.open().base
    assert base.neighbourhoods == ()
    assert shapely.bounds(base.boundary).tolist() == [139.0, 35.0, 139.2, 35.2]
