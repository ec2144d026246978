"""Presets: one tap shows a preset's layers, and only places designated for its disasters."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.places import features
from tests.browser.site import MapPage

pytestmark = pytest.mark.browser

LAYERS = (
    "flood",
    "emergency_sites",
    "evacuation_shelters",
    "hydrants",
    "extinguishers",
    "crime_prevention",
)
DRAWN = """(layer) => {
  const { tiles } = globalThis[`tile_layer_${layer}`];
  return [...tiles.values()].flatMap(({ shapes }) => shapes.map(({ feature }) => feature.id));
}"""


def shown(city_map: MapPage) -> set[str]:
    return {layer for layer in LAYERS if city_map.is_on(layer)}


def tap(city_map: MapPage, preset: str) -> Any:
    button = city_map.page.locator(f"[data-preset={preset}]")
    button.click()
    city_map.settle()
    return button


def designated(city_map: MapPage) -> str:
    city_map.cautions()
    return city_map.page.locator("#map-designated").inner_text()


def drawn(city_map: MapPage, layer: str) -> set[int]:
    return set(city_map.page.evaluate(DRAWN, layer))


def flagged(city_map: MapPage, flag: str, is_set: bool) -> set[int]:
    sites = features(city_map.address, "emergency_sites")
    return {site["id"] for site in sites if (site["properties"].get(flag) is True) is is_set}


def test_a_flood_view_shows_only_sites_designated_for_floods(city_map: MapPage) -> None:
    city_map.open("?layers=evacuation_shelters")
    button = tap(city_map, "flood")
    assert shown(city_map) == {"flood", "emergency_sites"}
    assert button.get_attribute("aria-pressed") == "true"
    valid, others = (flagged(city_map, "flood", is_set) for is_set in (True, False))
    assert len(valid) == 30
    assert len(others) == 12
    assert drawn(city_map, "emergency_sites") == valid
    words = designated(city_map)
    assert "「洪水」に指定された場所だけ" in words

    address = city_map.page.url
    assert "for=flood" in address
    city_map.page.goto(address)
    city_map.settle()
    assert drawn(city_map, "emergency_sites") == valid
    assert button.get_attribute("aria-pressed") == "true"


def test_a_site_that_is_not_valid_is_not_opened_either(desktop_map: MapPage) -> None:
    sites = features(desktop_map.address, "emergency_sites")
    other = next(site for site in sites if site["properties"].get("flood") is not True)
    longitude, latitude = other["geometry"]["coordinates"]
    query = f"at=18/{latitude}/{longitude}&layers=emergency_sites"
    desktop_map.open(f"?{query}&for=flood").click_centre()
    assert other["properties"]["name"] not in desktop_map.card()
    desktop_map.open(f"?{query}").click_centre()
    assert other["properties"]["name"] in desktop_map.card()


@pytest.mark.breadth
def test_another_view_and_leaving_it(city_map: MapPage) -> None:
    city_map.open()
    usual = shown(city_map)
    tap(city_map, "flood")
    button = tap(city_map, "earthquake")
    assert shown(city_map) == {"emergency_sites"}
    assert drawn(city_map, "emergency_sites") == flagged(city_map, "earthquake", True)
    pressed = city_map.page.locator("[data-preset][aria-pressed=true]")
    assert pressed.all_inner_texts() == [button.inner_text()]
    tap(city_map, "earthquake")
    assert pressed.count() == 0
    assert shown(city_map) == usual
    assert city_map.page.locator("#map-designated").is_hidden()

    tap(city_map, "everyday")
    assert shown(city_map) == {"crime_prevention", "hydrants", "extinguishers"}


@pytest.mark.breadth
def test_a_layer_switched_leaves_the_view_and_keeps_to_its_places(desktop_map: MapPage) -> None:
    desktop_map.open()
    button = tap(desktop_map, "flood")
    desktop_map.switch("hydrants")
    assert button.get_attribute("aria-pressed") == "false"
    assert drawn(desktop_map, "emergency_sites") == flagged(desktop_map, "flood", True)
    desktop_map.page.locator("#map-designated button").click()
    desktop_map.settle()
    assert len(drawn(desktop_map, "emergency_sites")) == 42
    assert "for=" not in desktop_map.page.url


def test_a_disaster_that_no_place_is_designated_for_shows_none(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=emergency_sites&for=large_fire")
    assert drawn(desktop_map, "emergency_sites") == set()
    words = designated(desktop_map)
    assert "大規模な火事：この災害の指定はこのデータにありません" in words


@pytest.mark.breadth
def test_numbers_that_say_nothing_of_a_disaster_are_left_out_in_words(
    desktop_map: MapPage,
) -> None:
    desktop_map.open("?layers=emergency_sites&for=flood")
    desktop_map.page.evaluate("tile_layer_emergency_sites.definition.unclusteredFrom = 16")
    desktop_map.page.evaluate("city_map_main.setZoom(12)")
    desktop_map.settle()
    words = desktop_map.page.locator("#map-designated")
    assert "地図を拡大すると表示されます" in words.inner_text()
    desktop_map.page.locator("[data-in-view=emergency_sites] summary").click()
    note = desktop_map.page.locator("[data-in-view=emergency_sites] .in-view-note")
    note.filter(has_text=re.compile("^地図を拡大すると表示されます。$")).wait_for()
    desktop_map.page.evaluate("city_map_main.setZoom(17)")
    desktop_map.settle()
    assert "地図を拡大すると" not in words.inner_text()


@pytest.mark.breadth
def test_in_english(new_map: OpenMap, asaka_site: str) -> None:
    english = new_map(asaka_site).open("?lang=en")
    button = tap(english, "flood")
    assert "River flood" in button.inner_text()
    words = designated(english)
    assert "shows only places designated for: River flood" in words


def test_a_view_never_offers_places_to_stay_in_whatever_the_city_says(
    new_map: OpenMap, yaizu_site: str
) -> None:
    yaizu = new_map(yaizu_site).open("?layers=")
    tap(yaizu, "flood")
    assert yaizu.is_on("emergency_sites")
    assert not yaizu.is_on("evacuation_shelters")


def test_a_flood_map_draws_places_not_designated_for_floods_otherwise_and_says_so(
    desktop_map: MapPage,
) -> None:
    sites = features(desktop_map.address, "emergency_sites")
    other = next(site for site in sites if site["properties"].get("flood") is not True)
    longitude, latitude = other["geometry"]["coordinates"]
    query = f"at=18/{latitude}/{longitude}&layers=emergency_sites"
    color = (0, 0x67, 0x3E)
    alone = desktop_map.open(f"?{query}")
    alone.hide_names()
    assert color in alone.common_colors(8)
    said = "「指定緊急避難場所」には、「洪水」について指定されていない場所もあります"
    assert not alone.page.get_by_text(said).is_visible()

    flood = desktop_map.open(f"?{query},flood")
    flood.hide_names()
    assert color not in flood.common_colors(8)
    caution = flood.page.locator("#cautions-all").get_by_text(said)
    assert caution.is_visible()
    assert "「洪水」を押すと" in caution.inner_text()
    flood.click_centre()
    card = flood.card()
    assert "洪水：このデータに指定の記載なし" in card

    tap(flood, "flood")
    assert not caution.is_visible()
    earthquake = desktop_map.open(f"?{query},flood&for=earthquake")
    earthquake.hide_names()
    assert color not in earthquake.common_colors(8)
    assert caution.is_visible()
