"""What only the device can do: its position, its clipboard, a home place that never leaves it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.breadth import further
from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage, Size
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

HERE = "/here?lat=35.797&lon=139.593&hazard=flood"
LOCATE = ".locate-button"
MESSAGE = "#locate-message"
STATUS = "#device-status"
# A device that answers as said: Chromium's own emulation knows no timeout.
FAILING = """Object.defineProperty(navigator, "geolocation", {{ value: {{
  getCurrentPosition(found, failed) {{ setTimeout(() => failed({{ code: {code} }}), 10); }},
}} }})"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError");
}"""
WITHOUT_CLIPBOARD = 'Object.defineProperty(navigator, "clipboard", { value: undefined })'


def at(city_map: MapPage, latitude: float, longitude: float, accuracy: float) -> MapPage:
    context = city_map.page.context
    context.grant_permissions(["geolocation"])
    place = {"latitude": latitude, "longitude": longitude, "accuracy": accuracy}
    context.set_geolocation(place)  # type: ignore[arg-type]
    return city_map


def said(city_map: MapPage, selector: str, words: str) -> str:
    """What the line says once it holds these words."""
    line = city_map.page.locator(selector, has_text=words)
    line.wait_for()
    return line.inner_text()


def test_the_position_is_shown_with_its_doubt(city_map: MapPage) -> None:
    at(city_map, 35.797, 139.593, 120).open()
    button = city_map.page.locator(LOCATE)
    box = button.bounding_box()
    assert box
    assert box["width"] >= (44 if city_map.page.viewport_size == PHONE._asdict() else 40)
    button.press("Enter")
    card = city_map.card()
    assert "現在地" in card
    assert "120mほど" in card
    assert city_map.page.locator(".leaflet-doubt-pane path").count() == 1
    assert violations(city_map) == []
    link = city_map.page.locator("#place-card").get_by_role(
        "link", name="この場所についてわかること"
    )
    asked = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    del asked["lang"]
    assert asked == {"lat": ["35.79700"], "lon": ["139.59300"], "radius": ["120"]}
    city_map.page.keyboard.press("Escape")
    assert city_map.page.evaluate(f"document.activeElement.matches('{LOCATE}')")
    assert city_map.page.locator(".leaflet-doubt-pane path").count() == 0


def test_a_position_that_is_refused_says_what_else_to_do(city_map: MapPage) -> None:
    city_map.open()
    city_map.page.locator(LOCATE).click()
    assert "住所で検索するか、地図で場所を選んでください" in said(
        city_map, MESSAGE, "許可されていません"
    )
    assert violations(city_map) == []
    city_map.at("emergency_sites", 139.600487, 35.791399).click_centre()
    assert "栄町保育園" in city_map.card()


@pytest.mark.breadth
@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "許可されていません"),
        pytest.param(2, "わかりませんでした", marks=pytest.mark.breadth),
        pytest.param(3, "時間内に", marks=pytest.mark.breadth),
    ],
)
def test_a_device_that_fails_says_why(
    new_map: OpenMap, asaka_site: str, code: int, words: str
) -> None:
    city_map = new_map(asaka_site)
    city_map.page.add_init_script(FAILING.format(code=code))
    city_map.open()
    city_map.page.locator(LOCATE).click()
    said(city_map, MESSAGE, words)
    city_map.page.goto(f"{asaka_site}/here")
    city_map.page.get_by_role("button", name="現在地を調べる").click()
    said(city_map, STATUS, words)


@pytest.mark.breadth
def test_a_device_without_positions_says_so(new_map: OpenMap, asaka_site: str) -> None:
    city_map = new_map(asaka_site)
    city_map.page.add_init_script(
        'Object.defineProperty(navigator, "geolocation", { value: undefined })'
    )
    city_map.open("?lang=en").page.locator(LOCATE).click()
    said(city_map, MESSAGE, "could not be found")


@pytest.mark.breadth
def test_a_position_too_inexact_says_how_much(desktop_map: MapPage) -> None:
    at(desktop_map, 35.797, 139.593, 12_400).open().page.locator(LOCATE).click()
    assert "12kmほど" in said(desktop_map, MESSAGE, "何もお伝えできません")
    assert not desktop_map.is_card_open()


@pytest.mark.breadth
def test_a_position_outside_the_map_leads_to_what_is_known(desktop_map: MapPage) -> None:
    at(desktop_map, 43.06, 141.35, 30).open().page.locator(LOCATE).click()
    said(desktop_map, MESSAGE, "範囲の外")
    desktop_map.page.locator(MESSAGE).get_by_role("link").click()
    desktop_map.page.wait_for_url("**/here?*")
    assert "市外の場所です" in desktop_map.page.locator("main").inner_text()


def test_the_page_takes_the_position_and_keeps_the_disaster(city_map: MapPage) -> None:
    at(city_map, 35.8, 139.6, 40.2)
    city_map.page.goto(f"{city_map.address}{HERE}&lang=en")
    city_map.page.get_by_role("button", name="Look up my location").click()
    city_map.page.wait_for_url("**radius=41**")
    asked = parse_qs(urlsplit(city_map.page.url).query)
    assert (asked["lat"], asked["hazard"], asked["lang"]) == (["35.80000"], ["flood"], ["en"])


def test_the_text_is_copied(city_map: MapPage) -> None:
    city_map.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    city_map.page.goto(f"{city_map.address}{HERE}")
    city_map.page.get_by_role("button", name="この内容をコピー").click()
    said(city_map, STATUS, "コピーしました")
    assert violations(city_map) == []
    copied = str(city_map.page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith("この場所についてわかること\n緯度 35.797、経度 139.593")
    assert "出典：" in copied


@pytest.mark.breadth
@pytest.mark.parametrize(("works", "words"), [(True, "コピーしました"), (False, "選択しました")])
def test_without_a_clipboard_the_older_way_or_the_readers_own(
    new_map: OpenMap, asaka_site: str, works: bool, words: str
) -> None:
    city_map = new_map(asaka_site)
    city_map.page.add_init_script(WITHOUT_CLIPBOARD)
    if not works:
        city_map.page.add_init_script("document.execCommand = () => false")
    city_map.page.goto(f"{asaka_site}{HERE}")
    city_map.page.get_by_role("button", name="この内容をコピー").click()
    said(city_map, STATUS, words)
    selected = str(city_map.page.evaluate("getSelection().toString()"))
    assert "指定されている場所です" in selected


def test_home_is_kept_on_the_device_and_sent_only_when_opened(city_map: MapPage) -> None:
    page = city_map.page
    page.goto(f"{city_map.address}/here?lat=35.81234&lon=139.60001&radius=20")
    page.get_by_role("button", name="自宅としてこの端末に登録する").click()
    said(city_map, STATUS, "この端末だけに登録しました")
    assert violations(city_map) == []
    city_map.watch.requests.clear()
    city_map.open()
    city_map.show_search()
    page.locator("#place-search input[type=search]").click()
    assert not [one for one in city_map.watch.requests if "35.81234" in one]
    page.get_by_role("option", name="自宅").click()
    assert "自宅" in city_map.card()
    page.goto(f"{city_map.address}/here")
    page.get_by_role("link", name="自宅", exact=True).click()
    page.wait_for_url("**/here?*")
    assert parse_qs(urlsplit(page.url).query)["lat"] == ["35.81234"]
    page.get_by_role("button", name="自宅の登録を消す").click()
    said(city_map, STATUS, "自宅の登録を消しました")
    assert page.evaluate("localStorage.length") == 0
    assert page.get_by_role("link", name="自宅", exact=True).count() == 0


@pytest.mark.breadth
def test_a_full_storage_says_so(new_map: OpenMap, asaka_site: str, size: Size) -> None:
    city_map = new_map(asaka_site, size)
    city_map.page.add_init_script(FULL)
    city_map.page.goto(f"{asaka_site}{HERE}")
    city_map.page.get_by_role("button", name="自宅としてこの端末に登録する").click()
    said(city_map, STATUS, "登録できませんでした")
    assert city_map.page.get_by_role("link", name="自宅", exact=True).count() == 0


@pytest.mark.breadth
@pytest.mark.parametrize(
    "kept", ["{", *further("null", "[]", '{"latitude":91,"longitude":0,"radius":0}')]
)
def test_a_broken_home_is_as_if_there_were_none(desktop_map: MapPage, kept: str) -> None:
    desktop_map.page.goto(f"{desktop_map.address}/here")
    desktop_map.page.evaluate("(kept) => localStorage.setItem('bosai.home', kept)", kept)
    desktop_map.page.reload()
    assert desktop_map.page.get_by_role("button", name="現在地を調べる").is_visible()
    assert desktop_map.page.get_by_role("link", name="自宅", exact=True).count() == 0
    desktop_map.open().page.locator("#place-search [role=combobox]").click()
    assert desktop_map.page.locator("[role=option]").count() == 0


@pytest.mark.breadth
def test_a_tap_where_nothing_is_tells_the_coordinates(city_map: MapPage) -> None:
    city_map.at("emergency_sites", 139.5925, 35.7865).click_centre()
    card = city_map.card()
    assert "35.7865" in card
    assert "139.592" in card
    assert "この場所についてわかること" in card
