"""Seen by everybody: dark mode, forced colours, letters that grow with the reader's setting."""

from __future__ import annotations

import re

import pytest

from tests.breadth import mainly
from tests.browser.conftest import OpenMap
from tests.browser.site import BOTH_SIZES, PHONE, ROOT, MapPage, Size
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

PAGES = ("/layers/flood", "/layers/emergency_sites/table", "/requests/new", "/light?hazard=flood")
STYLES = ROOT / "server" / "viewer" / "web"
# What the letters and the ground of an element are, as red + green + blue.
LIGHTNESS = r"""([selector, name]) => {
  const color = getComputedStyle(document.querySelector(selector))[name];
  return color.match(/\d+/g).slice(0, 3).reduce((sum, each) => sum + Number(each), 0);
}"""


def lightness(city_map: MapPage, selector: str, name: str) -> int:
    value: int = city_map.page.evaluate(LIGHTNESS, [selector, name])
    return value


@pytest.mark.parametrize("size", BOTH_SIZES, ids=["desktop", "phone"])
def test_where_the_device_is_dark_the_page_is_and_the_map_keeps_its_colours(
    new_map: OpenMap, asaka_site: str, size: Size
) -> None:
    dark = new_map(asaka_site, size, dark=True).open("?layers=flood,emergency_sites,hydrants")
    dark.show_panel()
    assert lightness(dark, ".panel", "backgroundColor") < 150
    assert lightness(dark, ".panel-body", "color") > 600
    assert lightness(dark, ".leaflet-control-zoom-in", "backgroundColor") == 3 * 255
    assert lightness(dark, ".leaflet-control-zoom-in", "color") < 250
    assert violations(dark) == []


@pytest.mark.parametrize("path", mainly(PAGES[0], PAGES))
def test_pages_are_dark_too(new_map: OpenMap, asaka_site: str, path: str) -> None:
    dark = new_map(asaka_site, PHONE, dark=True)
    dark.page.goto(f"{asaka_site}{path}")
    assert lightness(dark, "body", "color") > 600
    assert violations(dark) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_in_forced_colours_every_button_of_the_map_shows_its_sign(
    new_map: OpenMap, asaka_site: str, dark: bool
) -> None:
    city_map = new_map(asaka_site, PHONE, dark=dark, forced_colors=True).open()
    for button in (".locate-button", ".whole-city", "#search-open", "#menu summary"):
        box = city_map.page.locator(button).bounding_box()
        assert box is not None
        rows = city_map.pixels(box["x"] + 4, box["y"] + 4, 34, 34)
        light = [sum(color) for row in rows for color in row]
        assert max(light) - min(light) > 400, button


def test_no_letter_is_smaller_than_12_pixels_and_all_grow_with_the_readers_setting() -> None:
    for path in STYLES.rglob("*.css"):
        if path.name.startswith("print"):
            continue
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"font(?:-size)?:[^;]*?\d+px", text) == [], path.name
        sizes = re.findall(r"font(?:-size)?:[^;]*?([\d.]+)rem", text)
        assert all(float(size) >= 0.75 for size in sizes), path.name
