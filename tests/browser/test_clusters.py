"""Crowds of points: counted, drawn, and taken apart by mouse, finger and keyboard."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenMap
from tests.browser.places import features
from tests.browser.site import PHONE, MapPage, fetch_json, near, rgb

pytestmark = pytest.mark.browser

WHITE = (255, 255, 255)
NUMBER_INK = "#1d2a36"
NUMBER_REACH = 16
MOST_STEPS = 4

# What a layer draws, with the middle of each symbol on the screen.
_SYMBOLS = """(name) => {
  const layer = globalThis[name];
  return [...layer.tiles.values()].flatMap(({ canvas, coords, shapes }) => {
    const box = canvas.getBoundingClientRect();
    const overhang = (box.width - 512) / 2;
    return shapes.map(({ kind, x, y, feature, place }) => ({
      kind, place, properties: feature.properties, drawn: layer.radiusAt(coords.z),
      x: box.x + overhang + x, y: box.y + overhang + y,
    }));
  });
}"""


@dataclass(frozen=True)
class Symbol:
    """A symbol on the screen, in CSS pixels; `place` is longitude and latitude."""

    x: float
    y: float
    radius: float
    place: tuple[float, float]
    properties: dict[str, Any]

    @property
    def count(self) -> int:
        return int(self.properties.get("point_count", 1))

    def distance(self, other: Symbol) -> float:
        return math.dist((self.x, self.y), (other.x, other.y))


def symbols(city_map: MapPage, layer: str) -> list[Symbol]:
    found = city_map.page.evaluate(_SYMBOLS, f"tile_layer_{layer}")
    return [
        Symbol(each["x"], each["y"], each["drawn"], tuple(each["place"]), each["properties"])
        for each in found
    ]


def clusters(city_map: MapPage, layer: str = "hydrants") -> list[Symbol]:
    return [each for each in symbols(city_map, layer) if each.count > 1]


def largest(city_map: MapPage) -> Symbol:
    return max(clusters(city_map), key=lambda cluster: cluster.count)


def zoom(city_map: MapPage) -> int:
    chosen: int = city_map.page.evaluate("city_map_main.getZoom()")
    return chosen


def open_at_largest(city_map: MapPage, layers: str = "hydrants") -> Symbol:
    """Open the first view's zoom with its largest cluster in the middle of the map."""
    cluster = largest(city_map.open(f"?layers={layers}"))
    city_map.at(layers, *cluster.place, zoom=zoom(city_map))
    return largest(city_map)


def test_the_numbers_of_the_first_view_add_up_to_every_hydrant(city_map: MapPage) -> None:
    shown = symbols(city_map.open("?layers=hydrants"), "hydrants")
    everything = len(features(city_map.address, "hydrants"))
    asked = [url for url in city_map.watch.requests if "/tiles/hydrants/" in urlsplit(url).path]
    told = [feature for url in asked for feature in fetch_json(url)["features"]]
    assert any(each.count > 1 for each in shown)
    assert sum(each.count for each in shown) == everything == 588
    assert sum(each["properties"].get("point_count", 1) for each in told) == everything
    assert len(shown) == len(told)


@pytest.mark.breadth
def test_a_cluster_is_a_hollow_circle_of_the_layers_colour_with_a_dark_number(
    city_map: MapPage,
) -> None:
    cluster = largest(city_map.open("?layers=hydrants"))
    city_map.hide_names()
    rows = city_map.pixels(cluster.x - 16, cluster.y - 16, 32, 32)
    middle = [color for row in rows for color in row]
    assert sum(near(color, rgb(NUMBER_INK), 24) for color in middle) > 40
    assert sum(near(color, WHITE) for color in middle) > len(middle) / 2
    rows = city_map.pixels(cluster.x - 32, cluster.y - 32, 64, 64)
    around = [color for row in rows for color in row]
    assert sum(near(color, rgb("#9A3412")) for color in around) > 150


def test_by_finger_clusters_are_taken_apart_until_each_hydrant_is_seen(
    new_map: OpenMap, asaka_site: str
) -> None:
    phone = new_map(asaka_site, PHONE, touch=True).open("?layers=hydrants")
    before = zoom(phone)
    for _ in range(MOST_STEPS):
        if not clusters(phone):
            break
        cluster = largest(phone)
        phone.page.touchscreen.tap(cluster.x, cluster.y)
        phone.settle()
        assert not phone.page.locator("#place-card").is_visible()
        after = zoom(phone)
        assert after >= before + 2 or not clusters(phone)
        before = after
    assert not clusters(phone)
    hydrants = symbols(phone, "hydrants")
    assert hydrants
    left, top, width, height = phone.map_box()
    middle = Symbol(left + width / 2, top + height / 2, 0, (0, 0), {})
    hydrant = min(hydrants, key=middle.distance)
    phone.page.touchscreen.tap(hydrant.x, hydrant.y)
    card = phone.card()
    assert "消防水利" in card
    assert "見本データのため、この場所については何も示しません" in card
    assert hydrant.properties["number"] not in card


@pytest.mark.breadth
def test_by_mouse_a_click_on_a_cluster_zooms_in(
    desktop_map: MapPage,
) -> None:
    cluster = largest(desktop_map.open("?layers=hydrants"))
    before = zoom(desktop_map)
    desktop_map.page.mouse.click(cluster.x, cluster.y)
    desktop_map.settle()
    assert zoom(desktop_map) == before + 2
    # The address is written at most every 310 ms.
    expect(desktop_map.page).to_have_url(re.compile(f"at={before + 2}/"))


def test_by_keyboard_a_cluster_is_enlarged_said_and_the_focus_stays(desktop_map: MapPage) -> None:
    cluster = open_at_largest(desktop_map)
    desktop_map.page.evaluate("tile_layer_hydrants.definition.sample = false")
    before = zoom(desktop_map)
    page = desktop_map.page
    page.locator("#city_map_main").focus()
    page.keyboard.press("Enter")
    desktop_map.settle()
    assert zoom(desktop_map) > before
    assert page.evaluate("document.activeElement.id") == "city_map_main"
    said = page.locator("#map-status").inner_text()
    assert f"「消防水利（消火栓・防火水そう）」{cluster.count}件の所を拡大しました" in said
    for name, count in cluster.properties.items():
        if name.startswith("count:"):
            assert f"{name.removeprefix('count:')} {count}件" in said


def overlapping(city_map: MapPage) -> tuple[Symbol, float, float]:
    """An evacuation site drawn over the rim of a cluster, and a place that is in both."""
    pairs = [
        (site.distance(cluster), site, cluster)
        for site in symbols(city_map, "emergency_sites")
        for cluster in clusters(city_map)
    ]
    distance, site, cluster = min(pairs, key=lambda pair: pair[0])
    share = site.radius / distance
    x, y = site.x + (cluster.x - site.x) * share, site.y + (cluster.y - site.y) * share
    return site, x, y


@pytest.mark.breadth
def test_beside_another_symbol_a_cluster_is_told_and_enlarged_by_its_button(
    desktop_map: MapPage,
) -> None:
    desktop_map.open("?layers=emergency_sites,hydrants")
    before = zoom(desktop_map)
    site, x, y = overlapping(desktop_map)
    desktop_map.page.mouse.click(x, y)
    card = desktop_map.card()
    assert site.properties["name"] in card
    assert "消防水利" in card
    button = desktop_map.page.locator("#place-card").get_by_role("button", name="拡大する")
    button.press("Enter")
    desktop_map.settle()
    assert zoom(desktop_map) > before
    assert not desktop_map.page.locator("#place-card").is_visible()
    assert desktop_map.page.evaluate("document.activeElement.id") == "city_map_main"


@pytest.mark.breadth
def test_where_the_map_goes_no_closer_a_cluster_tells_its_counts(desktop_map: MapPage) -> None:
    open_at_largest(desktop_map)
    desktop_map.page.evaluate("tile_layer_hydrants.definition.sample = false")
    desktop_map.page.evaluate("city_map_main.setMaxZoom(city_map_main.getZoom())")
    cluster = largest(desktop_map)
    desktop_map.page.mouse.click(cluster.x, cluster.y)
    card = desktop_map.card()
    assert f"{cluster.count}件" in card
    for name, count in cluster.properties.items():
        if name.startswith("count:"):
            assert name.removeprefix("count:") in card
            assert f"{count}件" in card
    assert "拡大する" not in card


@pytest.mark.breadth
def test_numbers_stay_readable_under_the_symbols_of_other_layers(city_map: MapPage) -> None:
    city_map.open("?layers=hydrants")
    alone = clusters(city_map)
    city_map.switch("emergency_sites")
    sites = symbols(city_map, "emergency_sites")
    for cluster in clusters(city_map):
        assert all(cluster.distance(site) > NUMBER_REACH for site in sites)
    city_map.switch("emergency_sites")
    again = clusters(city_map)
    assert [each.count for each in again] == [each.count for each in alone]
    assert again[0].distance(again[1]) == pytest.approx(alone[0].distance(alone[1]))


@pytest.mark.breadth
def test_no_two_clusters_of_a_layer_lie_over_each_other(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=hydrants&at=14/35.80690/139.59800")
    found = clusters(desktop_map)
    assert len(found) > 8
    for cluster in found:
        assert all(cluster.distance(other) > 40 for other in found if other is not cluster)


@pytest.mark.breadth
def test_the_list_says_what_the_numbers_are_while_there_are_some(city_map: MapPage) -> None:
    hint = city_map.page.locator("[data-row=hydrants] [data-cluster-hint]")
    city_map.open("?layers=hydrants,extinguishers")
    city_map.show_panel()
    assert "拡大すると一つずつ表示します" in hint.inner_text()
    assert not city_map.page.locator("[data-row=extinguishers] [data-cluster-hint]").is_visible()
    city_map.open("?layers=hydrants&at=15/35.80690/139.59800")
    city_map.show_panel()
    assert not hint.is_visible()
    assert not clusters(city_map)


def test_a_cluster_of_real_data_is_filled(new_map: OpenMap, yaizu_site: str) -> None:
    yaizu_map = new_map(yaizu_site).open("?layers=care_facilities&at=12/34.85/138.30")
    found = clusters(yaizu_map, "care_facilities")
    total = sum(each.count for each in symbols(yaizu_map, "care_facilities"))
    assert total == len(features(yaizu_site, "care_facilities"))
    cluster = max(found, key=lambda each: each.count)
    rows = yaizu_map.pixels(cluster.x - 8, cluster.y - 12, 16, 24)
    swatch = yaizu_map.page.locator("[data-row=care_facilities] .swatch path[fill]").first
    color = rgb(swatch.get_attribute("fill") or "")
    assert sum(near(pixel, color) for row in rows for pixel in row) > 100
