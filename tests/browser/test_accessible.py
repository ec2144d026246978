"""axe-core finds nothing, on the page and in each state it can be in."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.breadth import further
from tests.browser.site import ROOT, MapPage

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SITE = (139.600487, 35.791399)


def violations(city_map: MapPage) -> list[str]:
    """What axe objects to, as text."""
    city_map.page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found = city_map.page.evaluate("axe.run().then((result) => result.violations)")
    return [
        json.dumps([rule["id"], [node["html"] for node in rule["nodes"]]], ensure_ascii=False)
        for rule in found
    ]


def as_it_opens(city_map: MapPage) -> None:
    city_map.open()


def all_layers(city_map: MapPage) -> None:
    city_map.open("?layers=flood,emergency_sites,evacuation_shelters,hydrants,crime_prevention")
    city_map.show_panel()


def in_english(city_map: MapPage) -> None:
    city_map.open("?lang=en")


def with_the_card(city_map: MapPage) -> None:
    city_map.at("flood,emergency_sites", *SITE)
    city_map.page.locator("#city_map_main").focus()
    city_map.page.keyboard.press("Enter")
    city_map.card()


def with_clusters(city_map: MapPage) -> None:
    city_map.open("?layers=hydrants")
    city_map.show_panel()


def with_the_card_of_a_cluster(city_map: MapPage) -> None:
    city_map.open("?layers=hydrants&at=11/35.80690/139.59300")
    city_map.page.evaluate("city_map_main.setMaxZoom(11)")
    city_map.page.locator("#city_map_main").focus()
    city_map.page.keyboard.press("Enter")
    assert "消火栓" in city_map.card()


def in_a_frame(city_map: MapPage) -> None:
    city_map.open("?embed=1")


def with_failed_tiles(city_map: MapPage) -> None:
    city_map.watch.allow("net::ERR_FAILED")
    city_map.page.route("**/tiles/**", lambda route: route.abort())
    city_map.open("?layers=flood,gone")
    city_map.page.locator("#map-trouble").wait_for()


@pytest.mark.parametrize(
    "reach",
    [
        as_it_opens,
        all_layers,
        with_the_card,
        *further(
            in_english, with_clusters, with_the_card_of_a_cluster, in_a_frame, with_failed_tiles
        ),
    ],
)
def test_axe_finds_nothing(city_map: MapPage, reach: Callable[[MapPage], None]) -> None:
    reach(city_map)
    assert violations(city_map) == []


def test_the_page_fits_at_320_pixels(desktop_map: MapPage) -> None:
    desktop_map.page.set_viewport_size({"width": 320, "height": 640})
    desktop_map.open()
    width = desktop_map.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320
    assert desktop_map.map_box()[3] >= 200
