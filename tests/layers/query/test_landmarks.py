"""What a place lies near, by name."""

from __future__ import annotations

from layers.catalog.catalog import Catalog
from layers.query.landmarks import near_names
from tests.layers.city import SmallCity


def test_a_place_by_the_river_is_named_by_it(asaka: Catalog) -> None:
    mizonuma = next(t for t in asaka.base.neighbourhoods if t.name == "溝沼七丁目")
    river = next(each for each in asaka.base.features if each.name == "黒目川")
    assert river.kind == "river"
    names = near_names(asaka.base, mizonuma.longitude, mizonuma.latitude)
    assert names[0] == "溝沼七丁目"
    longitude, latitude = 139.5885, 35.8082  # on the river
    assert near_names(asaka.base, longitude, latitude)[1] == "黒目川"
    assert near_names(asaka.base, longitude, latitude, ("en", "ja-Latn"))[1] == "Kurome River"


def test_by_a_station_it_is_the_station(asaka: Catalog) -> None:
    assert near_names(asaka.base, 139.6003, 35.7968)[1] == "朝霞駅"
    assert near_names(asaka.base, 139.6003, 35.7968, ("en",))[1] == "Asaka Sta."


def test_far_from_everything_there_is_nothing(asaka: Catalog, city: SmallCity) -> None:
    assert near_names(asaka.base, 140.0, 36.0) == []
    assert near_names(city.open().base, 139.1, 35.1) == []
