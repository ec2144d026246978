"""The place of a request, chosen on a map in its form: by tap, pin, keyboard, list and numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage, Size, Watch, await_form
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

LOADED = ".place-map .place-names span"
MIDDLE = (35.8, 139.6)


@pytest.fixture
def form(new_map: OpenMap, asaka_site: str, size: Size) -> Page:
    """The form with its map, in each size."""
    opened = new_map(asaka_site, size, touch=size == PHONE)
    opened.watch.allow("status of 400")  # a form that is refused
    page = opened.page
    page.goto(f"{asaka_site}/requests/new?lat={MIDDLE[0]}&lon={MIDDLE[1]}")
    show_map(page)
    return page


def show_map(page: Page) -> None:
    page.locator("#place").scroll_into_view_if_needed()
    page.locator(LOADED).first.wait_for(state="attached")


def place(page: Page) -> tuple[float, float]:
    latitude, longitude = (page.locator(f"#{name}").input_value() for name in ("lat", "lon"))
    return float(latitude), float(longitude)


def box(page: Page, selector: str) -> tuple[float, float, float, float]:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found["x"], found["y"], found["width"], found["height"]


@pytest.mark.breadth
def test_the_map_is_loaded_when_its_part_of_the_form_comes_into_view(
    new_map: OpenMap, asaka_site: str
) -> None:
    opened = new_map(asaka_site, PHONE)
    opened.page.goto(f"{asaka_site}/requests/new")
    opened.page.wait_for_load_state("networkidle")
    assert not [url for url in opened.watch.requests if "place_map" in url or "base." in url]
    show_map(opened.page)
    assert [url for url in opened.watch.requests if "place_map" in url]
    assert not opened.page.locator(".place-pin").count()


def test_a_tap_puts_the_pin_and_the_numbers(form: Page) -> None:
    pin = box(form, ".place-pin")
    left, top, width, height = box(form, ".place-map")
    assert abs(pin[0] + pin[2] / 2 - left - width / 2) < 3
    assert abs(pin[1] + pin[3] - top - height / 2) < 3
    form.mouse.click(left + width / 2 + 60, top + height / 2 + 40)
    latitude, longitude = place(form)
    assert latitude < MIDDLE[0]
    assert longitude > MIDDLE[1]
    expect(form.locator("[data-place-status]")).to_contain_text(str(latitude))
    moved = box(form, ".place-pin")
    assert abs(moved[0] - pin[0] - 60) < 3
    assert abs(moved[1] - pin[1] - 40) < 3


@pytest.mark.breadth
def test_the_pin_can_be_dragged(form: Page) -> None:
    x, y, width, height = box(form, ".place-pin")
    form.mouse.move(x + width / 2, y + height / 2)
    form.mouse.down()
    form.mouse.move(x + width / 2 - 50, y + height / 2 - 30, steps=5)
    form.mouse.up()
    latitude, longitude = place(form)
    assert latitude > MIDDLE[0]
    assert longitude < MIDDLE[1]


@pytest.mark.breadth
def test_the_middle_of_the_map_is_chosen_by_keyboard(form: Page) -> None:
    form.locator(".place-map-canvas").focus()
    for _ in range(2):
        form.keyboard.press("ArrowRight")
    form.wait_for_timeout(600)  # Leaflet's glide
    form.keyboard.press("Enter")
    latitude, longitude = place(form)
    assert abs(latitude - MIDDLE[0]) < 0.0002
    assert longitude > MIDDLE[1]
    form.locator("[data-place=clear]").press("Enter")
    assert form.locator("#lat").input_value() == form.locator("#lon").input_value() == ""
    assert not form.locator(".place-pin").count()
    form.locator("[data-place=middle]").press("Enter")
    assert place(form) == (latitude, longitude)


@pytest.mark.breadth
def test_numbers_and_neighbourhoods_move_the_pin(form: Page) -> None:
    form.locator("#lat").fill("３５．８１")
    left, top, width, height = box(form, ".place-map")
    pin = box(form, ".place-pin")
    assert abs(pin[1] + pin[3] - top - height / 2) < 3
    form.locator("#town").select_option(index=5)
    option = form.locator("#town option").nth(5)
    assert form.locator("#lat").input_value()[:6] == str(option.get_attribute("data-lat"))[:6]
    form.mouse.click(left + width / 2 + 50, top + height / 2)
    assert form.locator("#town").input_value() == ""
    form.locator("#lon").fill("east")
    assert not form.locator(".place-pin").count()


def test_what_was_chosen_is_sent_and_stays_when_the_form_is_refused(form: Page) -> None:
    left, top, width, height = box(form, ".place-map")
    form.mouse.click(left + width / 2 - 40, top + height / 2)
    chosen = place(form)
    form.locator("#title").fill("AED")
    await_form(form)
    form.locator("button[type=submit]").click()
    form.locator(".summary").wait_for()
    assert place(form) == chosen
    show_map(form)
    assert form.locator(".place-pin").count() == 1
    form.locator("#purpose").fill("p")
    form.locator("input[name=category]").first.check()
    await_form(form)
    form.locator("button[type=submit]").click()
    form.locator(".receipt").wait_for()
    assert str(chosen[0]) in form.locator(".facts").inner_text()


def test_the_form_with_its_map_is_without_fault_and_nothing_reaches_beyond(form: Page) -> None:
    assert violations(MapPage(form, "", Watch(""))) == []
    assert form.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    left, _top, width, _height = box(form, ".place-map")
    assert left >= 0
    assert left + width <= form.viewport_size["width"]  # type: ignore[index]


@pytest.mark.breadth
def test_without_script_a_neighbourhood_can_be_chosen(chromium_without_script: MapPage) -> None:
    page = chromium_without_script.page
    page.goto(f"{chromium_without_script.address}/requests/new?kind=correction")
    assert not page.locator(".place-choice").is_visible()
    page.locator("#title").fill("t")
    page.locator("#purpose").fill("p")
    page.locator("#layer").select_option("emergency_sites")
    option = page.locator("#town option").nth(5)
    page.locator("#town").select_option(index=5)
    latitude = str(option.get_attribute("data-lat"))
    await_form(page)
    page.locator("button[type=submit]").click()
    assert latitude in page.locator(".facts").inner_text()
