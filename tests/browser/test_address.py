"""The page's address holds what is shown, and an old or broken one does no harm."""

from __future__ import annotations

import pytest

from tests.browser.site import MapPage

pytestmark = pytest.mark.browser


def test_what_is_shown_survives_in_the_address(city_map: MapPage) -> None:
    city_map.open("?layers=hydrants,crime_prevention&at=15/35.80100/139.60200")
    city_map.switch("extinguishers")
    city_map.page.evaluate("city_map_main.panBy([200, 0], { animate: false })")
    address = city_map.page.url
    assert "layers=hydrants,extinguishers,crime_prevention" in address
    city_map.page.goto(address)
    city_map.settle()
    shown = ["flood", "hydrants", "extinguishers", "crime_prevention"]
    assert [city_map.is_on(layer) for layer in shown] == [False, True, True, True]
    assert city_map.page.url == address


@pytest.mark.breadth
def test_without_a_choice_the_layers_of_the_definitions_are_shown(city_map: MapPage) -> None:
    city_map.open()
    assert city_map.is_on("flood")
    assert city_map.is_on("emergency_sites")
    assert not city_map.is_on("hydrants")


def test_a_layer_that_is_gone_is_named_and_the_others_are_shown(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=renamed_layer,hydrants&at=15/35.801/139.602")
    assert "renamed_layer" in desktop_map.page.locator("#map-message").inner_text()
    assert desktop_map.is_on("hydrants")
    assert not desktop_map.is_on("flood")


BROKEN = (
    "?at=abc",
    "?at=15/35.8",
    "?at=15//",
    "?at=99/1e9/-1e9",
    "?at=NaN/NaN/NaN",
    "?at=15/0/0&layers=flood",
    "?layers=,,,&base=nothing",
    "?layers=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    "?layers=__proto__,constructor&base=__proto__",
    "?layers=flood&layers=hydrants&lang=xx",
    "?%FF%FE",
)


@pytest.mark.breadth
def test_a_broken_address_opens_the_map(desktop_map: MapPage) -> None:
    for query in BROKEN:
        desktop_map.open(query)
        assert desktop_map.page.locator(".leaflet-control-zoom").is_visible(), query
        assert desktop_map.page.locator("#layer-panel").is_visible(), query


@pytest.mark.breadth
def test_parameters_of_others_stay(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=flood&from=line")
    assert desktop_map.page.url.endswith("&from=line")
