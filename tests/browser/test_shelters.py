"""From two taps on a phone to the public map: whether shelters are open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.shelters.states import Shelters
from tests.browser.conftest import OpenMap
from tests.browser.kept import KeptMap, until
from tests.browser.places import features
from tests.browser.site import DESKTOP, PHONE, MapPage, Size, Watch, near, rgb
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.test_accessible import violations
from tests.layers.city import SmallCity, feature_collection, polygon

pytestmark = pytest.mark.browser

SITES = "emergency_sites"
SMALL = Size(360, 640)
FINGER = 44  # CSS pixels
FULL = rgb("#b00020")
OPEN = rgb("#0a6b2d")
STATED = re.compile(r"満員（\d{4}年\d+月\d+日 \d+時\d\d分現在）")


@pytest.fixture
def site(asaka: Catalog, home: Path, tmp_path: Path) -> Iterator[StaffSite]:
    assert asaka.layers
    database = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    with staff_site(home / "asaka", tmp_path, database) as site:
        yield site


def a_site(site: StaffSite, *, flood: bool) -> tuple[int, str, float, float]:
    """The id, name and place of one that is designated for floods, or of one that is not."""
    feature = next(
        each
        for each in features(site.address, SITES)
        if (each["properties"].get("flood") is True) == flood
    )
    longitude, latitude = feature["geometry"]["coordinates"]
    return feature["id"], feature["properties"]["name"], longitude, latitude


def colours(opened: MapPage) -> set[tuple[int, int, int]]:
    return {*opened.common_colors(24)}


def shows(opened: MapPage, color: tuple[int, int, int]) -> bool:
    return any(near(each, color, 12) for each in colours(opened))


def require_in_reach(opened: MapPage) -> None:
    """In every size the form fits and has no fault; a finger hits what it has to.

    The buttons are on the screen as soon as a place is. The page is left in the last size.
    """
    page = opened.page
    for size in (DESKTOP, PHONE, SMALL):
        page.set_viewport_size({"width": size.width, "height": size.height})
        assert violations(opened) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size.width
        for target in page.locator(".choices label, .shelter-states button").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= FINGER
        page.evaluate("scrollTo(0, 0)")
        page.locator(".choices label").first.scroll_into_view_if_needed()
        buttons = page.locator(".shelter-states").bounding_box()
        assert buttons is not None
        assert buttons["y"] + buttons["height"] <= size.height


def without_fault(opened: MapPage) -> None:
    """Whatever the size, axe finds nothing. The page is left in the last size."""
    for size in (DESKTOP, PHONE, SMALL):
        opened.page.set_viewport_size({"width": size.width, "height": size.height})
        opened.frames(2)
        assert violations(opened) == []


def test_two_taps_are_seen_on_the_map_in_japanese_and_english(
    new_map: OpenMap, site: StaffSite
) -> None:
    _id, name, longitude, latitude = a_site(site, flood=True)
    resident = new_map(site.address, SMALL).at(SITES, longitude, latitude)
    assert not shows(resident, FULL)
    staff = new_map(site.address, SMALL, touch=True)
    page = staff.page
    site.sign_in(page, "鈴木")
    page.goto(f"{site.address}/staff/shelters?lang=ja")
    require_in_reach(staff)
    page.locator(".choices label").filter(has_text=name).first.tap()
    page.get_by_role("button", name="満員").tap()
    expect(page.get_by_role("status")).to_contain_text("1か所を「満員」にしました。")
    without_fault(staff)

    resident.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(resident.page, lambda: shows(resident, FULL))
    resident.click_centre()
    assert STATED.search(resident.card())
    without_fault(resident)
    english = new_map(site.address, DESKTOP).open(
        f"?lang=en&layers={SITES}&at=17/{latitude}/{longitude}"
    )
    until(english.page, lambda: shows(english, FULL))
    english.click_centre()
    assert re.search(r"Full \(as of \d+ \w+ \d{4}, \d+:\d\d Japan time\)", english.card())
    english.page.goto(f"{site.address}/light?hazard=flood&lang=en")
    assert "Full (as of" in english.page.locator("main").inner_text()
    without_fault(english)


@pytest.mark.breadth
def test_the_form_needs_no_script(chromium: Browser, site: StaffSite) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="ja-JP")
    page = MapPage(context.new_page(), site.address, Watch(site.address)).page
    site.sign_in(page, "高橋")
    page.goto(f"{site.address}/staff/shelters?lang=ja")
    page.locator("#q").fill("小学校")
    page.get_by_role("button", name="検索").click()
    page.get_by_role("link", name=re.compile("すべて選ぶ")).click()
    page.get_by_role("button", name="開設").click()
    expect(page.get_by_role("status")).to_contain_text("「開設」にしました。")
    assert page.locator(".opening.is-open").count() == page.locator(".choices label").count()
    context.close()


def test_that_it_is_open_is_not_drawn_where_the_place_is_not_designated(
    new_map: OpenMap, site: StaffSite
) -> None:
    number, name, longitude, latitude = a_site(site, flood=False)
    Shelters(site.engine).set({(SITES, number): name}, "open", "", actor=COMMAND_LINE)
    alone = new_map(site.address).at(SITES, longitude, latitude)
    until(alone.page, lambda: shows(alone, OPEN))
    beside = new_map(site.address).at(f"flood,{SITES}", longitude, latitude)
    beside.click_centre()
    until(beside.page, lambda: "開設（" in beside.card())
    assert not shows(beside, OPEN)
    text = beside.card()
    assert text.index("洪水") < text.index("開設（")  # what it is not for stands first


@pytest.mark.breadth
def test_an_area_has_its_badge_and_a_place_in_the_search_its_state(
    new_map: OpenMap, tmp_path: Path
) -> None:
    city = SmallCity(tmp_path)
    city.home.mkdir()
    west, south, east, north = 139.099, 35.099, 139.101, 35.101
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    city.put("grounds.geojson", feature_collection((polygon(ring), {"名称": "運動公園"})))
    city.declare("grounds", 'path = "grounds.geojson"', top="shelters = true\nlabel = 'name'")
    folders = {"BOSAI_DEFINITIONS": str(city.definitions), "BOSAI_DATA": str(city.data)}
    with staff_site(city.home, tmp_path, f"sqlite:///{tmp_path / 'db.sqlite'}", folders) as site:
        (feature,) = features(site.address, "grounds")
        states = Shelters(site.engine)
        states.set({("grounds", feature["id"]): "運動公園"}, "full", "", actor=COMMAND_LINE)
        opened = new_map(site.address).at("grounds", 139.1, 35.1)
        badge = opened.page.locator(".area-badge [data-state=full]")
        expect(badge).to_have_count(1)
        expect(badge).to_be_visible()
        opened.page.locator("#place-search input[type=search]").fill("運動公園")
        expect(opened.page.locator("[role=option]").first).to_contain_text("満員")
        states.set({("grounds", feature["id"]): "運動公園"}, "open", "", actor=COMMAND_LINE)
        is_open = opened.page.locator(".area-badge [data-state=open]")

        def looked() -> bool:  # a browser may keep what the service said for 15 s
            opened.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            opened.page.wait_for_timeout(500)
            return is_open.count() == 1

        until(opened.page, looked)
        expect(badge).to_have_count(0)


@pytest.mark.breadth
def test_a_saved_map_tells_the_last_state_and_that_it_may_be_old(
    new_map: OpenMap, site: StaffSite
) -> None:
    number, name, longitude, latitude = a_site(site, flood=True)
    kept = KeptMap(new_map(site.address, PHONE).at(SITES, longitude, latitude)).save()
    states = Shelters(site.engine)
    states.set({(SITES, number): name}, "full", "<b>隣の公民館</b>", actor=COMMAND_LINE)
    assert "full" not in site_states(kept)

    def told() -> bool:  # the service uses an answer again for 2 s, the page waits 3 s for one
        kept.contact()
        kept.page.wait_for_timeout(500)
        return "full" in site_states(kept)

    until(kept.page, told)
    kept.go_offline()
    kept.map.at(SITES, longitude, latitude)
    until(kept.page, lambda: shows(kept.map, FULL))
    kept.map.click_centre()
    text = kept.map.card()
    assert STATED.search(text)
    assert "<b>隣の公民館</b>" in text
    assert "その後変わっている場合があります。" in text
    kept.page.goto(f"{site.address}/here?lat={latitude}&lon={longitude}&hazard=flood&lang=ja")
    kept.page.locator("main:not([hidden])").wait_for()
    place = kept.page.locator("main li").filter(has_text=name).first.inner_text()
    assert re.match(r"【満員（", place)
    assert violations(kept.map) == []


def site_states(kept: KeptMap) -> str:
    """What the copy was told of shelters, as text."""
    told: str = kept.page.evaluate(
        """async () => {
          for (const name of await caches.keys()) {
            const kept = await (await caches.open(name)).match("/offline/shelters");
            if (kept) return kept.text();
          }
          return "";
        }"""
    )
    return told
