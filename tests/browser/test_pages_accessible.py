"""axe-core finds nothing on the pages around the map either, and they fit a narrow screen."""

from __future__ import annotations

import pytest

from tests.breadth import further
from tests.browser.site import DESKTOP, PHONE, MapPage
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

PAGES = [
    "/layers",
    "/layers/flood",
    "/layers/hydrants",
    "/layers/emergency_sites/table",
    "/layers/hydrants/table?sort=kind&order=desc&page=2",
    "/requests",
    "/requests/new",
    "/requests/new?kind=correction",
    "/here",
    "/here?lat=35.797&lon=139.593&hazard=flood&radius=300",
    "/light",
    "/light?hazard=flood",
    "/notices",
    "/print?layers=flood,emergency_sites",
    "/print?layers=flood,hydrants&paper=landscape",
    "/towns",
    "/offline",
    "/terms",
    "/privacy",
    "/accessibility",
    "/contact",
    "/nothing-of-this-name",
]


@pytest.mark.parametrize("lang", ["ja", *further("en")])
def test_each_page_is_without_fault_and_fits(desktop_map: MapPage, lang: str) -> None:
    page = desktop_map.page
    desktop_map.watch.allow("404")
    for path in PAGES:
        joined = "&" if "?" in path else "?"
        page.goto(f"{desktop_map.address}{path}{joined}lang={lang}")
        for size in (DESKTOP, PHONE):
            page.set_viewport_size({"width": size.width, "height": size.height})
            assert violations(desktop_map) == [], (path, size)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_a_table_is_whole_on_a_desk(desktop_map: MapPage) -> None:
    page = desktop_map.page
    page.goto(f"{desktop_map.address}/layers/emergency_sites/table?lang=ja")
    table = page.locator(".wide")
    assert table.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
