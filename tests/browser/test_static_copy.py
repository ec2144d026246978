"""The static copy of the map in a browser: from a static server, with no service behind it."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.kept import KeptMap
from tests.browser.site import BOTH_SIZES, PHONE, MapPage, Size
from tests.browser.test_search import typed
from tests.static_copy import StaticCopy

pytestmark = pytest.mark.browser

PLACE = (139.593, 35.797)
HERE = "lat=35.79700&lon=139.59300"


@pytest.fixture
def copied_map(new_map: OpenMap, static_copy: StaticCopy) -> MapPage:
    return new_map(static_copy.address)


@pytest.mark.parametrize("size", BOTH_SIZES, ids=["desktop", "phone"])
def test_the_map_opens_and_layers_are_switched(
    new_map: OpenMap, static_copy: StaticCopy, size: Size
) -> None:
    copied = new_map(static_copy.address, size, touch=size == PHONE).open()
    assert copied.page.locator("html").get_attribute("lang") == "ja"
    assert not copied.is_on("evacuation_shelters")
    copied.switch("evacuation_shelters")
    assert copied.is_on("evacuation_shelters")
    assert not copied.page.locator("#map-trouble").is_visible()
    tiles = [url for url in copied.watch.requests if "/tiles/evacuation_shelters/" in url]
    assert tiles
    assert all("/v/" in url for url in tiles)


@pytest.mark.breadth
def test_another_language_keeps_what_the_map_shows(copied_map: MapPage) -> None:
    copied_map.at("hydrants", *PLACE, zoom=16)
    copied_map.page.locator("details.languages summary").first.click()
    copied_map.page.locator("a[data-language=en]").first.click()
    copied_map.page.wait_for_url(re.compile(r"/en/index\.html\?"))
    copied_map.settle()
    assert copied_map.page.locator("html").get_attribute("lang") == "en"
    assert copied_map.is_on("hydrants")
    assert "at=16/35.79" in copied_map.page.url


def test_the_card_answers_as_the_service_does(
    copied_map: MapPage, new_map: OpenMap, asaka_site: str
) -> None:
    served = new_map(asaka_site).at("emergency_sites", *PLACE, zoom=16)
    served.click_centre()
    copied_map.at("emergency_sites", *PLACE, zoom=16)
    copied_map.click_centre()
    assert copied_map.card() == served.card()


def test_the_page_about_a_place_answers(copied_map: MapPage) -> None:
    copied_map.page.goto(f"{copied_map.address}/en/here.html?{HERE}&hazard=flood")
    copied_map.page.locator("main .statement").first.wait_for()
    words = copied_map.page.locator("main").inner_text()
    assert "Latitude 35.797, longitude 139.593" in words
    assert "offline" not in words
    copied_map.page.locator("main select").select_option("landslide")
    copied_map.page.locator("form.choice:not([role]) button").click()
    copied_map.page.wait_for_url(re.compile("hazard=landslide"))
    copied_map.page.locator("main .statement").first.wait_for()


@pytest.mark.breadth
def test_the_search_finds_a_place(copied_map: MapPage) -> None:
    copied_map.open()
    assert any("本町" in words for words in typed(copied_map, "本町"))


def test_an_empty_tile_is_empty_and_a_missing_one_says_so(
    copied_map: MapPage, new_map: OpenMap, static_copy: StaticCopy
) -> None:
    copied_map.at("emergency_sites", *PLACE, zoom=16)
    assert not copied_map.page.locator("#map-trouble").is_visible()
    tiles = [
        url
        for url in copied_map.watch.requests
        if "/tiles/emergency_sites/" in url and url.endswith(".geojson")
    ]
    other = new_map(static_copy.address)  # the first browser keeps its tiles for ever
    other.watch.allow("404")
    with static_copy.without(tiles[0].removeprefix(f"{static_copy.address}/")):
        other.at("emergency_sites", *PLACE, zoom=16)
        other.page.locator("#map-trouble").wait_for()


@pytest.mark.breadth
def test_a_saved_map_opens_offline_and_answers(copied_map: MapPage) -> None:
    kept = KeptMap(copied_map.open("en/index.html")).save()
    kept.go_offline()
    copied_map.at("emergency_sites", *PLACE, zoom=16)
    assert "オフライン" in kept.offline_words()
    assert not copied_map.page.locator("#map-trouble").is_visible()
    copied_map.click_centre()
    assert "避難" in copied_map.card()
    copied_map.page.goto(f"{copied_map.address}/en/here.html?{HERE}")
    copied_map.page.locator("main .statement").first.wait_for()
    assert "You are offline" in copied_map.page.locator("main .kept").inner_text()


@pytest.mark.breadth
def test_alerts_count_for_a_while_only(copied_map: MapPage, static_copy: StaticCopy) -> None:
    bar = json.loads((static_copy.folder / "ja/notices/bar.json").read_bytes())
    assert bar["words"] == ""
    copied_map.open()
    assert copied_map.page.locator("#notices").is_hidden()
    copied_map.page.route(
        "**/ja/notices/bar.json",
        lambda route: route.fulfill(json={**bar, "until": "2020-01-01T00:00:00+00:00"}),
    )
    copied_map.page.reload()
    copied_map.page.locator("#notices .unknown").wait_for()


@pytest.mark.breadth
def test_requests_to_a_map_that_is_not_the_city_s_lead_to_no_office(copied_map: MapPage) -> None:
    copied_map.page.goto(f"{copied_map.address}/ja/layers.html")
    copied_map.page.locator("nav a", has_text=re.compile("要望|レイヤー.*送")).first.click()
    copied_map.page.wait_for_url("**/ja/requests/new.html")
    text = copied_map.page.locator("main").inner_text()
    assert "このサイトからは、要望を送れません。" in text
    assert "市役所に出して" not in text
    assert copied_map.page.locator("form[method=post]").count() == 0
