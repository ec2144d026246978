"""The map handed on: its link, its QR code, what it had open, and its page to print."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import OpenMap
from tests.browser.places import features, lonely
from tests.browser.site import MapPage
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser


def test_the_dialog_gives_the_address_of_the_map_and_its_qr_code(city_map: MapPage) -> None:
    city_map.open("?layers=flood,hydrants&at=15/35.80000/139.60000")
    page = city_map.page
    page.get_by_role("button", name="共有").click()
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
    page.get_by_role("button", name="共有").click()
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
    assert name in city_map.popup()
    address = urlsplit(city_map.page.url)
    assert parse_qs(address.query)["open"] == [f"emergency_sites/{site['id']}"]
    other = new_map(city_map.address).open(f"?{address.query}")
    assert name in other.popup()
    other.page.keyboard.press("Escape")
    assert "open=" not in other.page.url


def test_a_link_to_what_is_gone_still_shows_the_map(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=emergency_sites,renamed_away&at=15/35.8/139.6&open=emergency_sites/1")
    status = desktop_map.page.locator("#map-status")
    status.filter(has_text="いまの地図にはありません").wait_for(state="attached")
    assert desktop_map.page.locator("input[data-layer=emergency_sites]").is_checked()
