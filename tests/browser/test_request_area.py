"""The area of a request, drawn on the map in its form by mouse, finger and keyboard."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage, Size, Watch, await_form
from tests.browser.test_accessible import violations
from tests.browser.test_request_form import MIDDLE, box, place, show_map

pytestmark = pytest.mark.browser

TRIANGLE = ((-60, -40), (60, -40), (0, 50))
BOW = ((-60, -40), (60, 40), (60, -40), (-60, 40))


@pytest.fixture
def form(new_map: OpenMap, asaka_site: str, size: Size) -> Page:
    """The form with its map, in each size; by touch on the phone."""
    opened = new_map(asaka_site, size, touch=size == PHONE)
    opened.watch.allow("status of 400|net::ERR_FAILED")
    page = opened.page
    page.goto(f"{asaka_site}/requests/new?lat={MIDDLE[0]}&lon={MIDDLE[1]}&lang=ja")
    show_map(page)
    return page


def status(page: Page) -> Any:
    return expect(page.locator("[data-place-status]"))


def begin(page: Page) -> None:
    page.locator("[data-area=draw]").click()
    expect(page.locator("[data-area=finish]")).to_be_visible()


def put_corners(
    page: Page, size: Size, corners: tuple[tuple[int, int], ...], before: int = 0
) -> None:
    """Choose places so many pixels from the middle of the map, where there are some `before`."""
    for count, (right, down) in enumerate(corners, before + 1):
        left, top, width, height = box(page, ".place-map")
        x, y = left + width / 2 + right, top + height / 2 + down
        if size == PHONE:
            page.touchscreen.tap(x, y)
        else:
            page.mouse.click(x, y)
        status(page).to_contain_text(str(count))


def drawn(page: Page) -> list[list[float]]:
    """The corners in the hidden field; [] when nothing is drawn."""
    text = page.locator("[name=area]").input_value()
    return json.loads(text)["coordinates"][0] if text else []


def send(page: Page) -> None:
    page.locator("#title").fill("水がたまる道")
    page.locator("#purpose").fill("雨の日の通り道を選ぶため")
    page.locator("input[name=category]").first.check()
    await_form(page)
    page.locator("form[method=post] button[type=submit]").click()


@pytest.mark.breadth
def test_what_draws_is_loaded_when_somebody_draws(form: Page) -> None:
    assert not form.evaluate("'bosaiDrawing' in globalThis")
    begin(form)
    assert form.evaluate("'bosaiDrawing' in globalThis")


def test_an_area_is_drawn_and_sent(form: Page, size: Size) -> None:
    begin(form)
    put_corners(form, size, TRIANGLE)
    assert drawn(form) == []
    form.locator("[data-area=finish]").click()
    ring = drawn(form)
    assert len(ring) == 4
    assert ring[0] == ring[-1]
    longitudes, latitudes = zip(*ring[:-1], strict=True)
    assert sum(longitudes) / 3 == pytest.approx(MIDDLE[1], abs=0.0005)
    assert sum(latitudes) / 3 == pytest.approx(MIDDLE[0], abs=0.0005)
    assert form.locator("#lat").input_value() == form.locator("#lon").input_value() == ""
    send(form)
    form.locator(".receipt").wait_for()
    facts = form.locator(".facts")
    expect(facts).to_contain_text("ヘクタールの範囲")
    expect(facts).to_contain_text("仲町一丁目")
    form.locator("[data-place-map]").scroll_into_view_if_needed()
    expect(form.locator(".place-map-canvas svg path[fill='#b3261e']")).to_have_count(1)


@pytest.mark.breadth
def test_the_first_corner_chosen_again_finishes_the_area(form: Page, size: Size) -> None:
    begin(form)
    put_corners(form, size, TRIANGLE)
    left, top, width, height = box(form, ".place-map")
    form.mouse.click(left + width / 2 - 60, top + height / 2 - 40)
    expect(form.locator("[data-area=draw]")).to_be_visible()
    assert len(drawn(form)) == 4


def test_an_area_is_drawn_by_keyboard(form: Page) -> None:
    form.locator("[data-area=draw]").press("Enter")
    expect(form.locator(".place-map-canvas")).to_be_focused()
    for count, key in enumerate(("ArrowRight", "ArrowDown", "ArrowLeft"), 1):
        form.keyboard.press(key)
        form.wait_for_timeout(600)  # Leaflet's glide
        form.keyboard.press("Enter")
        status(form).to_contain_text(str(count))
    form.locator("[data-area=undo]").press("Enter")
    status(form).to_contain_text("2")
    form.locator("[data-area=corner]").press("Enter")
    status(form).to_contain_text("3")
    form.locator("[data-area=finish]").press("Enter")
    assert len(drawn(form)) == 4
    expect(form.locator("[data-area=draw]")).to_be_focused()


@pytest.mark.breadth
def test_a_crossing_outline_is_told_and_can_be_mended(form: Page, size: Size) -> None:
    begin(form)
    put_corners(form, size, BOW)
    form.locator("[data-area=finish]").click()
    status(form).to_contain_text("交わ")
    assert drawn(form) == []
    form.locator("[data-area=undo]").click()
    form.locator("[data-area=finish]").click()
    assert len(drawn(form)) == 4


@pytest.mark.breadth
def test_what_is_being_drawn_is_not_lost_when_the_form_is_sent(form: Page, size: Size) -> None:
    begin(form)
    put_corners(form, size, TRIANGLE[:2])
    send(form)
    status(form).to_contain_text("3")
    assert "/requests/new" in form.url
    put_corners(form, size, TRIANGLE[2:], before=2)
    form.locator("form[method=post] button[type=submit]").click()
    form.locator(".receipt").wait_for()
    expect(form.locator(".facts")).to_contain_text("範囲")


@pytest.mark.breadth
def test_drawing_can_be_stopped_and_the_place_is_as_before(form: Page, size: Size) -> None:
    begin(form)
    assert not form.locator(".place-pin").count()
    put_corners(form, size, TRIANGLE)
    form.locator("[data-area=cancel]").click()
    assert drawn(form) == []
    assert place(form) == MIDDLE
    assert form.locator(".place-pin").count() == 1
    assert not form.locator(".place-map-canvas svg path[fill='#b3261e']").count()


@pytest.mark.breadth
def test_an_area_stays_when_the_form_is_refused_until_it_is_removed(form: Page, size: Size) -> None:
    begin(form)
    put_corners(form, size, TRIANGLE)
    form.locator("[data-area=finish]").click()
    ring = drawn(form)
    form.locator("form[method=post] button[type=submit]").click()
    form.locator(".summary").wait_for()
    assert drawn(form) == ring
    show_map(form)
    expect(form.locator(".place-map-canvas svg path[fill='#b3261e']")).to_have_count(1)
    left, top, width, height = box(form, ".place-map")
    form.mouse.click(left + width / 2, top + height / 2)
    assert drawn(form) == ring
    form.locator("[data-place=clear]").click()
    assert drawn(form) == []
    form.mouse.click(left + width / 2, top + height / 2)
    assert place(form)


@pytest.mark.breadth
def test_the_form_while_drawing_is_without_fault_and_nothing_reaches_beyond(
    form: Page, size: Size
) -> None:
    begin(form)
    put_corners(form, size, TRIANGLE)
    assert violations(MapPage(form, "", Watch(""))) == []
    assert form.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.breadth
def test_drawing_that_cannot_be_loaded_is_told_and_tried_again(form: Page) -> None:
    form.context.route("**/place_area-*.js", lambda route: route.abort())
    form.locator("[data-area=draw]").click()
    status(form).to_contain_text("読み込めません")
    form.context.unroute("**/place_area-*.js")
    begin(form)
