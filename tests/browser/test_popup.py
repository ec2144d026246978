"""The popup of any place leads to the form that asks for a layer, and takes the place along."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import OpenMap
from tests.browser.kept import until
from tests.browser.site import MapPage

pytestmark = pytest.mark.browser

SITE = (139.600487, 35.791399)  # 栄町保育園
EMPTY = (139.5925, 35.7865)
ASK = "この場所についてレイヤーを要望する"
NUMBER = re.compile(r"\d+\.\d{5}")


def query_of(address: str | None) -> dict[str, str]:
    assert address is not None
    parts = urlsplit(address)
    assert parts.path == "/requests/new"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_the_place_of_a_symbol_is_taken_to_the_form(city_map: MapPage) -> None:
    city_map.at("emergency_sites", *SITE).click_centre()
    assert ASK in city_map.popup()
    link = city_map.page.locator(".place-popup").get_by_role("link", name=ASK)
    asked = query_of(link.get_attribute("href"))
    assert asked.pop("lang") == "ja"
    assert asked.keys() == {"lat", "lon"}
    assert all(NUMBER.fullmatch(text) for text in asked.values())
    assert float(asked["lon"]) == pytest.approx(SITE[0], abs=2e-5)
    assert float(asked["lat"]) == pytest.approx(SITE[1], abs=2e-5)
    link.click()
    city_map.page.wait_for_url("**/requests/new?*")
    assert city_map.page.locator("input[name=lat]").input_value() == asked["lat"]
    assert city_map.page.locator("input[name=lon]").input_value() == asked["lon"]


def test_the_language_stays(new_map: OpenMap, asaka_site: str) -> None:
    english = new_map(asaka_site).open(f"?lang=en&layers=flood&at=17/{EMPTY[1]}/{EMPTY[0]}")
    english.click_centre()
    english.popup()
    link = english.page.locator(".place-popup").get_by_role("link", name="Request a layer")
    assert query_of(link.get_attribute("href"))["lang"] == "en"
    link.click()
    english.page.wait_for_url("**/requests/new?*")
    assert english.page.evaluate("document.documentElement.lang") == "en"


def test_no_control_lies_over_the_popup(city_map: MapPage) -> None:
    city_map.at("emergency_sites,hydrants", *SITE)
    x, y = city_map.centre()
    for right, down in ((-150, -200), (120, -200), (0, 0)):
        city_map.page.evaluate("city_map_main.setView([35.791399, 139.600487])")
        city_map.settle()
        city_map.page.evaluate(f"city_map_main.panBy([{-right}, {-down}], {{ animate: false }})")
        city_map.settle()
        city_map.page.mouse.click(x + right, y + down)
        assert "栄町保育園" in city_map.popup()
        close = city_map.page.locator(".leaflet-popup-close-button")
        close.click()
        close.wait_for(state="hidden")


def test_an_empty_place_says_so_and_the_next_click_closes_it(desktop_map: MapPage) -> None:
    desktop_map.at("emergency_sites", *EMPTY).click_centre()
    popup = desktop_map.popup()
    assert "この場所の情報はありません" in popup
    assert ASK in popup
    left, top, width, height = desktop_map.map_box()
    desktop_map.page.mouse.click(left + 40, top + height - 60)
    desktop_map.page.locator(".place-popup").wait_for(state="hidden")
    desktop_map.page.mouse.click(left + width / 2, top + height / 2)
    assert ASK in desktop_map.popup()


def test_where_the_form_takes_no_place_there_is_no_link(new_map: OpenMap, yaizu_site: str) -> None:
    far = new_map(yaizu_site).open("?layers=&at=14/35.10000/138.29000")
    far.click_centre()
    popup = far.popup()
    assert "表示しているレイヤーがありません" in popup
    assert ASK not in popup


def test_a_link_pressed_as_soon_as_it_is_there_is_followed(city_map: MapPage) -> None:
    """A popup that glides into view is gone from under the finger before it is lifted."""
    city_map.at("emergency_sites", *SITE).click_centre()
    place = None
    while place is None:
        place = city_map.page.evaluate(
            """() => {
              const popup = document.querySelector(".place-popup");
              if (!popup) return null;
              popup.querySelector(".leaflet-popup-content").scrollTop = 9999;
              const box = popup.querySelector(".popup-ways a").getBoundingClientRect();
              return [box.left + box.width / 2, box.top + box.height / 2];
            }"""
        )
    city_map.page.mouse.move(*place)
    city_map.page.mouse.down()
    city_map.frames(6)  # a press takes some tenth of a second
    city_map.page.mouse.up()
    city_map.page.wait_for_url("**/here?*")


def test_what_is_still_loading_is_said_so_and_told_once_it_is_there(desktop_map: MapPage) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desktop_map.page.route("**/tiles/emergency_sites/**", hold)
    longitude, latitude = SITE
    desktop_map.page.goto(
        f"{desktop_map.address}/?layers=emergency_sites&at=17/{latitude}/{longitude}"
    )
    desktop_map.page.locator(".place-names").wait_for(state="attached")
    until(desktop_map.page, lambda: len(held) > 0)
    desktop_map.click_centre()
    assert "この場所のデータを読み込んでいます" in desktop_map.popup()
    for route in held:
        route.continue_()
    desktop_map.page.unroute("**/tiles/emergency_sites/**")
    until(desktop_map.page, lambda: "栄町保育園" in desktop_map.popup())
