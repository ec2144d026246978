"""The city's notices above the map, and the layers they bring with them."""

from __future__ import annotations

import datetime
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Route

from layers.catalog.catalog import Catalog
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.alerts.alert import Alert, alerts
from server.desk.alerts.alerts import Alerts
from tests.browser.conftest import OpenMap
from tests.browser.kept import PATIENCE, until
from tests.browser.site import BOTH_SIZES, MapPage, Size
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser
NOW = datetime.datetime.now(datetime.UTC)
HOUR = datetime.timedelta(hours=1)
ORDER = Alert(
    kind="evacuation",
    level=4,
    area="岡一丁目",
    issuer="朝霞市",
    issued_at=NOW - HOUR,
    expires_at=NOW + HOUR,
    drill=True,
    layers=("emergency_sites",),
)


@pytest.fixture
def desk(asaka_site: str, asaka: Catalog, home: Path) -> Iterator[Alerts]:
    """The desk of the service that runs."""
    assert asaka_site
    assert asaka.layers
    engine = open_database(f"sqlite:///{(home / 'asaka' / 'bosai.sqlite').resolve()}")
    yield Alerts(engine)
    with engine.begin() as connection:
        connection.execute(alerts.delete())
    await_bar(asaka_site, "")


def await_bar(address: str, words: str) -> None:
    """Wait until the service tells of these words; of nothing with "".

    It looks into the database only every few seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        with urllib.request.urlopen(f"{address}/notices/bar?lang=ja", timeout=PATIENCE) as response:
            bar = response.read().decode().strip()
        if words in bar if words else not bar:
            return
        assert time.monotonic() < deadline, bar
        time.sleep(0.1)


def shown(city: MapPage) -> list[str]:
    boxes = city.page.locator("input[data-layer]:checked").all()
    return [str(box.get_attribute("data-layer")) for box in boxes]


@pytest.mark.parametrize("size", BOTH_SIZES, ids=["desktop", "phone"])
def test_a_notice_stands_above_the_map_with_its_layers(
    new_map: OpenMap, asaka_site: str, desk: Alerts, size: Size
) -> None:
    number = desk.issue(ORDER, actor=COMMAND_LINE)
    await_bar(asaka_site, "全員避難")
    city = new_map(asaka_site, size)
    city.page.goto(asaka_site)
    bar = city.page.locator("#notices")
    bar.wait_for(state="visible")
    said = bar.inner_text()
    for words in ("訓練", "警戒レベル4 避難指示", "危険な場所から全員避難", "岡一丁目"):
        assert words in said
    assert shown(city) == ["emergency_sites"]
    first = city.page.locator("input[data-layer]").first
    assert first.get_attribute("data-layer") == "emergency_sites"
    box = bar.bounding_box()
    map_box = city.page.locator(".city-map").bounding_box()
    assert box is not None
    assert map_box is not None
    assert box["y"] + box["height"] <= map_box["y"]
    assert map_box["height"] > size.height / 4
    assert violations(city) == []

    desk.end(number, NOW, actor=COMMAND_LINE)
    await_bar(asaka_site, "【解除】")
    # A browser keeps a notice for some seconds, but not what goes through Playwright's hands.
    city.page.route("**/notices/bar*", lambda route: route.continue_())
    city.page.evaluate("dispatchEvent(new Event('online'))")
    city.page.locator("#notices summary", has_text="【解除】").wait_for(state="attached")
    assert "全員避難" not in bar.inner_text()
    city.page.unroute("**/notices/bar*")


@pytest.mark.breadth
def test_the_address_has_the_say_over_a_notices_layers(
    new_map: OpenMap, asaka_site: str, desk: Alerts
) -> None:
    desk.issue(ORDER, actor=COMMAND_LINE)
    await_bar(asaka_site, "全員避難")
    city = new_map(asaka_site)
    city.page.goto(f"{asaka_site}/?layers=hydrants&lang=en")
    city.page.locator("#notices").wait_for(state="visible")
    assert "this is a drill" in city.page.locator("#notices").inner_text()
    assert shown(city) == ["hydrants"]


@pytest.mark.breadth
def test_without_a_notice_there_is_no_bar(new_map: OpenMap, asaka_site: str) -> None:
    city = new_map(asaka_site)
    with city.page.expect_response("**/notices/bar*"):
        city.page.goto(asaka_site)
    assert city.page.locator("#notices").is_hidden()


def test_when_notices_cannot_be_read_the_map_goes_on(new_map: OpenMap, asaka_site: str) -> None:
    city = new_map(asaka_site)
    city.watch.allow("500")
    city.page.route("**/notices/bar*", lambda route: route.fulfill(status=500, body="no"))
    city.page.goto(asaka_site)
    city.page.locator(".city-map canvas").first.wait_for(state="attached")
    assert city.page.locator("#notices").is_hidden()
    city.page.unroute("**/notices/bar*")


@pytest.mark.breadth
def test_an_answer_that_comes_late_takes_no_newer_notice_away(
    new_map: OpenMap, asaka_site: str, desk: Alerts
) -> None:
    city_map = new_map(asaka_site)
    late: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    city_map.page.route("**/notices/bar*", hold_the_first)
    city_map.page.goto(asaka_site)
    until(city_map.page, lambda: len(late) == 1)
    desk.issue(ORDER, actor=COMMAND_LINE)
    await_bar(asaka_site, "全員避難")
    city_map.page.evaluate("dispatchEvent(new Event('online'))")
    bar = city_map.page.locator("#notices")
    bar.wait_for()
    bodies = city_map.count_bodies("/notices/bar")
    route, answer = late[0]
    route.fulfill(response=answer)
    until(city_map.page, lambda: bodies() == 1)
    assert bar.is_visible()


@pytest.mark.breadth
def test_a_notice_takes_no_chosen_layer_away(
    new_map: OpenMap, asaka_site: str, desk: Alerts
) -> None:
    city_map = new_map(asaka_site).open()
    city_map.switch("hydrants")
    # A browser keeps a notice for some seconds, but not what goes through Playwright's hands.
    city_map.page.route("**/notices/bar*", lambda route: route.continue_())
    desk.issue(ORDER, actor=COMMAND_LINE)
    await_bar(asaka_site, "全員避難")
    city_map.page.evaluate("dispatchEvent(new Event('online'))")
    city_map.page.locator("#notices").wait_for()
    assert {"hydrants", *ORDER.layers} <= set(shown(city_map))
    city_map.page.unroute("**/notices/bar*")
