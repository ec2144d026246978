"""Tiles meet without a seam, say what is not surveyed, and show when they could not be loaded."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser
from shapely.geometry import shape

from layers.geometry.tile import columns
from tests.breadth import further
from tests.browser.conftest import CHROMIUM, SWITCHES, OpenMap
from tests.browser.kept import until
from tests.browser.places import features, lonely, middle, widest
from tests.browser.site import Color, MapPage, Watch, fetch_json, near, over_white

pytestmark = pytest.mark.browser

HATCH_STEP = 16
OUTSIDE = (139.66, 35.75)  # longitude and latitude beyond the city's boundary
TILES = "**/tiles/flood/**"
TILE_SIDE = 512  # CSS pixels
SYMBOL = 16  # CSS pixels from the middle of a symbol to beyond its edge
# So that Chromium draws with a graphics process, though without a graphics card.
# A picture of the test's own tells when the browser has lost its graphics and has them again.
COUNT_RESTORED = """() => {
  globalThis.restored = 0;
  globalThis.own = document.createElement("canvas");
  own.width = own.height = 64;
  own.getContext("2d").fillRect(0, 0, 1, 1);
  own.addEventListener("contextrestored", () => (restored += 1));
}"""
BY_GPU = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--enable-gpu-rasterization",
]
GLYPH = 10  # and to beyond its glyph


def tile_edges(city_map: MapPage) -> list[float]:
    """The left edges of the flood's tiles on the screen."""
    edges: list[float] = city_map.page.evaluate(
        "[...tile_layer_flood.tiles.values()].map((tile) => tile.canvas.getBoundingClientRect().x)"
    )
    return sorted(set(edges))


def edge_in_view(city_map: MapPage) -> float:
    left, _top, width, _height = city_map.map_box()
    return next(edge for edge in tile_edges(city_map) if left + 60 < edge < left + width - 100)


@pytest.mark.parametrize("ratio", [*further(1, 1.25), 2.625])
def test_no_seam_shows_where_tiles_meet_in_a_flood_zone(
    new_map: OpenMap, asaka_site: str, ratio: float
) -> None:
    city_map = new_map(asaka_site, ratio=ratio)
    _zone, place = widest(features(asaka_site, "flood"))
    city_map.at("flood", place.x, place.y, zoom=18)
    city_map.hide_names()
    edge = edge_in_view(city_map)
    _x, centre = city_map.centre()
    rows = city_map.pixels(edge - 6, centre - 40, 12, 80)
    assert all(set(row) == {row[0]} for row in rows), "a line along the edge of the tiles"


def beside_an_edge(address: str, zoom: int) -> list[tuple[float, dict[str, Any]]]:
    """Hydrants of one kind and how far east of the next tile's edge each lies, in CSS pixels.

    Others of the layer, and the boundary, are too far away to be seen beside their symbols.
    """
    hydrants = features(address, "hydrants")
    places = shapely.points([hydrant["geometry"]["coordinates"] for hydrant in hydrants])
    base = fetch_json(f"{address}/base.geojson")["features"]
    boundary = next(shape(f["geometry"]) for f in base if f["properties"]["kind"] == "boundary")
    room = 3 * SYMBOL * 360 / (256 << zoom)
    longitudes = shapely.get_x(places)
    offsets = (columns(longitudes, zoom - 1) + 0.5) % 1 - 0.5
    return [
        (float(offset) * TILE_SIDE, hydrant)
        for offset, hydrant, place in zip(offsets, hydrants, places, strict=True)
        if hydrant["properties"]["kind"] == "消火栓"
        and np.count_nonzero(shapely.distance(places, place) < room) == 1
        and boundary.boundary.distance(place) > room
    ]


@pytest.mark.breadth
@pytest.mark.parametrize("zoom", [16, *further(18)])
@pytest.mark.parametrize("ratio", [2, *further(1)])
def test_a_symbol_on_the_edge_of_a_tile_is_whole(
    new_map: OpenMap, asaka_site: str, zoom: int, ratio: int
) -> None:
    city_map = new_map(asaka_site, ratio=ratio)
    found = sorted(beside_an_edge(asaka_site, zoom), key=lambda each: abs(each[0]))
    distance, on_edge = found[0]
    far, whole = found[-1]
    assert abs(distance) < 6
    assert abs(far) > 2 * SYMBOL
    pictures = []
    for hydrant in (whole, on_edge):
        longitude, latitude = hydrant["geometry"]["coordinates"]
        city_map.at("hydrants", longitude, latitude, zoom=zoom)
        city_map.hide_names()
        left, top, _width, _height = city_map.map_box()
        pixel = city_map.page.evaluate(
            "(place) => city_map_main.latLngToContainerPoint(place)", [latitude, longitude]
        )
        x, y = left + pixel["x"], top + pixel["y"]
        pictures.append(city_map.pixels(x - SYMBOL, y - SYMBOL, 2 * SYMBOL, 2 * SYMBOL))
    assert len({color for row in pictures[0] for color in row}) > 10, "no symbol at all"
    assert same_rim(pictures[0], pictures[1], ratio)

    # The side that reaches into the next tile is the symbol's too.
    city_map.page.mouse.click(x + (-9 if distance > 0 else 9), y)
    assert "消防水利" in city_map.card()


def same_rim(picture: list[list[Color]], other: list[list[Color]], ratio: int) -> bool:
    """Whether two symbols have the same rim, but for how their places fall on pixels.

    Chromium does not draw the glyph inside the same way each time.
    """
    one, two = np.array(picture), np.array(other)
    side, most = len(one), 3
    inner = two[most : side - most, most : side - most]
    down, right = np.indices(inner.shape[:2]) - (len(inner) - 1) / 2
    rim = np.hypot(down, right) > GLYPH * ratio
    return any(
        np.array_equal(inner[rim], one[top:, left:][: len(inner), : len(inner)][rim])
        for top in range(2 * most + 1)
        for left in range(2 * most + 1)
    )


@pytest.mark.breadth
def test_the_hatch_runs_on_from_tile_to_tile(desktop_map: MapPage) -> None:
    desktop_map.at("flood", *OUTSIDE, zoom=14)
    desktop_map.hide_names()
    edge = edge_in_view(desktop_map)
    _x, centre = desktop_map.centre()
    rows = desktop_map.pixels(edge - 40, centre - 40, 80, 80)
    assert len({color for row in rows for color in row}) > 1, "no hatch at all"
    for row in rows:
        assert row[:-HATCH_STEP] == row[HATCH_STEP:]


def test_what_is_not_surveyed_is_hatched_and_what_is_surveyed_is_not(city_map: MapPage) -> None:
    city_map.at("flood", *OUTSIDE, zoom=14)
    assert len(city_map.common_colors()) > 1
    city_map.switch("flood")
    assert len(city_map.common_colors()) == 1
    city_map.at("flood", 139.5925, 35.7865, zoom=17)
    city_map.hide_names()
    assert set(city_map.common_colors()) == {(255, 255, 255)}


def test_where_coverage_is_unknown_all_but_the_zones_is_hatched_and_said(
    new_map: OpenMap, yaizu_site: str
) -> None:
    yaizu_map = new_map(yaizu_site)
    zones = [shape(zone["geometry"]) for zone in features(yaizu_site, "flood")]
    all_zones = shapely.union_all(shapely.make_valid(zones))
    west, south, east, north = all_zones.bounds
    outside = next(
        point
        for point in (
            shapely.Point(west + (east - west) * x / 20, south + (north - south) * y / 20)
            for x in range(1, 20)
            for y in range(1, 20)
        )
        if all_zones.distance(point) > 3e-4
    )
    yaizu_map.at("flood", outside.x, outside.y)
    yaizu_map.hide_names()
    assert len(yaizu_map.common_colors()) > 1
    yaizu_map.click_centre()
    card = yaizu_map.card()
    assert "調査対象外または不明です" in card
    assert "区域の外です" not in card


def test_a_zone_of_a_real_layer_is_read_with_its_own_label(
    new_map: OpenMap, yaizu_site: str
) -> None:
    yaizu_map = new_map(yaizu_site)
    zone = max(features(yaizu_site, "flood"), key=lambda zone: zone["properties"]["rank"])
    place = middle(shape(zone["geometry"]))
    yaizu_map.at("flood", place.x, place.y, zoom=18).click_centre()
    card = yaizu_map.card()
    assert zone["properties"]["depth_label"] in card
    assert "見本" not in card


def test_a_failed_tile_is_seen_said_and_loaded_again(city_map: MapPage) -> None:
    city_map.watch.allow(r"net::ERR_FAILED")
    page = city_map.page
    zone, place = widest(features(city_map.address, "flood"))
    page.route(TILES, lambda route: route.abort())
    city_map.without_answers()
    city_map.at("flood", place.x, place.y)
    city_map.hide_names()
    trouble = page.locator("#map-trouble")
    assert "読み込めませんでした" in trouble.inner_text()
    assert "何もないという意味ではありません" in trouble.inner_text()
    failed = city_map.common_colors()
    assert (255, 255, 255) not in failed
    assert_grey(failed)

    city_map.click_centre()
    assert "データを読み込めませんでした" in city_map.card()
    page.keyboard.press("Escape")

    page.unroute(TILES)
    trouble.get_by_role("button", name="もう一度読み込む").click()
    trouble.wait_for(state="hidden")
    city_map.settle()
    drawn = city_map.common_colors().most_common(1)[0][0]
    assert near(drawn, over_white(zone_color(city_map, zone["properties"]["rank"]), 0.7))


def zone_color(city_map: MapPage, rank: int) -> str:
    """The colour of the rank in the legend, whose lines are in the order of the ranks."""
    swatch = city_map.page.locator("[data-row=flood] .swatch rect:not(.swatch-pattern)").nth(
        rank - 1
    )
    return swatch.get_attribute("fill") or ""


def assert_grey(colors: Counter[Color]) -> None:
    red, green, blue = colors.most_common(1)[0][0]
    assert red < 235
    assert near((red, green, blue), (red, red, red), 16)


@pytest.mark.breadth
def test_a_failed_coverage_is_not_taken_for_a_survey(desktop_map: MapPage) -> None:
    desktop_map.watch.allow(r"net::ERR_FAILED")
    desktop_map.page.route("**/coverage.geojson*", lambda route: route.abort())
    desktop_map.without_answers()
    desktop_map.at("flood", 139.5925, 35.7865, zoom=17)
    assert desktop_map.page.locator("#map-trouble").is_visible()
    desktop_map.click_centre()
    assert "読み込めませんでした" in desktop_map.card()


@pytest.mark.breadth
def test_only_tiles_that_can_show_something_are_asked_for(desktop_map: MapPage) -> None:
    desktop_map.at("flood,hydrants", *OUTSIDE, zoom=17)
    assert not [url for url in desktop_map.watch.requests if "/tiles/" in url]


@pytest.mark.breadth
def test_a_request_for_a_tile_that_left_the_view_is_ended(desktop_map: MapPage) -> None:
    desktop_map.open("?layers=&at=15/35.79700/139.59300")
    page = desktop_map.page
    page.route("**/tiles/hydrants/**", lambda _route: None)  # never answered
    ended: list[str] = []
    page.on("requestfailed", lambda request: ended.append(request.url))

    def asked() -> list[str]:
        return [url for url in desktop_map.watch.requests if "/tiles/hydrants/" in url]

    page.locator("input[data-layer=hydrants]").check()
    until(page, lambda: len(asked()) > 0)
    page.locator("input[data-layer=hydrants]").uncheck()
    until(page, lambda: sorted(ended) == sorted(asked()))


@pytest.mark.breadth
def test_beyond_the_last_zoom_of_the_data_symbols_keep_their_size(desktop_map: MapPage) -> None:
    site = lonely(features(desktop_map.address, "emergency_sites"))
    longitude, latitude = site["geometry"]["coordinates"]
    sizes = []
    for zoom in (17, 18):
        desktop_map.at("emergency_sites", longitude, latitude, zoom=zoom)
        desktop_map.hide_names()
        green = [
            color
            for color in desktop_map.common_colors(20).elements()
            if color[1] > color[0] + 40 and color[1] > color[2] + 15
        ]
        sizes.append(len(green))
    assert sizes[0] > 200
    assert sizes[1] == pytest.approx(sizes[0], rel=0.1)


@pytest.mark.breadth
def test_a_tile_that_cannot_be_drawn_is_not_taken_for_one_that_shows_nothing(
    desktop_map: MapPage,
) -> None:
    desktop_map.page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = () => null"  # as where a phone has no memory left
    )
    desktop_map.open("?layers=flood&at=15/35.8/139.6")
    assert desktop_map.page.locator("#map-trouble").is_visible()


def test_what_was_drawn_comes_back_when_the_browser_loses_its_graphics(
    chromium: Browser, asaka_site: str
) -> None:
    switches = [each for each in SWITCHES if each != "--disable-gpu"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*switches, *BY_GPU])
    page = browser.new_page(locale="ja-JP", viewport={"width": 900, "height": 700})
    city_map = MapPage(page, asaka_site, Watch(asaka_site))
    place = lonely(features(asaka_site, "emergency_sites"))
    city_map.at("emergency_sites", *place["geometry"]["coordinates"])
    symbol = city_map.common_colors()
    page.evaluate(COUNT_RESTORED)
    browser.new_browser_cdp_session().send("Browser.crashGpuProcess")
    until(page, lambda: page.evaluate("restored") > 0)
    until(page, lambda: city_map.common_colors() == symbol)
    browser.close()
