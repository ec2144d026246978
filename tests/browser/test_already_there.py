"""What is there already, above the form: to be read, and to be sent all the same by keyboard."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, Size, await_form
from tests.browser.test_accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.breadth]


def test_a_layer_that_fits_is_named_and_enter_sends_all_the_same(
    new_map: OpenMap, asaka_site: str, size: Size
) -> None:
    opened = new_map(asaka_site, size, touch=size == PHONE)
    page = opened.page
    page.goto(f"{asaka_site}/requests/new?lang=ja")
    await_form(page)
    page.locator("#title").fill("消火栓の場所")
    page.locator("#purpose").fill("夜の見回りで使いたい")
    page.locator("input[name=category]").first.check()
    page.locator("#title").press("Enter")
    box = page.locator(".precedents")
    box.wait_for()
    assert "もうあります" in box.inner_text()
    assert box.get_by_role("link").first.get_attribute("target") == "_blank"
    assert page.locator("#purpose").input_value() == "夜の見回りで使いたい"
    assert violations(opened) == []
    left, right = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert left <= right
    page.locator("#title").press("Enter")
    page.wait_for_url("**/requests/*key=*")
