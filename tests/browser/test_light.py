"""The light form: what it weighs, what it says, and that the map leads to it at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator

from layers.catalog.catalog import Catalog
from tests.breadth import further
from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage

pytestmark = pytest.mark.browser
MOST = 30_000  # bytes over the wire, all in


def weight(city: MapPage, path: str) -> int:
    """How many bytes a fresh browser receives for the page, headers included."""
    session = city.page.context.new_cdp_session(city.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    city.page.goto(city.address + path)
    city.page.wait_for_load_state("networkidle")
    session.detach()
    assert len(received) >= 2  # the page and its style
    return int(sum(received))


@pytest.mark.parametrize(
    "path", ["/light?hazard=flood", *further("/light", "/light?hazard=flood&lang=en")]
)
def test_it_weighs_little_and_loads_no_script(city_map: MapPage, path: str) -> None:
    assert weight(city_map, path) < MOST
    assert city_map.page.locator("script").count() == 0


def test_a_real_citys_weighs_little_too(new_map: OpenMap, yaizu_site: str) -> None:
    city = new_map(yaizu_site, PHONE)
    for hazard in ("", "?hazard=flood", "?hazard=tsunami", "?hazard=earthquake"):
        assert weight(city, f"/light{hazard}") < MOST


def test_it_names_the_sites_of_that_disaster_only(city_map: MapPage, asaka: Catalog) -> None:
    sites = asaka.layer("emergency_sites").revision.features()
    page = city_map.page
    page.goto(f"{city_map.address}/light")
    assert page.locator(".places li").count() == 0
    page.select_option("#hazard", "flood")
    page.get_by_role("button", name="表示する").click()
    page.wait_for_url(re.compile("hazard=flood"))
    named = page.locator(".places a").all_inner_texts()
    assert named == sorted(sites[sites["flood"].fillna(value=False)]["name"])
    assert len(named) == 30
    assert "開設状況は市の発表を確認してください" in page.locator("main").inner_text()
    page.goto(f"{city_map.address}/light?hazard=inland_flood")
    assert "この災害の指定はこのデータにありません" in page.locator("main").inner_text()
    assert page.locator(".places li").count() == 0


@pytest.mark.breadth
def test_the_map_leads_to_it_before_its_script_runs(city_map: MapPage) -> None:
    page = city_map.page
    page.route("**/*.js", lambda route: route.abort())
    city_map.watch.allow("ERR_FAILED")
    page.goto(city_map.address)
    page.locator("#menu summary").click()
    page.get_by_role("link", name="軽い表示").click()
    page.wait_for_url(re.compile("/light"))
    page.unroute("**/*.js")


@pytest.mark.breadth
def test_what_is_no_disaster_is_said(city_map: MapPage) -> None:
    city_map.watch.allow("400")
    response = city_map.page.goto(f"{city_map.address}/light?hazard=ufo")
    assert response is not None
    assert response.status == 400


def offer(city: MapPage) -> Locator:
    return city.page.locator("#slow")


@pytest.mark.breadth
def test_it_is_offered_where_data_is_to_be_saved(city_map: MapPage) -> None:
    city_map.page.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    city_map.page.goto(city_map.address)
    offer(city_map).wait_for()
    offer(city_map).get_by_role("link").click()
    city_map.page.wait_for_url(re.compile("/light"))


@pytest.mark.breadth
def test_it_is_offered_where_the_map_takes_long_and_only_there(city_map: MapPage) -> None:
    page = city_map.page
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: undefined })")
    page.clock.install()
    page.goto(city_map.address)
    city_map.settle()
    page.clock.fast_forward(10_000)
    assert offer(city_map).is_hidden()
    page.route("**/tiles/**", lambda _: None)  # never answered
    page.goto(f"{city_map.address}/?layers=flood&at=15/35.82/139.6")
    page.clock.fast_forward(10_000)
    offer(city_map).wait_for()
    page.unroute_all(behavior="ignoreErrors")
