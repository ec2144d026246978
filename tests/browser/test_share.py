"""The map handed on: its link, its QR code, what it had open, and its page to print."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.conftest import OpenMap
from tests.browser.kept import until
from tests.browser.places import features, lonely
from tests.browser.site import MapPage
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser


def test_the_dialog_gives_the_address_of_the_map_and_its_qr_code(city_map: MapPage) -> None:
    city_map.open("?layers=flood,hydrants&at=15/35.80000/139.60000")
    page = city_map.page
    city_map.show_menu()
    page.locator("#share-open").click()
    dialog = page.get_by_role("dialog", name="この地図を共有する")
    link = dialog.get_by_label("この地図のリンク").input_value()
    assert link == page.url
    assert parse_qs(urlsplit(link).query)["layers"] == ["flood,hydrants"]
    code = dialog.get_by_role("img", name="QRコード")
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert violations(city_map) == []
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_the_link_is_copied(chromium: Browser, asaka_site: str) -> None:
    context = chromium.new_context(
        locale="ja-JP", permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(f"{asaka_site}/?layers=flood")
    page.locator("#menu summary").click()
    page.locator("#share-open").click()
    page.get_by_role("button", name="リンクをコピー").click()
    page.get_by_text("リンクをコピーしました。").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("この地図のリンク").input_value()
    context.close()


def test_a_link_opens_what_was_open(city_map: MapPage, new_map: OpenMap) -> None:
    site = lonely(features(city_map.address, "emergency_sites"))
    name = site["properties"]["name"]
    city_map.at("emergency_sites", *site["geometry"]["coordinates"])
    city_map.click_centre()
    assert name in city_map.card()
    address = urlsplit(city_map.page.url)
    assert parse_qs(address.query)["open"] == [f"emergency_sites/{site['id']}"]
    other = new_map(city_map.address).open(f"?{address.query}")
    assert name in other.card()
    other.page.keyboard.press("Escape")
    assert "open=" not in other.page.url


def test_a_link_to_what_is_gone_still_shows_the_map(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=emergency_sites,renamed_away&at=15/35.8/139.6&open=emergency_sites/1")
    status = desktop_map.page.locator("#map-status")
    status.filter(has_text="今の地図にはありません").wait_for(state="attached")
    assert desktop_map.page.locator("input[data-layer=emergency_sites]").is_checked()


def test_a_link_opens_its_feature_once_a_failed_tile_is_there(desktop_map: MapPage) -> None:
    place = lonely(features(desktop_map.address, "emergency_sites"))
    page = desktop_map.page
    tiles = "**/tiles/emergency_sites/**"
    desktop_map.watch.allow("503")
    page.route(tiles, lambda route: route.fulfill(status=503))
    page.goto(f"{desktop_map.address}/{_link(place)}")
    page.locator("#map-trouble").wait_for()
    assert "今の地図にはありません" not in page.locator("#map-status").inner_text()
    page.unroute(tiles)
    page.locator("#map-trouble button").click()
    assert place["properties"]["name"] in desktop_map.card()


def test_a_link_closes_nothing_that_the_reader_opened_meanwhile(desktop_map: MapPage) -> None:
    place = lonely(features(desktop_map.address, "emergency_sites"))
    page = desktop_map.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.clock.install()
    page.route("**/tiles/emergency_sites/**", hold)
    page.goto(f"{desktop_map.address}/{_link(place)}")
    page.locator(".place-names").wait_for(state="attached")
    until(page, lambda: len(held) > 0)
    x, y = desktop_map.centre()
    page.mouse.click(x - 200, y + 100)
    desktop_map.card()
    for route in held:
        route.continue_()
    page.unroute("**/tiles/emergency_sites/**")
    desktop_map.settle()
    page.clock.run_for(1000)  # milliseconds: the script looks again and again
    assert place["properties"]["name"] not in desktop_map.card()


def _link(place: dict[str, Any]) -> str:
    longitude, latitude = place["geometry"]["coordinates"]
    shown = f"layers=emergency_sites&at=17/{latitude:.6f}/{longitude:.6f}"
    return f"?{shown}&open=emergency_sites/{place['id']}"
