"""The panel by mouse, by finger and by keyboard; what is said beside the map."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.kept import until
from tests.browser.site import BOTH_SIZES, PHONE, MapPage

pytestmark = pytest.mark.browser

FINGER = 44


def test_by_mouse_a_layer_shows_its_legend_date_source_and_licence(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=")
    row = desktop_map.page.locator("[data-row=flood]")
    assert not row.locator(".legend").is_visible()
    row.get_by_text("洪水浸水想定区域", exact=True).click()
    desktop_map.settle()
    text = row.inner_text()
    for words in (
        "0.5m未満",
        "20m以上",
        "調査対象外・不明",
        "2026年11月23日現在",
        "出典：",
        "CC0",
        "見本",
    ):
        assert words in text
    assert row.locator(".swatch rect").first.get_attribute("fill") == "#F7F5A9"
    assert row.locator("a[href='/layers/flood?lang=ja']").is_visible()


def test_by_finger_the_sheet_opens_and_a_layer_is_switched(
    new_map: OpenMap, asaka_site: str
) -> None:
    phone = new_map(asaka_site, PHONE, touch=True).open("?layers=flood")
    handle = phone.page.locator(".panel-handle")
    box = phone.page.locator("input[data-layer=hydrants]")
    assert not box.is_visible()
    _x, _y, _width, height = phone.map_box()
    handle.tap()
    phone.settle()
    assert handle.get_attribute("aria-expanded") == "true"
    label = phone.page.locator("[data-row=hydrants] label")
    size = label.bounding_box()
    assert size is not None
    assert size["height"] >= FINGER
    label.tap()
    phone.settle()
    assert phone.is_on("hydrants")
    assert "layers=flood,hydrants" in phone.page.url
    assert phone.map_box()[3] < height, "the map makes room for the sheet"
    handle.tap()
    phone.settle()
    assert not box.is_visible()
    assert "2件を表示中" in handle.inner_text()


@pytest.mark.breadth
def test_by_finger_a_tap_beside_a_symbol_still_means_it(new_map: OpenMap, asaka_site: str) -> None:
    phone = new_map(asaka_site, PHONE, touch=True)
    phone.at("emergency_sites", 139.600487, 35.791399)
    x, y = phone.centre()
    phone.page.touchscreen.tap(x + 14, y)
    assert "栄町保育園" in phone.card()


def test_by_keyboard_all_is_reached_and_focus_comes_back(desktop_map: MapPage) -> None:
    desktop_map.at("emergency_sites", 139.600487, 35.791399)
    page = desktop_map.page
    page.keyboard.press("Tab")
    assert focused(desktop_map) == "レイヤーの一覧へ進む"
    page.keyboard.press("Enter")
    tab_to(desktop_map, "document.activeElement.dataset.layer === 'flood'")
    page.keyboard.press("Space")
    desktop_map.settle()
    assert desktop_map.is_on("flood")
    assert "「洪水浸水想定区域」を表示しました" in page.locator("#map-status").inner_text()
    page.keyboard.press("Space")
    desktop_map.settle()

    tab_to(desktop_map, "document.activeElement.id === 'city_map_main'")
    assert page.locator(".crosshair").is_visible()
    page.keyboard.press("Enter")
    assert "栄町保育園" in desktop_map.card()
    assert page.evaluate("document.activeElement.closest('#place-card') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "city_map_main"
    before = page.url
    page.keyboard.press("ArrowRight")
    until(page, lambda: page.url != before)
    page.keyboard.press("Enter")
    assert "この近く：" in desktop_map.card()


def focused(city_map: MapPage) -> str:
    words: str = city_map.page.evaluate("document.activeElement.textContent.trim()")
    return words


def tab_to(city_map: MapPage, reached: str) -> None:
    """Press Tab until the expression `reached` is true."""
    for _ in range(60):
        city_map.page.keyboard.press("Tab")
        if city_map.page.evaluate(reached):
            return
    raise AssertionError(f"not reached by Tab: {reached}")


@pytest.mark.breadth
def test_the_crosshair_is_not_shown_to_the_mouse(desktop_map: MapPage) -> None:
    desktop_map.open()
    desktop_map.click_centre()
    assert not desktop_map.page.locator(".crosshair").is_visible()


def test_what_must_be_read_with_the_map_stands_on_it(city_map: MapPage) -> None:
    city_map.open("?layers=flood")
    page = city_map.page
    words = city_map.cautions()
    assert page.locator("#cautions .badge-unofficial:visible").first.inner_text() == "非公式"
    official = page.locator("#cautions-all a")
    assert (official.get_attribute("href") or "").startswith("https://www.city.asaka.lg.jp/")
    assert "区域の外でも浸水することがあります" in words
    assert "見本データを表示中" in words
    assert page.locator("a[href='/requests/new?lang=ja']").count() >= 1

    city_map.open("?layers=emergency_sites")
    assert page.locator("[data-cautions]:visible").count() == 0


@pytest.mark.breadth
def test_english(new_map: OpenMap, asaka_site: str) -> None:
    english = new_map(asaka_site).open("?lang=en&layers=flood")
    page = english.page
    assert page.evaluate("document.documentElement.lang") == "en"
    assert (
        "Potential flood inundation areas (river flooding)"
        in page.locator("[data-row=flood]").inner_text()
    )
    assert page.locator("a[href='/layers/flood?lang=en']").count() == 1
    page.locator(".languages summary").click()
    page.locator("[data-language=ja]").click()
    english.settle()
    assert page.evaluate("document.documentElement.lang") == "ja"
    assert "layers=flood&" in page.url


@pytest.mark.parametrize("size", BOTH_SIZES, ids=["desktop", "phone"])
def test_without_javascript_the_list_is_there(
    chromium_without_script: MapPage, size: tuple[int, int]
) -> None:
    page = chromium_without_script.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(chromium_without_script.address)
    assert "地図の表示には JavaScript が必要です" in page.locator("noscript").inner_text()
    assert page.locator("[data-row=flood] .row-title").is_visible()
