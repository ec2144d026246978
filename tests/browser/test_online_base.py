"""GSI's tiles: asked for only when chosen, credited, and given up when they cannot be had."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Route

from tests.browser.site import GSI, MapPage

pytestmark = pytest.mark.browser

ANYWHERE_AT_GSI = f"https://{GSI}/**"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def picture(route: Route) -> None:
    route.fulfill(body=PIXEL, content_type="image/png")


def test_when_chosen_gsi_is_shown_with_its_credit_and_kept_in_the_address(
    city_map: MapPage,
) -> None:
    city_map.watch.allow(f"asked another host: https://{GSI}/xyz/pale/")
    city_map.page.route(ANYWHERE_AT_GSI, picture)
    city_map.open("?layers=")
    assert not [url for url in city_map.watch.requests if GSI in url]
    city_map.show_panel()
    city_map.page.get_by_text("地理院地図（淡色）").click()
    city_map.settle()
    credit = city_map.page.locator(".leaflet-control-attribution a", has_text="地理院タイル")
    assert credit.is_visible()
    assert credit.get_attribute("href") == "https://maps.gsi.go.jp/development/ichiran.html"
    assert "base=pale" in city_map.page.url
    assert [url for url in city_map.watch.requests if GSI in url]

    city_map.page.reload()
    city_map.settle()
    assert city_map.page.locator("input[name=base][value=pale]").is_checked()


@pytest.mark.breadth
def test_without_network_the_simple_map_comes_back_by_itself(city_map: MapPage) -> None:
    city_map.watch.allow(f"asked another host: https://{GSI}/")
    city_map.watch.allow(r"net::ERR_")
    city_map.page.route(ANYWHERE_AT_GSI, lambda route: route.abort("internetdisconnected"))
    city_map.open("?layers=flood&base=std")
    message = city_map.page.locator("#map-message")
    message.wait_for()
    assert "簡易地図に切り替えました" in message.inner_text()
    assert city_map.page.locator("input[name=base][value=bundled]").is_checked()
    assert "base=" not in city_map.page.url
    assert city_map.is_on("flood")


@pytest.mark.breadth
def test_close_by_one_tap_offers_gsi_and_one_leads_back(city_map: MapPage) -> None:
    city_map.watch.allow(f"asked another host: https://{GSI}/xyz/pale/")
    city_map.page.route(ANYWHERE_AT_GSI, picture)
    offer = city_map.page.locator("#online-offer")
    city_map.open("?layers=&at=15/35.79700/139.59300")
    assert offer.is_hidden()
    city_map.open("?layers=&at=17/35.79700/139.59300")
    assert offer.inner_text() == "地理院地図を表示（国土地理院から読み込み）"
    assert not [url for url in city_map.watch.requests if GSI in url]
    offer.click()
    city_map.settle()
    assert [url for url in city_map.watch.requests if GSI in url]
    assert "base=pale" in city_map.page.url
    assert city_map.page.locator("a", has_text="地理院タイル").is_visible()
    offer.click()
    city_map.settle()
    assert offer.get_attribute("aria-pressed") == "false"
    assert "base=" not in city_map.page.url


@pytest.mark.breadth
def test_the_first_tile_that_fails_is_said_and_the_basic_map_stays_below(
    city_map: MapPage,
) -> None:
    city_map.watch.allow(f"asked another host: https://{GSI}/")
    city_map.watch.allow(r"net::ERR_")
    failed: list[str] = []

    def answer(route: Route) -> None:
        if failed:
            picture(route)
        else:
            failed.append(route.request.url)
            route.abort("internetdisconnected")

    city_map.page.route(ANYWHERE_AT_GSI, answer)
    city_map.open("?layers=&base=pale&at=17/35.79700/139.59300")
    message = city_map.page.locator("#map-message")
    message.wait_for()
    assert "一部を読み込めませんでした" in message.inner_text()
    assert len(failed) == 1
    assert "base=pale" in city_map.page.url  # the rest of it is shown
    assert city_map.page.locator(".leaflet-base-pane canvas").count() > 0
