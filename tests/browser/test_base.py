"""The base map of the city's own: drawn under the layers, named without collisions, offline too."""

from __future__ import annotations

import gzip
import urllib.request
from itertools import combinations

import pytest

from layers.symbology.look import LOOK
from tests.breadth import further
from tests.browser.conftest import OpenMap
from tests.browser.kept import KeptMap
from tests.browser.site import PHONE, Color, MapPage, fetch_json

pytestmark = pytest.mark.browser

STATION = (35.796765, 139.6003)  # 朝霞
MOST = 60_000  # bytes, compressed, that the base may add to the first view
# Of those that the map shows: what they say, in which language, and where.
NAMES = """() => {
  const seen = document.querySelector("#city_map_main").getBoundingClientRect();
  const isSeen = ([left, top, right, bottom]) =>
    right > seen.left && left < seen.right && bottom > seen.top && top < seen.bottom;
  return [...document.querySelectorAll(".place-names span")].map((span) => {
    const { left, top, right, bottom } = span.getBoundingClientRect();
    return { text: span.textContent, lang: span.lang, box: [left, top, right, bottom] };
  }).filter(({ box }) => isSeen(box));
}"""


def color_of(text: str) -> Color:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def names(city_map: MapPage) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = city_map.page.evaluate(NAMES)
    return listed


def settled(city_map: MapPage, zoom: int, place: tuple[float, float] = STATION) -> MapPage:
    """The map with its symbols, after its names made room for them."""
    city_map.open(f"?layers=emergency_sites&at={zoom}/{place[0]}/{place[1]}")
    city_map.page.wait_for_timeout(400)
    return city_map


@pytest.mark.parametrize("zoom", [14, *further(12, 16)])
def test_no_name_lies_over_another(city_map: MapPage, zoom: int) -> None:
    shown = names(settled(city_map, zoom))
    assert "朝霞駅" in {each["text"] for each in shown}
    for one, other in combinations(shown, 2):
        a, b = one["box"], other["box"]
        assert isinstance(a, list)
        assert isinstance(b, list)
        meets = a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
        assert not meets, (one, other)


def test_names_are_in_the_language_of_the_page_where_the_data_has_them(
    desktop_map: MapPage,
) -> None:
    desktop_map.open("?lang=en&layers=&at=14/35.80/139.60")
    by_text = {str(each["text"]): each["lang"] for each in names(desktop_map)}
    assert by_text["Asaka Sta."] == "en"
    assert by_text["Kurome River"] == "en"
    assert by_text["Mizonuma"] == "ja-Latn"
    assert all(text.isascii() or lang == "ja" for text, lang in by_text.items())


@pytest.mark.parametrize("zoom", [13, 16])
def test_water_and_rail_are_drawn_as_look_says(desktop_map: MapPage, zoom: int) -> None:
    base = fetch_json(f"{desktop_map.address}/base.geojson")["features"]
    lake = next(each for each in base if each["properties"].get("name") == "彩湖")
    longitude, latitude = lake["properties"]["at"]
    desktop_map.open(f"?layers=&at={zoom}/{latitude}/{longitude}")
    # Beside the city, which the map stays with: not always its middle.
    point = "([y, x]) => city_map_main.latLngToContainerPoint([y, x])"
    place = desktop_map.page.evaluate(point, [latitude, longitude])
    left, top, _, _ = desktop_map.map_box()
    rows = desktop_map.pixels(left + place["x"] - 12, top + place["y"] - 12, 24, 24)
    assert color_of(LOOK.base.fills["water"]) in {color for row in rows for color in row}
    desktop_map.open(f"?layers=&at={zoom}/{STATION[0]}/{STATION[1]}")
    assert color_of(LOOK.base.strokes["rail"][0].color) in desktop_map.common_colors(60)


def test_the_first_view_asks_for_the_coarse_base_alone_and_it_is_light(
    desktop_map: MapPage,
) -> None:
    desktop_map.open("?layers=")
    asked = [url for url in desktop_map.watch.requests if "/base" in url]
    assert len(asked) == 1
    with urllib.request.urlopen(asked[0], timeout=30) as answer:
        content = answer.read()
        assert "immutable" in answer.headers["Cache-Control"]
    assert len(gzip.compress(content, 6)) < MOST
    desktop_map.page.evaluate("city_map_main.setZoom(16)")
    desktop_map.settle()
    assert [url for url in desktop_map.watch.requests if "/base/near.geojson?v=" in url]


def test_a_saved_map_has_its_base(asaka_site: str, new_map: OpenMap) -> None:
    kept = KeptMap(new_map(asaka_site, PHONE, touch=True).open("?layers=")).save()
    kept.go_offline()
    kept.page.goto(f"{asaka_site}/?layers=&at=16/{STATION[0]}/{STATION[1]}")
    kept.map.settle()
    assert "朝霞駅" in {each["text"] for each in names(kept.map)}
    assert color_of(LOOK.base.strokes["rail"][0].color) in kept.map.common_colors()


def test_what_licences_want_to_see_is_on_the_map_and_all_sources_a_tap_away(
    city_map: MapPage,
) -> None:
    city_map.open("?layers=")
    credit = city_map.page.locator(".base-credit")
    assert "© OpenStreetMap contributors" in credit.locator("summary").inner_text()
    credit.locator("summary").click()
    words = credit.inner_text()
    for source in ("ODbL 1.0", "CC BY-SA 3.0", "Mini Tokyo 3D", "国土数値情報（鉄道データ）"):
        assert source in words


def test_without_the_finer_lines_the_coarse_ones_stay(desktop_map: MapPage) -> None:
    desktop_map.watch.allow("near.geojson|Failed to load resource|net::ERR")
    desktop_map.page.route("**/base/near.geojson*", lambda route: route.abort())
    desktop_map.open(f"?layers=&at=16/{STATION[0]}/{STATION[1]}")
    assert color_of(LOOK.base.strokes["rail"][0].color) in desktop_map.common_colors()
