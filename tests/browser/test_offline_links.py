"""Without a network nothing leads to what needs it: on the saved map, and on pages in its place."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.kept import KeptMap, until
from tests.browser.site import DESKTOP, PHONE, Size
from tests.browser.test_offline_answers import PLACE

pytestmark = [pytest.mark.browser, pytest.mark.breadth]

ADDRESSES = """() => [...document.querySelectorAll("a[href]")]
  .filter((a) => a.checkVisibility()).map((a) => a.getAttribute("href"))"""
KEPT = re.compile(r"(/|/here)?(\\?.*)?(#.*)?|geo:.*|tel:.*")


def test_nothing_leads_to_what_needs_the_network(
    asaka_site: str, new_map: OpenMap, size: Size
) -> None:
    city_map = new_map(asaka_site, size, touch=size == PHONE)
    kept = KeptMap(city_map.open("?layers=emergency_sites")).save()
    until(kept.page, lambda: kept.page.evaluate("navigator.serviceWorker.controller !== null"))
    official = kept.page.locator("#cautions-all a")
    if size == DESKTOP:
        assert official.is_visible()
    kept.go_offline()
    for path in ("/", "/terms", f"/here?{PLACE}&hazard=flood"):
        kept.page.goto(f"{asaka_site}{path}")
        if path == "/":
            kept.map.settle()
            kept.offline_words()
            kept.map.click_centre()
            kept.map.card()
        else:
            kept.page.locator("html[data-offline] main:not([hidden])").wait_for()
        wrong = [url for url in kept.page.evaluate(ADDRESSES) if not KEPT.fullmatch(url)]
        assert wrong == [], path
        search = kept.page.locator("form[action='/search']:visible, #search-open:visible")
        assert search.count() == (path == "/")
    assert kept.page.locator("a[href^='/here'], a[href^='geo:']").count() > 0
    kept.page.goto(f"{asaka_site}/")
    kept.map.settle()
    kept.offline_words()
    assert not kept.page.locator("input[name=base][value=pale]").is_visible()
    kept.page.context.set_offline(False)
    until(kept.page, lambda: kept.page.locator("html[data-offline]").count() == 0)
    kept.map.show_menu()
    kept.page.locator("#print-open").wait_for()
