"""A drill issued from the staff's pages, seen on the map and in the light form, and lifted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from layers.catalog.catalog import Catalog
from tests.browser.conftest import OpenMap
from tests.browser.site import BOTH_SIZES, MapPage, Size
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.test_accessible import violations
from tests.browser.test_notices import await_bar

pytestmark = [pytest.mark.browser, pytest.mark.breadth]
TITLE = "【訓練】警戒レベル4 避難指示"


@pytest.fixture(scope="module")
def office(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StaffSite]:
    assert asaka.layers
    folder = tmp_path_factory.mktemp("alert-desk")
    url = f"sqlite:///{folder / 'bosai.sqlite'}"
    with staff_site(home / "asaka", folder, url) as site:
        yield site


def require_fine(city: MapPage, what: str) -> None:
    assert violations(city) == [], what
    page = city.page
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], what  # type: ignore[index]


def write(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/alerts/new?lang=ja")
    page.get_by_label("訓練（すべてに訓練と表示します）").check()
    page.get_by_label("警戒レベル4 避難指示").check()
    page.get_by_label("下で選ぶ町丁目").check()
    page.get_by_label("岡一丁目", exact=True).check()


@pytest.mark.parametrize("size", BOTH_SIZES, ids=["desktop", "phone"])
def test_a_drill_is_issued_seen_and_lifted(new_map: OpenMap, office: StaffSite, size: Size) -> None:
    city = new_map(office.address, size)
    page = city.page
    office.sign_in(page, "佐藤")
    write(page, office.address)
    page.locator(".place-map .leaflet-interactive").first.wait_for()
    first = page.locator("input[data-at]").first
    page.locator(".place-map path.leaflet-interactive").first.dispatch_event("click")
    expect(first).to_be_checked()
    first.uncheck()
    require_fine(city, "form")

    page.get_by_role("button", name="送る前に、見え方を確かめる").click()
    expect(page.get_by_text("これは訓練です。", exact=True)).to_be_visible()
    assert page.locator(".out").count() == 7
    require_fine(city, "preview")
    page.get_by_role("button", name="戻って直す").click()
    expect(page.get_by_label("岡一丁目", exact=True)).to_be_checked()
    page.get_by_role("button", name="送る前に、見え方を確かめる").click()
    page.get_by_role("button", name="訓練として送る").click()
    expect(page.get_by_role("status")).to_contain_text("送りました")
    require_fine(city, "alert")
    sent = page.url

    await_bar(office.address, TITLE)
    page.goto(f"{office.address}/?lang=ja")
    expect(page.locator("#notices")).to_contain_text("これは訓練です")
    expect(page.locator("#notices")).to_contain_text(TITLE)
    page.goto(f"{office.address}/light?lang=ja")
    expect(page.locator(".alert.drill").first).to_contain_text(TITLE)
    require_fine(city, "light form")

    page.goto(sent)
    page.get_by_role("button", name="解除の見え方を確かめる").click()
    require_fine(city, "lifting")
    page.get_by_role("button", name="解除する（送る）").click()
    expect(page.get_by_role("status")).to_contain_text("解除しました")
    await_bar(office.address, "【訓練】【解除】警戒レベル4 避難指示")
    page.goto(f"{office.address}/light?lang=ja")
    expect(page.locator(".alert.ended").first).to_contain_text("【解除】")
    page.goto(f"{office.address}/staff/alerts?lang=ja")
    require_fine(city, "list")
