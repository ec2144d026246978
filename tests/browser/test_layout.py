"""The map is the page: its room, the bar, the lines above it, the sheet, and the browser's Back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from tests.breadth import further
from tests.browser.conftest import OpenMap
from tests.browser.kept import until
from tests.browser.site import MapPage, Size, fetch_json

pytestmark = pytest.mark.browser

SMALL_PHONE = Size(360, 640)
ACROSS = Size(844, 390)
ZOOMED = Size(640, 400)  # 1280 × 800 at 200 %
ZOOMED_MOST = Size(320, 200)  # the same at 400 %
CONTROLS = (
    ".leaflet-control-zoom-in",
    ".leaflet-control-zoom-out",
    ".whole-city",
    ".locate-button",
)
# Whether the middle of an element is its own, and lies in the window.
REACHED = """(element) => {
  element.scrollIntoView({ block: "nearest" });
  const { left, top, width, height } = element.getBoundingClientRect();
  const at = document.elementFromPoint(left + width / 2, top + height / 2);
  return at !== null && element.contains(at);
}"""


def sized(new_map: OpenMap, site: str, size: Size, query: str = "") -> MapPage:
    city_map = new_map(site, size)
    return city_map.open(query)


@pytest.mark.parametrize("lang", ["ja", *further("en")])
@pytest.mark.parametrize(
    ("size", "share"),
    [(SMALL_PHONE, 0.6), pytest.param(ACROSS, 0.5, marks=pytest.mark.breadth), (ZOOMED, 0.5)],
    ids=str,
)
def test_the_map_has_most_of_the_height_and_its_controls_are_reached(
    new_map: OpenMap, asaka_site: str, size: Size, share: float, lang: str
) -> None:
    city_map = sized(new_map, asaka_site, size, f"?lang={lang}")
    _x, _y, width, height = city_map.map_box()
    assert width == size.width
    assert height >= share * size.height
    for control in (*CONTROLS, "#search-open", "#menu summary", ".languages summary"):
        assert city_map.page.locator(control).evaluate(REACHED), control


def test_at_the_greatest_zoom_the_page_is_scrolled_and_the_map_can_be_used(
    new_map: OpenMap, asaka_site: str
) -> None:
    city_map = sized(new_map, asaka_site, ZOOMED_MOST, "?lang=ja")
    _x, _y, _width, height = city_map.map_box()
    assert height >= 150
    for control in (".leaflet-control-zoom-in", ".preset", ".panel-handle"):
        assert city_map.page.locator(control).first.evaluate(REACHED), control
    assert city_map.page.evaluate("document.documentElement.scrollWidth") == ZOOMED_MOST.width


@pytest.mark.breadth
def test_the_line_says_the_most_urgent_and_opens_to_all(new_map: OpenMap, asaka_site: str) -> None:
    city_map = sized(new_map, asaka_site, SMALL_PHONE)
    line = city_map.page.locator(".cautions-line")
    assert "非公式" in line.inner_text()
    assert "見本" in line.inner_text()
    assert "指定されていない場所もあります" in line.inner_text()
    assert not city_map.page.locator("#cautions-all").is_visible()
    assert "公式：朝霞市水害ハザードマップ" in city_map.cautions()
    city_map.page.go_back()
    assert not city_map.page.locator("#cautions-all").is_visible()
    city_map.switch("flood")
    city_map.switch("emergency_sites")
    assert "見本" not in line.inner_text()


def test_the_legend_of_what_is_shown_is_always_there(new_map: OpenMap, asaka_site: str) -> None:
    city_map = sized(new_map, asaka_site, SMALL_PHONE, "?layers=flood")
    entries = city_map.page.locator("[data-mini-legend] li")
    assert entries.all_inner_texts()[:2] == ["0.5m未満", "0.5m以上3m未満"]
    assert entries.last.inner_text() == "調査対象外・不明"
    assert entries.first.is_visible()
    city_map.open("?layers=hydrants,extinguishers")
    assert entries.count() >= 2
    assert "0.5m未満" not in entries.all_inner_texts()


def height_of(city_map: MapPage) -> str | None:
    return city_map.page.locator("#layer-panel").get_attribute("data-height")


def test_the_sheet_has_three_heights_by_dragging_key_and_tap(
    new_map: OpenMap, asaka_site: str
) -> None:
    city_map = sized(new_map, asaka_site, Size(390, 844))
    page = city_map.page
    handle = page.locator(".panel-handle")

    def drag(to: float) -> None:
        box = handle.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 60, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 60, (box["y"] + to) / 2, steps=3)
        page.mouse.move(box["x"] + 60, to, steps=3)
        page.mouse.up()

    assert height_of(city_map) == "low"
    drag(420)
    assert height_of(city_map) == "half"
    drag(160)
    assert height_of(city_map) == "full"
    drag(830)
    assert height_of(city_map) == "low"
    handle.click()
    assert height_of(city_map) == "half"
    page.get_by_role("button", name="一覧を広げる").click()
    assert height_of(city_map) == "full"
    handle.press("ArrowDown")
    assert height_of(city_map) == "half"
    page.keyboard.press("Escape")
    assert height_of(city_map) == "low"


@pytest.mark.breadth
def test_back_closes_what_is_open_and_keeps_the_map(new_map: OpenMap, asaka_site: str) -> None:
    city_map = sized(new_map, asaka_site, SMALL_PHONE, "?layers=hydrants")
    page = city_map.page
    city_map.show_menu()
    page.go_back()
    assert not page.locator("#print-open").is_visible()
    city_map.show_panel()
    page.locator("input[data-layer=flood]").click()
    city_map.settle()
    page.go_back()
    assert height_of(city_map) == "low"
    assert city_map.is_on("flood")
    assert "layers=flood,hydrants" in page.url
    city_map.show_search()
    assert page.evaluate("document.activeElement.type") == "search"
    page.go_back()
    assert page.locator("#search-open").is_visible()
    # What was closed otherwise has left nothing to go back through.
    city_map.show_menu()
    page.keyboard.press("Escape")
    city_map.show_panel()
    page.locator(".panel-handle").click()
    until(page, lambda: page.evaluate("history.state === null"))
    page.go_back()
    assert page.url == "about:blank"


@pytest.mark.breadth
def test_a_link_to_another_part_of_the_country_shows_the_city_and_says_so(
    city_map: MapPage,
) -> None:
    city_map.open("?at=15/43.06200/141.35400")
    message = city_map.page.locator("#map-message")
    assert "市全体を表示しています" in message.inner_text()
    bounds = city_map.page.evaluate("city_map_main.getBounds().toBBoxString()")
    west, south, east, north = map(float, bounds.split(","))
    assert west < 139.60 < east
    assert south < 35.80 < north


@pytest.mark.breadth
def test_a_button_shows_the_whole_city_again(city_map: MapPage) -> None:
    city_map.open("?at=17/35.79700/139.59300")
    city_map.page.get_by_role("button", name="市全体を表示").click()
    city_map.settle()
    west, south, east, north = map(
        float, city_map.page.evaluate("city_map_main.getBounds().toBBoxString()").split(",")
    )
    assert west <= 139.5727
    assert south <= 35.7783
    assert east >= 139.6234
    assert north >= 35.8353


@pytest.mark.breadth
def test_the_map_says_that_it_loads(new_map: OpenMap, asaka_site: str) -> None:
    city_map = new_map(asaka_site, SMALL_PHONE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    city_map.page.route("**/base.geojson*", hold)
    city_map.page.goto(f"{city_map.address}/?layers=")
    progress = city_map.page.locator("#map-progress")
    assert progress.is_visible()
    assert progress.inner_text() == "地図を読み込んでいます…"
    while not held:
        city_map.page.wait_for_timeout(20)
    held[0].continue_()
    progress.wait_for(state="hidden")


@pytest.mark.breadth
def test_the_choice_is_kept_on_the_device_and_goes_with_the_links(
    new_map: OpenMap, asaka_site: str
) -> None:
    city_map = sized(new_map, asaka_site, SMALL_PHONE)
    page = city_map.page
    page.locator("[data-preset=earthquake]").click()
    city_map.settle()
    light = page.locator("a[data-light]")
    assert "hazard=earthquake" in (light.get_attribute("href") or "")
    city_map.open()  # without a word in the address
    assert page.locator("[data-preset=earthquake]").get_attribute("aria-pressed") == "true"
    assert "for=earthquake" in page.url
    page.goto(f"{city_map.address}/light?hazard=flood")
    page.get_by_role("link", name="地図を開く").click()
    city_map.settle()
    assert page.locator("[data-preset=flood]").get_attribute("aria-pressed") == "true"
    # An address that says what to show is believed.
    city_map.open("?layers=hydrants")
    assert page.locator("[data-preset][aria-pressed=true]").count() == 0


@pytest.mark.parametrize("size", [SMALL_PHONE, Size(1280, 800)], ids=str)
def test_without_a_script_the_page_says_so_first_and_lists_the_layers(
    chromium: Browser, asaka_site: str, size: Size
) -> None:
    context = chromium.new_context(
        viewport={"width": size.width, "height": size.height}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{asaka_site}/?lang=ja")
    message = page.locator(".stage-noscript")
    box = message.bounding_box()
    assert "JavaScript" in message.inner_text()
    assert box is not None
    assert box["y"] + box["height"] < size.height / 3
    assert page.locator("#cautions-all").is_visible()
    assert page.locator("[data-row=flood] .row-title").is_visible()
    assert page.locator(".presets, .panel-handle, .city-map").locator("visible=true").count() == 0
    context.close()


@pytest.mark.breadth
def test_close_by_a_line_says_where_the_middle_is(city_map: MapPage) -> None:
    line = city_map.page.locator("#place-line")
    city_map.open("?layers=&at=17/35.80050/139.59050")
    line.wait_for()
    said = line.inner_text()
    assert said.startswith("この近く：溝沼")
    here = f"{city_map.address}/here?lat=35.80050&lon=139.59050&f=json&lang=ja"
    for name in fetch_json(here)["near"].split("、"):
        assert name in said
    city_map.open("?layers=&at=13/35.80050/139.59050")
    assert line.is_hidden()


def test_every_place_of_another_city_is_told_too(new_map: OpenMap, yaizu_site: str) -> None:
    yaizu = new_map(yaizu_site).open("?layers=&at=17/34.84310/138.32390")
    line = yaizu.page.locator("#place-line")
    line.wait_for()
    assert line.inner_text() != ""
