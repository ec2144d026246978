"""The layer of requests on the map: off by default, and what it shows when it is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Wording
from server.desk.intake.form import Place
from server.desk.intake.subject import Subject
from tests.breadth import further
from tests.browser.conftest import OpenMap
from tests.browser.request_site import RequestSite, request_site
from tests.browser.site import PHONE, MapPage, Size
from tests.browser.test_accessible import violations
from tests.browser.test_request_area import begin, put_corners, send
from tests.browser.test_request_form import box, show_map

pytestmark = pytest.mark.browser

NEAR, FAR = Place(35.7966, 139.5936), Place(35.806, 139.61)
RING = ((139.602, 35.8), (139.606, 35.8), (139.606, 35.803), (139.602, 35.803), (139.602, 35.8))
DRAWN = Place(35.8015, 139.604, RING)
CLOSE = "at=17/35.79660/139.59360"
STATUS = "[data-requests=status]"
MARKS = ".request"


@pytest.fixture(scope="module")
def site(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RequestSite]:
    assert asaka.layers
    with request_site(home, tmp_path_factory.mktemp("requests")) as site:
        site.publish("AEDの場所", NEAR, "adopted")
        site.publish("ここの名前が違います", FAR, "available", subject=Subject("hydrants"))
        site.publish("<b>水がたまる道</b>", DRAWN)
        yield site


@pytest.fixture
def requests_map(new_map: OpenMap, site: RequestSite, size: Size) -> MapPage:
    return new_map(site.address, size, touch=size == PHONE)


def switch_on(shown: MapPage) -> None:
    shown.show_panel()
    shown.page.locator("#requests-on").check()
    expect(shown.page.locator(STATUS)).to_contain_text("地図にあります")
    shown.settle()


def hide_panel(page: Page) -> None:
    handle = page.locator(".panel-handle")
    if handle.is_visible() and handle.get_attribute("aria-expanded") == "true":
        handle.click()


@pytest.mark.breadth
def test_nothing_of_it_is_loaded_before_it_is_switched_on(requests_map: MapPage) -> None:
    requests_map.open()
    page = requests_map.page
    assert not page.locator("#requests-on").is_checked()
    assert not [url for url in requests_map.watch.requests if "request" in url.split("?")[0]]
    assert "requests" not in page.url
    switch_on(requests_map)
    loaded = [url.split("/")[-1] for url in requests_map.watch.requests if "request" in url]
    assert len(loaded) == 2
    assert loaded[1] == "requests.geojson"
    assert "requests=1" in page.url
    page.locator("#requests-on").uncheck()
    assert page.locator(MARKS).count() == 0
    assert "requests" not in page.url


def test_a_request_is_told_of_and_leads_to_its_page(requests_map: MapPage) -> None:
    requests_map.open(f"?layers=&{CLOSE}&requests=1&lang=ja")
    page = requests_map.page
    expect(page.locator(MARKS)).to_have_count(1)
    requests_map.click_centre()
    card = requests_map.card()
    assert "みんなの要望" in card
    assert "採用します" in card
    assert "実際にあるものを示すものではありません" in card
    page.locator("#place-card").get_by_role("link", name="AEDの場所").click()
    page.locator(".receipt").wait_for()
    assert "AEDの場所" in page.locator("h1").inner_text()
    page.locator("[data-place-map]").scroll_into_view_if_needed()
    expect(page.locator(".place-map .place-pin")).to_have_count(1)
    assert violations(requests_map) == []


def test_an_area_is_drawn_and_told_of_wherever_it_is_pressed(requests_map: MapPage) -> None:
    requests_map.open("?layers=&at=17/35.80250/139.60250&requests=1&lang=ja")
    page = requests_map.page
    expect(page.locator(".leaflet-requests-pane path[stroke-dasharray]")).to_have_count(1)
    requests_map.click_centre()
    assert "<b>水がたまる道</b>" in requests_map.card()


@pytest.mark.breadth
def test_by_keyboard_the_middle_of_the_map_is_told_of(new_map: OpenMap, site: RequestSite) -> None:
    shown = new_map(site.address).open(f"?layers=&{CLOSE}&requests=1&lang=ja")
    expect(shown.page.locator(MARKS)).to_have_count(1)
    shown.page.locator("#city_map_main").focus()
    shown.page.keyboard.press("Enter")
    assert "AEDの場所" in shown.card()
    shown.page.locator("#requests-on").press("Space")
    shown.page.locator("#city_map_main").focus()
    shown.page.keyboard.press("Enter")
    assert "AEDの場所" not in shown.card()


@pytest.mark.breadth
def test_from_afar_a_number_counts_them_and_the_list_names_them(requests_map: MapPage) -> None:
    requests_map.open("?layers=&at=11/35.80000/139.60000&requests=1&lang=ja")
    page = requests_map.page
    expect(page.locator(f"{MARKS} text")).to_have_text(["3"])
    x, y, width, height = box(page, MARKS)
    page.mouse.click(x + width / 2, y + height / 2)
    card = requests_map.card()
    assert all(title in card for title in ("AEDの場所", "ここの名前が違います", "水がたまる道"))
    page.keyboard.press("Escape")
    requests_map.show_panel()
    page.locator("[data-requests=list] summary").click()
    listed = page.locator("[data-requests=list] li")
    expect(listed).to_have_count(3)
    expect(listed.first).to_contain_text("水がたまる道")
    expect(listed.nth(1)).to_contain_text("直しました")


@pytest.mark.breadth
def test_many_requests_at_one_place_are_told_of_there(new_map: OpenMap, site: RequestSite) -> None:
    numbers = [site.publish(f"同じ場所{count}", Place(35.815, 139.57)) for count in range(12)]
    shown = new_map(site.address).open("?layers=&at=18/35.81500/139.57000&requests=1&lang=ja")
    expect(shown.page.locator(f"{MARKS} text")).to_have_text(["12"])
    shown.click_centre()
    assert "ほかに要望が2件" in shown.card()
    for number in numbers:
        Answers(site.engine).withdraw(number, actor=COMMAND_LINE)


@pytest.mark.breadth
def test_the_link_keeps_it_and_the_list_leads_to_it(requests_map: MapPage) -> None:
    page = requests_map.page
    page.goto(f"{requests_map.address}/requests?lang=ja")
    page.get_by_role("link", name="要望を地図で見る").click()
    requests_map.settle()
    expect(page.locator("#requests-on")).to_be_checked()
    assert "requests=1" in page.url
    assert "requests%3D1" in (page.locator("a[data-language=en]").get_attribute("href") or "")
    requests_map.show_menu()
    page.locator("#print-open").focus()
    address = page.locator("#print-open").get_attribute("href") or ""
    assert "requests=1" in address
    page.goto(address)
    assert page.locator("h1").count()


@pytest.mark.breadth
def test_a_fault_is_told_and_tried_again(new_map: OpenMap, site: RequestSite) -> None:
    shown = new_map(site.address).open("?lang=ja")
    shown.watch.allow("net::ERR_FAILED")
    shown.page.route("**/requests.geojson", lambda route: route.abort())
    shown.page.locator("#requests-on").check()
    expect(shown.page.locator(STATUS)).to_contain_text("読み込めませんでした")
    shown.page.unroute("**/requests.geojson")
    shown.page.locator("#requests-on").uncheck()
    switch_on(shown)
    expect(shown.page.locator(MARKS).first).to_be_visible()


@pytest.mark.breadth
@pytest.mark.parametrize("lang", ["ja", *further("en")])
def test_the_map_with_it_is_without_fault(requests_map: MapPage, lang: str) -> None:
    requests_map.open(f"?{CLOSE}&requests=1&lang={lang}")
    requests_map.click_centre()
    requests_map.card()
    requests_map.show_panel()
    requests_map.page.locator("[data-requests=list] summary").click()
    assert violations(requests_map) == []


@pytest.mark.breadth
def test_from_an_area_drawn_to_its_page_by_way_of_the_map(
    new_map: OpenMap, site: RequestSite, size: Size
) -> None:
    shown = new_map(site.address, size, touch=size == PHONE)
    page = shown.page
    page.goto(f"{site.address}/requests/new?lat=35.79&lon=139.58&lang=ja")
    show_map(page)
    begin(page)
    put_corners(page, size, ((-60, -40), (60, -40), (60, 40), (-60, 40)))
    page.locator("[data-area=finish]").click()
    send(page)
    page.locator(".precedents").wait_for()  # a request like it is public; the area stays drawn
    page.locator("form[method=post] button[type=submit]").click()
    number = int(page.locator(".receipt .number strong").inner_text())
    shown.open("?layers=&at=17/35.79000/139.58000&requests=1&lang=ja")
    shown.click_centre()
    assert "水がたまる道" not in shown.card()
    Answers(site.engine).answer(number, Wording(), actor=COMMAND_LINE)
    shown.open("?layers=&at=17/35.79000/139.58000&requests=1&lang=ja")
    expect(page.locator(MARKS)).to_have_count(1)
    shown.click_centre()
    shown.card()
    page.locator("#place-card").get_by_role("link", name="水がたまる道").click()
    page.locator(".receipt").wait_for()
    assert page.url.startswith(f"{site.address}/requests/{number}")
    page.locator("[data-place-map]").scroll_into_view_if_needed()
    expect(page.locator(".place-map-canvas svg path[fill='#b3261e']")).to_have_count(1)
    assert "範囲" in page.locator(".facts").inner_text()
    Answers(site.engine).withdraw(number, actor=COMMAND_LINE)


def test_a_request_published_without_its_place_is_not_on_the_map(
    new_map: OpenMap, site: RequestSite
) -> None:
    number = site.publish("ひみつの場所", Place(35.82, 139.56))
    Answers(site.engine).answer(number, Wording(with_place=False), actor=COMMAND_LINE)
    shown = new_map(site.address).open("?layers=&at=17/35.82000/139.56000&requests=1&lang=ja")
    expect(shown.page.locator(STATUS)).to_contain_text("地図にあります")
    assert shown.page.locator(MARKS).count() == 0
    shown.page.goto(f"{site.address}/requests/{number}?lang=ja")
    assert not shown.page.locator("[data-place-map]").count()
    Answers(site.engine).withdraw(number, actor=COMMAND_LINE)
