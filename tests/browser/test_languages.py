"""The six languages as their readers meet them: chosen, kept, shown, on the map and around it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from server.texts import EASY, LANGUAGES
from tests.breadth import further, mainly
from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage, Size, Watch
from tests.browser.test_accessible import violations
from tests.browser.test_card import EMPTY

pytestmark = pytest.mark.browser

PLACE = "/here?lat=35.797&lon=139.593&hazard=flood"
VIEW = "layers=emergency_sites&at=15/35.80000/139.59000"


def language(page: MapPage) -> str:
    return str(page.page.evaluate("document.documentElement.lang"))


def choose(page: MapPage, lang: str) -> None:
    page.page.locator(".languages summary").click()
    with page.page.expect_navigation():
        page.page.locator(f"[data-language={lang}]").click()


@pytest.fixture
def browser_of(chromium: Browser, asaka_site: str, size: Size) -> Iterator[OpenMap]:
    """Makes pages of a browser whose user has set a language."""
    contexts = []

    def new(locale: str) -> MapPage:
        context = chromium.new_context(
            viewport={"width": size.width, "height": size.height},
            has_touch=size == PHONE,
            locale=locale,
        )
        contexts.append(context)
        return MapPage(context.new_page(), asaka_site, Watch(asaka_site))

    yield new
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("ja-JP", "ja"),
        ("zh-TW", "zh-Hans"),
        pytest.param("en-US", "en", marks=pytest.mark.breadth),
        pytest.param("ko-KR", "ko", marks=pytest.mark.breadth),
        pytest.param("fr-FR", "ja", marks=pytest.mark.breadth),
    ],
)
def test_the_browsers_language_is_taken(browser_of: OpenMap, locale: str, tag: str) -> None:
    assert language(browser_of(locale).open()) == tag


@pytest.mark.breadth
def test_a_chosen_language_is_kept_with_the_view(browser_of: OpenMap) -> None:
    chosen = browser_of("en-US").open(f"?{VIEW}")
    choose(chosen, "vi")
    chosen.settle()
    address = urlsplit(chosen.page.url)
    assert parse_qs(address.query)["layers"] == ["emergency_sites"]
    assert parse_qs(address.query)["at"] == ["15/35.80000/139.59000"]
    assert language(chosen) == "vi"
    assert (chosen.is_on("emergency_sites"), chosen.is_on("flood")) == (True, False)
    for path in ("/", "/layers", PLACE, "/nothing-of-this-name"):
        chosen.page.goto(chosen.address + path)
        assert language(chosen) == "vi", path


@pytest.mark.breadth
def test_a_page_around_the_map_is_left_in_place(browser_of: OpenMap) -> None:
    around = browser_of("ja-JP")
    around.page.goto(around.address + PLACE)
    choose(around, "ko")
    assert around.page.url == f"{around.address}{PLACE}&lang=ko"
    assert around.page.locator("h1").inner_text() == "이 장소에 대해 알 수 있는 것"


@pytest.mark.breadth
def test_a_link_in_a_language_does_not_change_what_was_chosen(browser_of: OpenMap) -> None:
    chosen = browser_of("ja-JP").open()
    choose(chosen, "en")
    assert language(chosen.open("?lang=ko")) == "ko"
    chosen.page.goto(f"{chosen.address}/layers")
    assert language(chosen) == "en"


def test_the_switch_works_by_keyboard_and_names_each_language_in_itself(city_map: MapPage) -> None:
    page = city_map.open().page
    page.locator(".languages summary").focus()
    page.keyboard.press("Enter")
    links = page.locator(".languages a")
    assert links.all_inner_texts() == [one.name for one in LANGUAGES.values()]
    assert [link.get_attribute("lang") for link in links.all()] == [
        one.tag for one in LANGUAGES.values()
    ]
    assert all((link.bounding_box() or {"height": 0})["height"] >= 44 for link in links.all())
    for _ in LANGUAGES:
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.language") == "vi"
    assert violations(city_map) == []
    with page.expect_navigation():
        page.keyboard.press("Enter")
    city_map.settle()
    assert language(city_map) == "vi"


@pytest.mark.parametrize("lang", mainly("ja", LANGUAGES))
def test_the_map_is_whole_in_every_language(city_map: MapPage, lang: str, size: Size) -> None:
    page = city_map.open(f"?lang={lang}&layers=flood,emergency_sites,hydrants").page
    assert page.evaluate("document.documentElement.scrollWidth") <= size.width
    city_map.show_panel()
    assert violations(city_map) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size.width
    words = page.locator("body").inner_text()
    assert not any(mark in words for mark in "\ufff9\ufffa\ufffb\ufdd0《")
    assert (page.locator(".panel ruby").count() > 20) == (lang == EASY)


@pytest.mark.parametrize("lang", ["en", *further("zh", "vi", EASY)])
@pytest.mark.parametrize(
    "path", [PLACE, "/requests/new", *further("/layers", "/layers/flood", "/terms")]
)
def test_a_page_is_without_fault_and_fits(
    city_map: MapPage, path: str, lang: str, size: Size
) -> None:
    page = city_map.page
    page.goto(f"{city_map.address}{path}{'&' if '?' in path else '?'}lang={lang}")
    assert violations(city_map) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size.width


def test_easy_japanese_shows_readings_in_the_card_too(city_map: MapPage) -> None:
    page = city_map.open(f"?lang={EASY}&layers=flood&at=17/{EMPTY[1]}/{EMPTY[0]}").page
    city_map.click_centre()
    city_map.card()
    card = page.locator("#place-card")
    assert card.locator("ruby", has_text="見本").first.locator("rt").inner_text() == "みほん"
    assert card.get_attribute("aria-label") == "この場所にあるもの"
    assert violations(city_map) == []


def test_what_the_data_says_stays_japanese_and_says_so(city_map: MapPage) -> None:
    page = city_map.page
    page.goto(f"{city_map.address}{PLACE}&lang=ko")
    names = page.locator(".statement li span[lang=ja]")
    assert names.count() >= 3
    assert page.locator(".statement li").first.evaluate("one => one.closest('[lang]').lang") == "ko"
    fonts = [
        page.evaluate("one => getComputedStyle(one).fontFamily", where.element_handle())
        for where in (names.first, page.locator("h1"))
    ]
    assert "Noto Sans CJK JP" in fonts[0]
    assert "Noto Sans CJK KR" in fonts[1]


@pytest.mark.breadth
@pytest.mark.parametrize("lang", mainly("en", [lang for lang in LANGUAGES if lang != "ja"]))
def test_the_map_says_that_no_person_has_reviewed_its_warnings(
    city_map: MapPage, lang: str
) -> None:
    review = city_map.page.locator("[data-cautions=review]")
    city_map.open(f"?lang={lang}&layers=flood").cautions()
    assert review.is_visible()
    city_map.open(f"?lang={lang}&layers=").cautions()
    assert not review.is_visible()


@pytest.mark.breadth
def test_a_form_speaks_the_language_when_it_is_wrong_too(city_map: MapPage) -> None:
    page = city_map.page
    page.goto(f"{city_map.address}/requests/new?lang=vi")
    page.locator("form button[type=submit]").click()
    page.wait_for_load_state()
    city_map.watch.allow("400")
    assert language(city_map) == "vi"
    assert page.locator(".summary h2").inner_text().startswith("Đề nghị chưa được gửi")
    assert violations(city_map) == []
