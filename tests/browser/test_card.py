"""One card tells of a place: where it is, what was tapped, what is known, what can be done."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Route
from shapely.geometry import shape

from tests.breadth import further, mainly
from tests.browser.conftest import OpenMap
from tests.browser.kept import until
from tests.browser.places import features, middle
from tests.browser.site import DESKTOP, HERE, PHONE, MapPage, Size, fetch_json
from tests.browser.test_accessible import violations
from tests.browser.test_clusters import largest
from tests.browser.test_search import INPUT, typed

pytestmark = pytest.mark.browser

SITE = (139.600487, 35.791399)  # 栄町保育園
EMPTY = (139.5925, 35.7865)
ASK = "この場所についてレイヤーを要望する"
KNOWN = "この場所についてわかること"
NUMBER = re.compile(r"\d+\.\d{5}")
SIZES = [Size(360, 640), PHONE, Size(844, 390), DESKTOP, Size(640, 400)]  # the last: 200 %
FINGER = 44


def card(city_map: MapPage) -> Locator:
    return city_map.page.locator("#place-card")


def sections(city_map: MapPage) -> list[str]:
    """The sections that are open, each as its lines without empty ones."""
    city_map.card()
    texts = city_map.page.locator("#place-card .card-section:visible").all_inner_texts()
    return ["\n".join(line for line in text.splitlines() if line.strip()) for text in texts]


def assert_the_pin_is_seen(city_map: MapPage) -> None:
    pin = city_map.page.locator(".pin").bounding_box()
    assert pin is not None
    left, top, width, height = city_map.map_box()
    assert pin["x"] >= left
    assert pin["x"] + pin["width"] <= left + width
    assert pin["y"] >= top
    assert pin["y"] + pin["height"] <= top + height
    box = card(city_map).bounding_box()
    assert box is not None
    apart_x = box["x"] >= pin["x"] + pin["width"] or pin["x"] >= box["x"] + box["width"]
    apart_y = box["y"] >= pin["y"] + pin["height"] or pin["y"] >= box["y"] + box["height"]
    assert apart_x or apart_y


def query_of(address: str | None) -> dict[str, str]:
    assert address is not None
    parts = urlsplit(address)
    assert parts.path == "/requests/new"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def flooded(address: str) -> tuple[dict[str, Any], float, float]:
    """The deepest zone's properties, and a place well inside it."""
    zone = max(features(address, "flood"), key=lambda zone: zone["properties"]["rank"])
    place = middle(shape(zone["geometry"]))
    return zone["properties"], place.x, place.y


def test_the_place_of_a_symbol_is_taken_to_the_form(city_map: MapPage) -> None:
    city_map.at("emergency_sites", *SITE).click_centre()
    assert ASK in city_map.card()
    link = card(city_map).get_by_role("link", name=ASK)
    asked = query_of(link.get_attribute("href"))
    assert asked.pop("lang") == "ja"
    assert asked.keys() == {"lat", "lon"}
    assert all(NUMBER.fullmatch(text) for text in asked.values())
    assert float(asked["lon"]) == pytest.approx(SITE[0], abs=2e-5)
    assert float(asked["lat"]) == pytest.approx(SITE[1], abs=2e-5)
    link.click()
    city_map.page.wait_for_url("**/requests/new?*")
    assert city_map.page.locator("input[name=lat]").input_value() == asked["lat"]
    assert city_map.page.locator("input[name=lon]").input_value() == asked["lon"]


@pytest.mark.breadth
def test_the_language_stays(new_map: OpenMap, asaka_site: str) -> None:
    english = new_map(asaka_site).open(f"?lang=en&layers=flood&at=17/{EMPTY[1]}/{EMPTY[0]}")
    english.click_centre()
    assert "Near:" in english.card()
    link = card(english).get_by_role("link", name="Request a layer")
    assert query_of(link.get_attribute("href"))["lang"] == "en"
    link.click()
    english.page.wait_for_url("**/requests/new?*")
    assert english.page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.breadth
@pytest.mark.parametrize(
    "size", mainly(SIZES[0], SIZES), ids=lambda size: f"{size.width}x{size.height}"
)
def test_the_place_is_never_under_the_card(new_map: OpenMap, asaka_site: str, size: Size) -> None:
    city_map = new_map(asaka_site, size)
    for corner in ((0.1, 0.1), (0.5, 0.95), (0.97, 0.6), (0.5, 0.5)):
        city_map.open(f"?layers=&at=16/{SITE[1]}/{SITE[0]}")
        _left, _top, width, height = city_map.map_box()
        at = [width * corner[0], height * corner[1]]
        place = city_map.page.evaluate(
            "(at) => { const { lat, lng } = city_map_main.containerPointToLatLng(at);"
            " city_map_main.fire('click', { latlng: { lat, lng }, originalEvent: { detail: 1 } });"
            " return [lat, lng]; }",
            at,
        )
        city_map.card()
        assert_the_pin_is_seen(city_map)
        there = city_map.page.evaluate("(at) => city_map_main.latLngToContainerPoint(at)", place)
        _left, _top, width, height = city_map.map_box()
        assert 0 <= there["x"] <= width
        assert 0 <= there["y"] <= height
        close = city_map.page.get_by_role("button", name="閉じる").bounding_box()
        assert close is not None
        assert min(close["width"], close["height"]) >= FINGER
        assert city_map.page.evaluate("document.documentElement.scrollWidth") <= size.width


def test_every_place_has_an_answer_and_a_tap_moves_on_to_the_next(city_map: MapPage) -> None:
    city_map.at("emergency_sites", *EMPTY).click_centre()
    first = city_map.card()
    assert "この近く：" in first
    assert "情報はありません" not in first
    left, top, width, height = city_map.map_box()
    city_map.page.mouse.click(left + width / 2 - 40, top + height / 2 - 30)
    until(city_map.page, lambda: city_map.card() != first)
    assert city_map.page.locator(".pin").count() == 1
    city_map.page.get_by_role("button", name="閉じる").click()
    assert not city_map.is_card_open()
    assert city_map.page.locator(".pin").count() == 0


def test_where_the_form_takes_no_place_there_is_no_link(new_map: OpenMap, yaizu_site: str) -> None:
    far = new_map(yaizu_site).open("?layers=&at=14/35.10000/138.29000")
    far.click_centre()
    text = far.card()
    assert "市外の場所です" in text
    assert ASK not in text


@pytest.mark.breadth
def test_a_link_pressed_as_soon_as_it_is_there_is_followed(city_map: MapPage) -> None:
    """A card that glides into view is gone from under the finger before it is lifted."""
    city_map.without_answers().at("emergency_sites", *SITE).click_centre()
    city_map.card()
    city_map.page.unroute("**/here?*")
    link = card(city_map).get_by_role("link", name=KNOWN)
    link.scroll_into_view_if_needed()
    box = link.bounding_box()
    assert box is not None
    city_map.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    city_map.page.mouse.down()
    city_map.frames(6)  # a press takes some tenth of a second
    city_map.page.mouse.up()
    city_map.page.wait_for_url(HERE)


@pytest.mark.breadth
def test_what_is_still_loading_is_said_so_and_told_once_it_is_there(desktop_map: MapPage) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desktop_map.page.route("**/tiles/emergency_sites/**", hold)
    longitude, latitude = SITE
    desktop_map.page.goto(
        f"{desktop_map.address}/?layers=emergency_sites&at=17/{latitude}/{longitude}"
    )
    desktop_map.page.locator(".place-names").wait_for(state="attached")
    until(desktop_map.page, lambda: len(held) > 0)
    desktop_map.click_centre()
    assert "この場所のデータを読み込んでいます" in desktop_map.card()
    for route in held:
        route.continue_()
    desktop_map.page.unroute("**/tiles/emergency_sites/**")
    until(desktop_map.page, lambda: "栄町保育園" in desktop_map.card())


def long_press(city_map: MapPage, x: float, y: float) -> None:
    """Send what a phone's browser sends for a finger that rests; headless Chromium does not."""
    city_map.page.evaluate(_LONG_PRESS, [x, y])


_LONG_PRESS = """([clientX, clientY]) => {
  const place = { clientX, clientY, bubbles: true, cancelable: true, pointerType: "touch" };
  const target = document.elementFromPoint(clientX, clientY);
  target.dispatchEvent(new PointerEvent("contextmenu", place));
}"""


@pytest.mark.breadth
def test_a_long_press_tells_of_the_place_where_a_cluster_is(
    new_map: OpenMap, asaka_site: str
) -> None:
    phone = new_map(asaka_site, PHONE, touch=True).open("?layers=hydrants")
    cluster, zoom = largest(phone), phone.page.evaluate("city_map_main.getZoom()")
    long_press(phone, cluster.x, cluster.y)
    assert "見本データのため、この場所については何も示しません" in phone.card()
    assert phone.page.evaluate("city_map_main.getZoom()") == zoom
    assert_the_pin_is_seen(phone)


@pytest.mark.breadth
def test_the_other_button_of_a_mouse_does_so_too(desktop_map: MapPage) -> None:
    cluster = largest(desktop_map.open("?layers=hydrants"))
    desktop_map.page.mouse.click(cluster.x, cluster.y, button="right")
    assert "消防水利" in desktop_map.card()


@pytest.mark.breadth
def test_a_place_that_was_searched_is_told_by_the_same_card(city_map: MapPage) -> None:
    city_map.open("?layers=flood")
    typed(city_map, "栄町保育園")
    city_map.page.keyboard.press("Enter")
    text = city_map.card()
    assert "栄町保育園" in text
    assert "徒歩の目安" in text
    assert_the_pin_is_seen(city_map)
    city_map.page.keyboard.press("Escape")
    assert city_map.page.evaluate(f"document.activeElement.matches('{INPUT}, #search-open')")


def test_what_the_service_knows_is_told_with_the_places_near(city_map: MapPage) -> None:
    city_map.open(f"?layers=emergency_sites&for=earthquake&at=16/{EMPTY[1]}/{EMPTY[0]}")
    city_map.click_centre()
    texts = sections(city_map)
    (sites,) = [text for text in texts if text.startswith("地震：指定緊急避難場所")]
    asked = f"{city_map.address}/here?lat={EMPTY[1]}&lon={EMPTY[0]}&hazard=earthquake&f=json"
    (expected,) = fetch_json(asked)["sites"]
    assert [line for line in expected["lines"] if line not in sites] == []
    assert expected["text"] in sites
    assert [each for each in expected["cautions"] if each not in sites] == []
    walk = card(city_map).get_by_role("link", name="地図アプリで開く").first
    place = expected["places"][0]
    at = f"{place['latitude']},{place['longitude']}"
    assert walk.get_attribute("href") == f"geo:{at}?q={at}"


@pytest.mark.breadth
def test_a_place_near_is_shown_on_the_map(city_map: MapPage) -> None:
    city_map.open(f"?layers=flood&for=earthquake&at=17/{EMPTY[1]}/{EMPTY[0]}")
    city_map.click_centre()
    city_map.card()
    button = card(city_map).locator(".card-place").nth(2)
    button.click()
    city_map.settle()
    assert city_map.is_on("emergency_sites")
    aim = city_map.page.locator(".aim").bounding_box()
    assert aim is not None
    left, top, width, height = city_map.map_box()
    assert left <= aim["x"] <= left + width
    assert top <= aim["y"] <= top + height
    assert_the_pin_is_seen(city_map)
    name = (button.text_content() or "").partition("：")[0]
    status = card(city_map).locator("[role=status]").last
    assert status.text_content() == f"「{name}」を表示しました。"
    city_map.page.keyboard.press("Escape")
    assert city_map.page.locator(".aim").count() == 0


def test_of_several_hazards_each_has_its_places(desktop_map: MapPage) -> None:
    query = f"for=flood,earthquake,landslide&at=16/{EMPTY[1]}/{EMPTY[0]}"
    desktop_map.open(f"?layers=emergency_sites&{query}").click_centre()
    text = "\n".join(sections(desktop_map))
    assert "洪水：指定緊急避難場所" in text
    assert "地震：指定緊急避難場所" in text
    assert "崖崩れ、土石流及び地滑り：指定緊急避難場所" not in text
    assert "崖崩れ、土石流及び地滑りについては、下の" in desktop_map.card()
    asked = [url for url in desktop_map.watch.requests if "/here?" in url]
    assert len(asked) == 2


def test_without_a_chosen_disaster_that_of_the_zones_shown_counts(
    new_map: OpenMap, map_site: str
) -> None:
    with_zones = new_map(map_site).at("flood,emergency_sites", *EMPTY)
    with_zones.click_centre()
    assert any(text.startswith("洪水：指定緊急避難場所") for text in sections(with_zones))
    without_zones = new_map(map_site).at("emergency_sites", *EMPTY)
    without_zones.click_centre()
    assert "災害の種類を選んでください" in without_zones.card()


@pytest.mark.breadth
def test_a_disaster_chosen_while_the_card_is_open_is_answered(desktop_map: MapPage) -> None:
    desktop_map.at("emergency_sites", *EMPTY).click_centre()
    assert "災害の種類を選んでください" in desktop_map.card()
    desktop_map.page.locator("button[data-preset=earthquake]").click()
    until(desktop_map.page, lambda: "地震：指定緊急避難場所" in desktop_map.card())
    assert "災害の種類を選んでください" not in desktop_map.card()


def test_places_at_one_point_are_counted_and_listed(desktop_map: MapPage) -> None:
    shelters = {
        tuple(each["geometry"]["coordinates"]): each["properties"]["name"]
        for each in features(desktop_map.address, "evacuation_shelters")
    }
    sites = {
        tuple(each["geometry"]["coordinates"]): each["properties"]["name"]
        for each in features(desktop_map.address, "emergency_sites")
    }
    place = next(at for at in sites if at in shelters)
    longitude, latitude = place
    desktop_map.at("emergency_sites,evacuation_shelters", longitude, latitude, zoom=18)
    desktop_map.click_centre()
    desktop_map.card()
    assert card(desktop_map).locator(".card-count").inner_text() == "2件"
    assert card(desktop_map).locator("h4").all_inner_texts() == [sites[place], shelters[place]]
    assert not card(desktop_map).get_by_text("所在地").first.is_visible()
    desktop_map.without_answers().at("emergency_sites", *SITE).click_centre()
    desktop_map.card()
    assert card(desktop_map).locator(".card-count").count() == 0


@pytest.mark.shared
def test_a_flooded_place_has_one_depth_in_our_words_and_the_sources(
    new_map: OpenMap, yaizu_site: str, size: Size
) -> None:
    properties, longitude, latitude = flooded(yaizu_site)
    yaizu = new_map(yaizu_site, size).at("flood", longitude, latitude, zoom=18)
    yaizu.click_centre()
    (flood,) = [text for text in sections(yaizu) if text.startswith("内水浸水想定区域")]
    assert flood.count(f"資料の表記は「{properties['depth_label']}」") == 1
    assert flood.count(properties["depth_label"]) == 1
    assert "5m以上10m未満" in flood
    assert flood.count("区域の外でも浸水することがあります") == 1
    assert "浸水深の下限" not in yaizu.card()
    house = card(yaizu).locator(".house")
    assert house.count() == 1
    assert house.get_attribute("aria-hidden") == "true"
    assert violations(yaizu) == []


# Metres of a class, and how much of the figure's height stands under water.
DEPTHS = [([0, 0.5], 0.07), ([0.5, 3], 0.4), ([5, 10], 0.8), ([10, 20], 0.89), ([20], 0.87)]


@pytest.mark.shared
@pytest.mark.parametrize(("depth", "share"), DEPTHS, ids=str)
def test_the_house_is_under_water_as_far_as_the_class_says(
    new_map: OpenMap, yaizu_site: str, depth: list[float], share: float
) -> None:
    _properties, longitude, latitude = flooded(yaizu_site)
    yaizu = new_map(yaizu_site)

    def deepen(route: Route) -> None:
        answer = route.fetch().json()
        answer["hazards"][0]["zones"][0]["depth_m"] = depth
        route.fulfill(json=answer)

    yaizu.page.route("**/here?*", deepen)
    yaizu.at("flood", longitude, latitude, zoom=18).click_centre()
    yaizu.card()
    house, water = (
        card(yaizu).locator(name).bounding_box() for name in (".house", ".house-surface")
    )
    assert house is not None
    assert water is not None
    surface = water["y"] + water["height"] / 2
    assert 1 - (surface - house["y"]) / house["height"] == pytest.approx(share, abs=0.04)


@pytest.mark.breadth
def test_a_class_without_a_depth_has_no_house(desktop_map: MapPage) -> None:
    zone = {"label": "警戒区域", "meaning": "", "original": "", "name": "", "depth_m": []}

    def landslide(route: Route) -> None:
        answer = route.fetch().json()
        changes = {"state": "inside", "lines": ["警戒区域"], "zones": [zone], "text": "区域の中"}
        answer["hazards"][0] |= changes
        route.fulfill(json=answer)

    desktop_map.page.route("**/here?*", landslide)
    desktop_map.at("", *EMPTY).click_centre()
    assert "警戒区域\n" in desktop_map.card()
    assert card(desktop_map).locator(".house").count() == 0


def test_a_sample_says_nothing_of_the_place(city_map: MapPage) -> None:
    longitude, latitude = flooded(city_map.address)[1:]
    city_map.at("flood", longitude, latitude).click_centre()
    (flood,) = [text for text in sections(city_map) if text.startswith("洪水浸水想定区域")]
    assert "見本データのため、この場所については何も示しません" in flood
    assert card(city_map).locator(".house").count() == 0
    assert "区域の中です" not in city_map.card()


def test_an_answer_that_does_not_come_is_not_taken_for_safety(city_map: MapPage) -> None:
    city_map.without_answers().at("emergency_sites", *SITE).click_centre()
    text = city_map.card()
    assert "データを読み込めませんでした。危険がないという意味ではありません" in text
    assert "栄町保育園" in text
    assert ASK in text
    city_map.page.unroute("**/here?*")
    card(city_map).get_by_role("button", name="もう一度読み込む").click()
    until(city_map.page, lambda: "読み込めませんでした" not in city_map.card())
    assert "この近く：" in city_map.card()
    assert city_map.page.evaluate("document.activeElement.className") == "card-words"


@pytest.mark.breadth
def test_while_the_answer_is_asked_for_the_card_says_so_and_does_not_move(
    city_map: MapPage,
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    city_map.page.route("**/here?*", hold)
    city_map.at("emergency_sites", *SITE).click_centre()
    until(city_map.page, lambda: len(held) > 0)
    status = card(city_map).locator(".card-answer [role=status]")
    assert status.inner_text() == "この場所のデータを読み込んでいます。"
    name = card(city_map).locator("h4").first
    before = [card(city_map).bounding_box(), name.bounding_box()]
    held[0].continue_()
    city_map.card()
    assert [card(city_map).bounding_box(), name.bounding_box()] == before


@pytest.mark.parametrize("lang", ["ja", *further("en")])
def test_it_is_without_fault_and_gives_the_focus_back(city_map: MapPage, lang: str) -> None:
    longitude, latitude = SITE
    layers = "flood,emergency_sites,hydrants"
    city_map.open(f"?lang={lang}&layers={layers}&at=17/{latitude}/{longitude}")
    page = city_map.page
    page.locator("#city_map_main").focus()
    page.keyboard.press("Enter")
    city_map.card()
    assert page.evaluate("document.activeElement.className") == "card-words"
    assert violations(city_map) == []
    card(city_map).locator(".card-answer > details summary").click()
    assert violations(city_map) == []
    page.keyboard.press("Escape")
    assert not city_map.is_card_open()
    assert page.evaluate("document.activeElement.id") == "city_map_main"


@pytest.mark.breadth
def test_what_is_shared_from_the_card_is_around_the_place(desktop_map: MapPage) -> None:
    desktop_map.at("emergency_sites", *SITE).click_centre()
    desktop_map.card()
    card(desktop_map).get_by_role("button", name="共有").click()
    link = desktop_map.page.get_by_label("この地図のリンク").input_value()
    at = parse_qs(urlsplit(link).query)["at"][0].split("/")
    assert [float(part) for part in at[1:]] == pytest.approx([SITE[1], SITE[0]], abs=2e-5)
    assert "open=emergency_sites/" in link
    desktop_map.page.keyboard.press("Escape")
    assert desktop_map.is_card_open()


@pytest.mark.breadth
def test_a_field_for_the_table_only_is_not_told(desktop_map: MapPage) -> None:
    site = next(
        each
        for each in features(desktop_map.address, "emergency_sites")
        if each["properties"].get("common_id")
    )
    longitude, latitude = site["geometry"]["coordinates"]
    desktop_map.at("emergency_sites", longitude, latitude, zoom=18).click_centre()
    assert json.dumps(site["properties"]["common_id"]).strip('"') not in desktop_map.card()


@pytest.mark.breadth
def test_back_closes_the_card_and_the_next_place_takes_no_second_step(city_map: MapPage) -> None:
    city_map.at("emergency_sites", *EMPTY)
    city_map.click_centre()
    city_map.card()
    x, y = city_map.centre()
    city_map.page.mouse.click(x - 40, y - 20)
    city_map.card()
    address = city_map.page.url.split("?")[0]
    city_map.page.go_back()
    card(city_map).wait_for(state="hidden")
    assert city_map.page.url.startswith(address)
    assert "layers=emergency_sites" in city_map.page.url


@pytest.mark.breadth
def test_an_error_about_a_place_can_be_told_of_from_its_card(desktop_map: MapPage) -> None:
    site = features(desktop_map.address, "emergency_sites")[0]
    longitude, latitude = site["geometry"]["coordinates"]
    desktop_map.at("emergency_sites", longitude, latitude, zoom=18)
    desktop_map.click_centre()
    desktop_map.card()
    link = card(desktop_map).get_by_role("link", name="地図の誤りを知らせる")
    href = link.get_attribute("href") or ""
    assert re.search(rf"layer=emergency_sites&feature={site['id']}&revision=[0-9a-f]{{20}}$", href)
    link.click()
    assert site["properties"]["name"] in desktop_map.page.locator("main").inner_text()
