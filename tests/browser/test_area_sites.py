"""Evacuation sites drawn as areas: those not designated for a disaster in view look otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.area_sites import area_sites
from tests.browser.conftest import OpenMap
from tests.browser.places import features
from tests.browser.site import MapPage, near, over_white
from tests.service import service

pytestmark = [pytest.mark.browser, pytest.mark.breadth]
GREEN = over_white("#00673E", 0.7)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    definitions, data, home = area_sites(tmp_path_factory.mktemp("areas"))
    with service(definitions, data, home) as address:
        yield address


@pytest.fixture
def place(address: str) -> tuple[float, float]:
    """A site that is not designated for floods."""
    sites = features(address, "emergency_sites")
    site = next(each for each in sites if each["properties"].get("flood") is not True)
    x, y = zip(*site["geometry"]["coordinates"][0], strict=True)
    return (min(x) + max(x)) / 2, (min(y) + max(y)) / 2


def is_green(city_map: MapPage) -> bool:
    city_map.hide_names()
    return any(near(color, GREEN) for color in city_map.common_colors(30))


def test_on_a_flood_map_it_is_crossed_and_says_so(
    new_map: OpenMap, address: str, place: tuple[float, float]
) -> None:
    city_map = new_map(address).at("emergency_sites", *place)
    assert is_green(city_map)
    city_map.at("emergency_sites,flood", *place)
    assert not is_green(city_map)
    city_map.click_centre()
    assert "洪水：このデータに指定の記載なし" in city_map.card()
    swatch = city_map.page.locator("[data-row=emergency_sites] .legend li").nth(1)
    assert "M-1.3" in (swatch.locator("path").first.get_attribute("d") or "")


def test_where_only_places_for_floods_are_shown_it_is_not(
    new_map: OpenMap, address: str, place: tuple[float, float]
) -> None:
    longitude, latitude = place
    query = f"?layers=emergency_sites&for=flood&at=17/{latitude}/{longitude}"
    city_map = new_map(address).open(query)
    assert not is_green(city_map)
    drawn = "[...tile_layer_emergency_sites.tiles.values()].flatMap(({ shapes }) => shapes).length"
    assert city_map.page.evaluate(drawn) < len(features(address, "emergency_sites"))
