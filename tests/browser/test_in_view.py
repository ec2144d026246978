"""What is in view as a list of buttons: reached by keyboard, with the focus coming back."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.kept import until
from tests.browser.places import features
from tests.browser.site import MapPage

pytestmark = pytest.mark.browser

SITE = (139.600487, 35.791399)  # 栄町保育園
FOCUS = "document.activeElement.textContent.trim()"


def open_list(city_map: MapPage, layer: str) -> None:
    city_map.show_panel()
    city_map.page.locator(f"[data-in-view={layer}] summary").click()
    city_map.settle()


def names(city_map: MapPage, layer: str) -> list[str]:
    return city_map.page.locator(f"[data-in-view={layer}] button").all_inner_texts()


def test_the_list_holds_what_is_in_view_and_no_more(city_map: MapPage) -> None:
    city_map.at("emergency_sites", *SITE, zoom=16)
    open_list(city_map, "emergency_sites")
    west, south, east, north = city_map.page.evaluate(
        "city_map_main.getBounds().toBBoxString().split(',').map(Number)"
    )
    places = {
        site["properties"]["name"]: site["geometry"]["coordinates"]
        for site in features(city_map.address, "emergency_sites")
    }
    expected = {
        name for name, (x, y) in places.items() if west <= x <= east and south <= y <= north
    }
    assert expected
    assert set(names(city_map, "emergency_sites")) == expected


def test_enter_opens_what_a_click_opens_and_escape_gives_the_focus_back(
    city_map: MapPage,
) -> None:
    city_map.at("emergency_sites,flood", *SITE, zoom=17)
    city_map.click_centre()
    clicked = city_map.card()
    city_map.at("emergency_sites,flood", *SITE, zoom=17)
    open_list(city_map, "emergency_sites")
    button = city_map.page.locator("[data-in-view=emergency_sites] button", has_text="栄町保育園")
    button.focus()
    city_map.page.keyboard.press("Enter")
    assert city_map.card() == clicked
    inside = "document.activeElement.closest('#place-card') !== null"
    assert city_map.page.evaluate(inside)
    # The list is made anew when the map has moved.
    city_map.page.evaluate(
        "globalThis.former = document.querySelector('[data-in-view=emergency_sites] li');"
        "city_map_main.fire('moveend')"
    )
    until(city_map.page, lambda: not city_map.page.evaluate("former.isConnected"))
    # On a phone the map is smaller afterwards: the list, made anew again, may lack the place.
    city_map.page.evaluate(
        "globalThis.focused = [];"
        "addEventListener('focusin', ({ target }) => focused.push(target.textContent.trim()))"
    )
    city_map.page.keyboard.press("Escape")
    assert not city_map.is_card_open()
    assert city_map.page.evaluate("focused[0]") == "栄町保育園洪水：指定あり"


@pytest.mark.breadth
def test_an_area_opens_at_a_place_inside_it(city_map: MapPage) -> None:
    city_map.open("?layers=flood")
    city_map.page.evaluate("tile_layer_flood.definition.sample = false")
    city_map.without_answers()
    open_list(city_map, "flood")
    button = city_map.page.locator("[data-in-view=flood] button").first
    river, rank = button.locator("span").all_inner_texts()
    button.click()
    card = city_map.card()
    assert river in card
    assert rank in card
    city_map.page.keyboard.press("Escape")
    assert rank in city_map.page.evaluate(FOCUS)


@pytest.mark.breadth
def test_a_long_list_is_cut_and_says_so(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=emergency_sites")
    open_list(desktop_map, "emergency_sites")
    assert len(names(desktop_map, "emergency_sites")) == 20
    note = desktop_map.page.locator("[data-in-view=emergency_sites] .in-view-note")
    assert note.inner_text().startswith("ほかに22件あります")


@pytest.mark.breadth
def test_the_list_follows_the_map_and_an_empty_one_says_so(desktop_map: MapPage) -> None:
    desktop_map.at("emergency_sites", *SITE, zoom=17)
    open_list(desktop_map, "emergency_sites")
    assert "栄町保育園" in names(desktop_map, "emergency_sites")
    desktop_map.page.evaluate("city_map_main.setView([35.7700, 139.5500], 17, { animate: false })")
    desktop_map.settle()
    until(desktop_map.page, lambda: names(desktop_map, "emergency_sites") == [])
    note = desktop_map.page.locator("[data-in-view=emergency_sites] .in-view-note")
    assert note.inner_text() == "今の範囲に、このレイヤーの情報はありません。"


def test_where_tiles_failed_the_list_is_not_said_to_be_whole(desktop_map: MapPage) -> None:
    desktop_map.watch.allow("net::ERR_FAILED")
    desktop_map.page.route("**/tiles/**", lambda route: route.abort())
    desktop_map.open("?layers=emergency_sites")
    open_list(desktop_map, "emergency_sites")
    note = desktop_map.page.locator("[data-in-view=emergency_sites] .in-view-note")
    assert "一覧がすべてではない" in note.inner_text()


@pytest.mark.breadth
def test_a_number_in_the_list_zooms_in(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=hydrants")
    desktop_map.page.evaluate("tile_layer_hydrants.definition.sample = false")
    open_list(desktop_map, "hydrants")
    before = desktop_map.page.evaluate("city_map_main.getZoom()")
    desktop_map.page.locator("[data-in-view=hydrants] button", has_text="件").first.click()
    desktop_map.settle()
    assert desktop_map.page.evaluate("city_map_main.getZoom()") > before


@pytest.mark.breadth
def test_in_english_names_stay_marked_as_japanese(new_map: OpenMap, asaka_site: str) -> None:
    english = new_map(asaka_site)
    english.open(f"?lang=en&layers=emergency_sites&at=17/{SITE[1]}/{SITE[0]}")
    open_list(english, "emergency_sites")
    button = english.page.locator("[data-in-view=emergency_sites] button", has_text="栄町保育園")
    assert button.locator("span").first.get_attribute("lang") == "ja"


@pytest.mark.breadth
def test_the_card_does_not_move_after_it_was_opened(city_map: MapPage) -> None:
    """Else what is pressed on it moves away under the finger before the click is made."""
    city_map.at("emergency_sites", *SITE)
    city_map.page.evaluate(
        """() => {
          globalThis.seen = [];
          const look = () => {
            const box = document.getElementById("place-card").getBoundingClientRect();
            if (box.width) seen.push(`${Math.round(box.left)} ${Math.round(box.top)}`);
            if (seen.length < 40) requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }"""
    )
    city_map.click_centre()
    city_map.card()
    until(city_map.page, lambda: city_map.page.evaluate("seen.length") == 40)
    assert len(set(city_map.page.evaluate("seen"))) == 1
