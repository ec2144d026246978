"""The search in the bar: by keyboard, by finger, with an input method, without the network."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route

from tests.breadth import further
from tests.browser.conftest import OpenMap
from tests.browser.kept import until
from tests.browser.site import BOTH_SIZES, HERE, PHONE, MapPage, Size
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

INPUT = "#place-search input[type=search]"
OPTIONS = "#place-search [role=option]"
STATUS = "#place-search [role=status]"


def typed(city_map: MapPage, text: str) -> list[str]:
    """What is offered for a text, once it is offered."""
    city_map.show_search()
    city_map.page.locator(INPUT).click()
    city_map.page.locator(INPUT).fill(text)
    city_map.page.locator(OPTIONS).first.wait_for()
    return city_map.page.locator(OPTIONS).all_inner_texts()


def focused(city_map: MapPage) -> str:
    return str(city_map.page.evaluate("document.activeElement.className"))


def marked(city_map: MapPage) -> str | None:
    """The text of the option that the input names as active."""
    found = city_map.page.evaluate(
        f"""() => {{
          const id = document.querySelector("{INPUT}").getAttribute("aria-activedescendant");
          return id && document.getElementById(id).firstChild.textContent;
        }}"""
    )
    return None if found is None else str(found)


def test_a_town_is_chosen_by_keyboard_and_focus_comes_back(city_map: MapPage) -> None:
    city_map.open()
    offered = typed(city_map, "朝志ヶ丘")
    assert offered[0].startswith("朝志ケ丘一丁目")
    entry = city_map.page.locator(INPUT)
    assert entry.get_attribute("role") == "combobox"
    assert entry.get_attribute("aria-expanded") == "true"
    assert f"{len(offered)}件見つかりました" in city_map.page.locator(STATUS).inner_text()
    assert violations(city_map) == []
    for key, name in (
        ("ArrowUp", offered[-1]),
        ("ArrowDown", None),
        ("ArrowDown", "朝志ケ丘一丁目"),
        ("ArrowDown", "朝志ケ丘二丁目"),
    ):
        city_map.page.keyboard.press(key)
        assert marked(city_map) == (name and name.split("\n")[0])
    city_map.page.keyboard.press("Enter")
    card = city_map.card()
    assert "朝志ケ丘二丁目" in card
    assert "正確な位置ではありません（500m" in card
    assert focused(city_map) == "card-words"
    assert entry.get_attribute("aria-expanded") == "false"
    assert violations(city_map) == []
    city_map.page.keyboard.press("Escape")
    city_map.page.locator("#place-card").wait_for(state="hidden")
    assert city_map.page.evaluate(f"document.activeElement.matches('{INPUT}, #search-open')")


def test_a_town_leads_to_what_is_known_within_its_doubt(desktop_map: MapPage) -> None:
    desktop_map.open()
    typed(desktop_map, "埼玉県朝霞市溝沼１－２－３")
    desktop_map.page.keyboard.press("Enter")
    link = desktop_map.page.locator("#place-card").get_by_role(
        "link", name="この場所についてわかること"
    )
    asked = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    assert asked["radius"] == ["500"]
    link.press("Enter")
    desktop_map.page.wait_for_url(HERE)
    desktop_map.page.locator("main", has_text="約500m").wait_for()


def test_a_place_is_chosen_by_pointer_and_its_layer_comes_on(city_map: MapPage) -> None:
    city_map.open("?layers=flood")
    typed(city_map, "栄町 保育園")
    option = city_map.page.locator(OPTIONS).first
    box = option.bounding_box()
    assert box
    assert box["height"] >= (44 if city_map.page.viewport_size == PHONE._asdict() else 40)
    option.click()
    card = city_map.card()
    assert "栄町保育園" in card
    assert "開設状況は市の発表を確認してください" in card
    city_map.settle()
    assert city_map.is_on("emergency_sites")
    x, y = city_map.page.evaluate("(({lng, lat}) => [lng, lat])(city_map_main.getCenter())")
    assert (x, y) == pytest.approx((139.60049, 35.7914), abs=0.004)


@pytest.mark.breadth
def test_the_button_chooses_the_best_or_says_that_there_is_none(city_map: MapPage) -> None:
    city_map.open()
    button = city_map.page.locator("#place-search button:not(.search-close)")
    city_map.show_search()
    city_map.page.locator(INPUT).fill("ここにはない")
    button.click()
    city_map.page.locator(".search-note", has_text="見つかりませんでした").wait_for()
    city_map.page.locator(INPUT).fill("朝霞市根岸台8-1")
    button.click()
    assert "根岸台八丁目" in city_map.card()


@pytest.mark.breadth
def test_enter_does_not_choose_while_an_input_method_composes(desktop_map: MapPage) -> None:
    desktop_map.open()
    desktop_map.page.locator(INPUT).click()
    keys = desktop_map.page.context.new_cdp_session(desktop_map.page)
    desktop_map.page.evaluate(
        "globalThis.submitted = 0; document.querySelector('#place-search')"
        ".addEventListener('submit', () => (submitted += 1))"
    )
    composed = {"text": "溝沼", "selectionStart": 2, "selectionEnd": 2}
    keys.send("Input.imeSetComposition", composed)
    desktop_map.page.locator(OPTIONS).first.wait_for()
    desktop_map.page.keyboard.press("Enter")
    assert desktop_map.page.evaluate("submitted") == 0
    assert not desktop_map.is_card_open()
    keys.send("Input.insertText", {"text": "溝沼"})
    desktop_map.page.keyboard.press("Enter")
    assert desktop_map.page.evaluate("submitted") == 1
    assert "大字溝沼" in desktop_map.card()


@pytest.mark.breadth
def test_coordinates_are_a_place_and_those_far_away_are_said_to_be_outside(
    desktop_map: MapPage,
) -> None:
    desktop_map.open()
    typed(desktop_map, "３５．７９７，１３９．５９３")
    desktop_map.page.keyboard.press("Enter")
    assert "35.79700, 139.59300" in desktop_map.card()
    assert "地図の範囲の外" in typed(desktop_map, "34.69, 135.50")[0]
    desktop_map.page.keyboard.press("Enter")
    desktop_map.page.wait_for_url(HERE)
    desktop_map.page.locator("main", has_text="市外の場所です").wait_for()


@pytest.mark.breadth
def test_a_station_is_found_by_how_it_is_read_and_has_its_place(city_map: MapPage) -> None:
    city_map.open()
    assert typed(city_map, "asakadai") == ["朝霞台駅"]
    city_map.page.keyboard.press("Enter")
    assert "朝霞台駅" in city_map.card()
    city_map.settle()
    x, y = city_map.page.evaluate("(({lng, lat}) => [lng, lat])(city_map_main.getCenter())")
    assert (x, y) == pytest.approx((139.5877, 35.8141), abs=0.006)


@pytest.mark.breadth
def test_a_postcode_offers_its_towns(city_map: MapPage) -> None:
    city_map.open()
    offered = typed(city_map, "３５１－００３２")
    assert [text.split("\n")[0] for text in offered] == ["大字田島", "田島一丁目", "田島二丁目"]
    assert violations(city_map) == []


@pytest.mark.breadth
def test_a_layer_that_is_called_comes_on_where_the_map_is(city_map: MapPage) -> None:
    city_map.open("?layers=flood")
    before = city_map.page.evaluate("city_map_main.getCenter().toString()")
    offered = typed(city_map, "ひなんじょ")
    assert offered[0].split("\n") == ["指定避難所", "地図に表示する"]
    assert len(offered) == 1 + 8
    assert violations(city_map) == []
    city_map.page.keyboard.press("Enter")
    city_map.settle()
    assert city_map.is_on("evacuation_shelters")
    assert "「指定避難所」を地図に表示しました" in city_map.page.locator(STATUS).inner_text()
    assert city_map.page.evaluate("city_map_main.getCenter().toString()") == before
    assert not city_map.is_card_open()


@pytest.mark.breadth
def test_a_shelter_for_some_people_says_for_whom(desktop_map: MapPage) -> None:
    desktop_map.open()
    typed(desktop_map, "クリード")
    desktop_map.page.keyboard.press("Enter")
    assert "受入対象者" in desktop_map.card()


def test_another_citys_address_is_said_to_lie_outside(city_map: MapPage) -> None:
    city_map.open("?lang=en").show_search()
    city_map.page.locator(INPUT).fill("東京都練馬区大泉町1")
    note = city_map.page.locator(".search-note")
    note.wait_for()
    assert "“東京都練馬区” is not in the area of this map (Asaka City)" in note.inner_text()
    assert "is not in the area of this map" in city_map.page.locator(STATUS).inner_text()
    assert violations(city_map) == []


def test_a_sample_that_is_called_is_said_to_be_one(desktop_map: MapPage) -> None:
    desktop_map.open()
    desktop_map.page.locator(INPUT).fill("消火栓")
    note = desktop_map.page.locator(".search-note")
    note.wait_for()
    assert note.inner_text() == (
        "「消防水利（消火栓・防火水そう）」は見本データのため、検索の対象にしていません。"
    )
    assert desktop_map.page.locator(OPTIONS).count() == 0


@pytest.mark.breadth
def test_nothing_found_says_so_and_escape_empties_the_field(city_map: MapPage) -> None:
    city_map.open().show_search()
    entry = city_map.page.locator(INPUT)
    entry.fill("そのような場所")
    note = city_map.page.locator(".search-note")
    note.wait_for()
    assert "見つかりませんでした" in note.inner_text()
    assert "見つかりませんでした" in city_map.page.locator(STATUS).inner_text()
    city_map.page.keyboard.press("Enter")
    assert urlsplit(city_map.page.url).path == "/"
    city_map.page.keyboard.press("Escape")
    assert note.is_hidden()
    city_map.page.keyboard.press("Escape")
    assert entry.input_value() == ""


def test_it_works_without_the_network_once_the_names_are_there(desktop_map: MapPage) -> None:
    desktop_map.open()
    typed(desktop_map, "岡")
    desktop_map.watch.allow("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    desktop_map.page.context.set_offline(True)
    assert typed(desktop_map, "根岸台8-1")[0].startswith("根岸台八丁目")
    desktop_map.page.keyboard.press("Enter")
    assert "根岸台八丁目" in desktop_map.card()


@pytest.mark.breadth
def test_without_the_names_the_service_is_asked(desktop_map: MapPage) -> None:
    desktop_map.watch.allow("net::ERR_FAILED")
    desktop_map.page.route("**/search/index.json*", lambda route: route.abort())
    desktop_map.open("?lang=en")
    entry = desktop_map.page.locator(INPUT)
    entry.fill("溝沼")
    note = desktop_map.page.locator(".search-note")
    note.wait_for()
    assert "could not be loaded" in note.inner_text()
    entry.press("Enter")
    desktop_map.page.wait_for_url("**/search?*")
    assert parse_qs(urlsplit(desktop_map.page.url).query) == {"lang": ["en"], "q": ["溝沼"]}
    assert "大字溝沼" in desktop_map.page.locator("main").inner_text()


@pytest.mark.breadth
def test_in_english_names_stay_japanese_and_say_so(city_map: MapPage) -> None:
    city_map.open("?lang=en")
    typed(city_map, "溝沼保育園")
    option = city_map.page.locator(OPTIONS).first
    assert option.locator("[lang=ja]").inner_text() == "溝沼保育園"
    assert "1 place found" in city_map.page.locator(STATUS).inner_text()
    city_map.page.keyboard.press("Enter")
    assert "Disaster information for this place" in city_map.card()
    assert violations(city_map) == []


@pytest.mark.breadth
@pytest.mark.parametrize("size", BOTH_SIZES, ids=["desktop", "phone"])
def test_without_script_the_search_is_a_page(chromium_without_script: MapPage, size: Size) -> None:
    page = chromium_without_script.page
    page.set_viewport_size({"width": size.width, "height": size.height})
    for start in ("/", "/here"):
        page.goto(f"{chromium_without_script.address}{start}")
        page.locator("input[name=q]").fill("朝志が丘1-2-3")
        page.locator("input[name=q]").press("Enter")
        page.wait_for_url("**/search?*")
        page.get_by_role("link", name="朝志ケ丘一丁目 この場所についてわかること").click()
        page.wait_for_url("**/here?*")
        assert "約500m" in page.locator("main").inner_text()
        assert page.locator("button[data-device]:visible").count() == 0


@pytest.mark.breadth
@pytest.mark.parametrize("lang", ["ja", *further("en")])
def test_the_page_of_results_is_without_fault_and_fits(city_map: MapPage, lang: str) -> None:
    for query in ("", "q=朝志ヶ丘&", "q=zzz&"):
        city_map.page.goto(f"{city_map.address}/search?{query}lang={lang}")
        assert violations(city_map) == []
        city_map.page.set_viewport_size({"width": 320, "height": 640})
        assert city_map.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.shared
def test_a_real_citys_places_are_found(new_map: OpenMap, yaizu_site: str, size: Size) -> None:
    yaizu = new_map(yaizu_site, size, touch=size == PHONE).open()
    assert typed(yaizu, "天文科学館")[0].startswith("ディスカバリーパーク焼津天文科学館")
    yaizu.page.locator(OPTIONS, has_text="ﾃﾞｨｽｶﾊﾞﾘｰﾊﾟｰｸ焼津天文科学館").click()
    assert "ﾃﾞｨｽｶﾊﾞﾘｰﾊﾟｰｸ焼津天文科学館" in yaizu.card()
    yaizu.settle()
    assert yaizu.is_on("aed")


@pytest.mark.breadth
@pytest.mark.parametrize("typed", ["", "根"], ids=["left the field", "typed on"])
def test_enter_chooses_nothing_but_what_was_asked_for(desktop_map: MapPage, typed: str) -> None:
    held: list[Route] = []
    page = desktop_map.page
    page.add_init_script(
        "localStorage.setItem('bosai.home', "
        "JSON.stringify({latitude: 35.7943, longitude: 139.5936, radius: 0}))"
    )

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/search/index.json*", hold)
    desktop_map.open()
    page.locator(INPUT).click()
    page.locator(OPTIONS).first.wait_for()  # the home place
    page.locator(INPUT).press_sequentially("岡")
    page.locator(INPUT).press("Enter")
    if typed:
        page.locator(INPUT).fill(typed)
    else:
        page.locator(".bar h1").click()
    bodies = desktop_map.count_bodies("/search/index.json")
    held[0].continue_()
    until(page, lambda: bodies() == 1)
    assert not desktop_map.is_card_open()
    assert page.locator(INPUT).input_value() == (typed or "岡")
