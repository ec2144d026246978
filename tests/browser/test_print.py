"""The sheet as a browser prints it, and pictures as a browser sees them."""

from __future__ import annotations

import io
import unicodedata
from typing import cast

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from layers.catalog.catalog import Catalog
from layers.pictures.frame import Frame
from tests.browser.places import features, widest
from tests.browser.site import MapPage

pytestmark = pytest.mark.browser

EVERY = "layers=flood,emergency_sites,evacuation_shelters,hydrants,extinguishers,crime_prevention"
MAP_LEFT, MAP_TOP, SCALE = 280, 46, 1.5  # points of the share picture, and pixels to each
PIXELS = """async ([address, x, y, side]) => {
  const picture = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  return [...context.getImageData(x - side / 2, y - side / 2, side, side).data];
}"""
Color = tuple[int, int, int]


def pixels(page: Page, query: str, spot: tuple[float, float], side: int = 40) -> list[Color]:
    """The colours around a place of the share picture's map, in CSS pixels of the map."""
    x, y = (MAP_LEFT + spot[0]) * SCALE, (MAP_TOP + spot[1]) * SCALE
    said: list[int] = page.evaluate(PIXELS, [f"/og.png?{query}", round(x), round(y), side])
    return [cast("Color", tuple(said[at : at + 3])) for at in range(0, len(said), 4)]


def close(color: Color, other: Color) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(color, other, strict=True))


def share(colors: list[Color], wanted: Color) -> float:
    return sum(close(color, wanted) for color in colors) / len(colors)


@pytest.mark.parametrize(
    ("paper", "width", "height"), [("portrait", 595, 842), ("landscape", 842, 595)]
)
def test_all_layers_fit_one_sheet(
    desktop_map: MapPage, paper: str, width: int, height: int
) -> None:
    page = desktop_map.page
    page.goto(f"{desktop_map.address}/print?{EVERY}&paper={paper}&at=15/35.8180/139.6060")
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (width, pytest.approx(height, abs=2))
    # Chromium writes some characters as the radicals they look like.
    said = unicodedata.normalize("NFKC", "".join(reader.pages[0].extract_text().split()))
    for word in (
        "非公式",
        "凡例",
        "500m",
        "2025年10月27日現在",
        "調査対象外",
        "5m以上10m未満",
    ):
        assert word in said
    assert "地図に戻る" not in said


@pytest.mark.parametrize("paper", ["portrait", "landscape"])
def test_the_cautions_on_the_sheet_can_be_read(desktop_map: MapPage, paper: str) -> None:
    page = desktop_map.page
    page.goto(f"{desktop_map.address}/print?{EVERY}&paper={paper}")
    page.emulate_media(media="print")
    lines = ".notes p, .legend p, .legend small"
    sizes = page.evaluate(
        """(lines) => [...document.querySelectorAll(lines)].map(
          (line) => parseFloat(getComputedStyle(line).fontSize) * line.currentCSSZoom)""",
        lines,
    )
    assert len(sizes) > 10
    assert min(sizes) >= 10  # CSS pixels: 7.5 points


def test_one_tap_on_the_map_leads_to_its_sheet(city_map: MapPage) -> None:
    city_map.open("?layers=flood,hydrants&at=15/35.81800/139.60600&for=flood")
    page = city_map.page
    city_map.show_menu()
    page.get_by_role("link", name="印刷").click()
    page.get_by_role("button", name="印刷").wait_for()
    assert "layers=flood,hydrants" in page.url
    assert "at=15/35.8" in page.url
    assert page.locator(".layer:not(.channels) h3").all_inner_texts() == [
        "洪水浸水想定区域 見本",
        "消防水利（消火栓・防火水そう） 見本",
    ]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="地図に戻る").click()
    city_map.settle()
    assert "layers=flood,hydrants" in page.url


def test_the_share_picture_is_coloured_where_the_flood_is(
    desktop_map: MapPage, asaka: Catalog
) -> None:
    desktop_map.open()
    feature, place = widest(features(desktop_map.address, "flood"))
    legend = {entry.value: entry.color for entry in asaka.layers["flood"].legend()}
    rank = legend[feature["properties"]["rank"]]
    channels = [int(rank[at : at + 2], 16) for at in (1, 3, 5)]
    wanted = cast("Color", tuple(round(255 * 0.3 + each * 0.7) for each in channels))
    longitude, latitude = round(place.x, 4), round(place.y, 4)
    query = f"at=16/{latitude}/{longitude}&layers="
    middle = (520 / 2, 374 / 2)
    assert share(pixels(desktop_map.page, f"{query}flood", middle), wanted) > 0.6
    white: Color = (255, 255, 255)
    assert share(pixels(desktop_map.page, query, middle), white) > 0.6


@pytest.mark.breadth
def test_the_share_picture_is_hatched_where_nothing_was_surveyed(
    desktop_map: MapPage, asaka: Catalog
) -> None:
    desktop_map.open()
    frame = Frame(139.6, 35.8, 13, 520, 374)
    assert frame.bounds(-80).west < asaka.city.extent[0]  # the corner lies outside the city
    query = "at=13/35.8/139.6&layers="
    corner = (40.0, 40.0)
    ground, hatch = cast("list[Color]", [(0xE9, 0xE8, 0xE3), (0x75, 0x81, 0x8D)])
    hatched = pixels(desktop_map.page, f"{query}flood", corner)
    plain = pixels(desktop_map.page, f"{query}emergency_sites", corner)
    assert share(plain, ground) == 1
    assert 0.3 < share(hatched, ground) < 0.97
    assert any(close(color, hatch) for color in hatched)


@pytest.mark.breadth
def test_the_legend_stands_in_its_order_below_its_heading(desktop_map: MapPage) -> None:
    page = desktop_map.page
    page.goto(f"{desktop_map.address}/print?layers=flood,emergency_sites,hydrants")
    heading = page.locator("#legend-title").bounding_box()
    layers = [each.bounding_box() for each in page.locator(".legend .layer").all()]
    assert heading is not None
    first = layers[0]
    assert first is not None
    assert first["x"] == pytest.approx(heading["x"], abs=1)
    assert first["y"] >= heading["y"] + heading["height"]
    places = [(box["x"], box["y"]) for box in layers if box]
    assert places == sorted(places)
