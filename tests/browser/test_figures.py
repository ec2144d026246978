"""The contact page with the city's channels, and the figures, on a phone and on a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.site import MapPage
from tests.browser.test_accessible import violations
from tests.browser.test_staff import PASSWORD, admin

pytestmark = pytest.mark.browser

SIZES = [(390, 844), (1280, 800)]
__all__ = ["admin"]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_contact_page_names_the_channels_and_is_without_fault(
    city_map: MapPage, width: int, height: int
) -> None:
    page = city_map.page
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{city_map.address}/contact?lang=ja")
    expect(page.get_by_role("link", name="朝霞市公式ホームページ")).to_be_visible()
    assert violations(city_map) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_figures_are_read_on_a_phone_and_on_a_desk(city_map: MapPage, admin: str) -> None:
    page = city_map.page
    page.goto(f"{city_map.address}/staff/figures?lang=ja")
    page.locator("#name").fill(admin)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="サインイン").click()
    expect(page.get_by_role("heading", name="利用の集計", level=1)).to_be_visible()
    for path in ("/staff/figures", "/staff/freshness", "/staff"):
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{city_map.address}{path}?lang=ja")
            assert violations(city_map) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{city_map.address}/staff/figures?lang=ja")
    page.locator("#days").select_option("7")
    page.get_by_role("button", name="表示").click()
    expect(page).to_have_url(f"{city_map.address}/staff/figures?lang=ja&days=7")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSVで保存する").click()
    assert download.value.suggested_filename.startswith("figures-")
