"""What browsers of 2021 lack (Safari 14.1: the bundle is built for ES2020) is not needed."""

from __future__ import annotations

import pytest

from layers.symbology.base_look import BaseLook
from tests.browser.conftest import OpenMap
from tests.browser.site import MapPage, Size, fetch_json, near, rgb
from tests.browser.test_search import typed

pytestmark = pytest.mark.browser
# Each is newer than Safari 14.1; what the scripts ask for before they use it is among them.
LACKING = """
for (const name of ["show", "showModal", "close"]) delete HTMLDialogElement.prototype[name];
for (const kind of [Array, String, Object.getPrototypeOf(Int8Array)]) delete kind.prototype.at;
for (const name of ["findLast", "findLastIndex", "toSorted", "toReversed", "with", "toSpliced"]) {
  delete Array.prototype[name];
}
for (const name of ["isWellFormed", "toWellFormed"]) delete String.prototype[name];
for (const name of ["hasOwn", "groupBy"]) delete Object[name];
for (const name of ["timeout", "any"]) delete AbortSignal[name];
for (const name of ["union", "intersection", "difference"]) delete Set.prototype[name];
for (const name of ["roundRect", "reset", "createConicGradient"]) {
  delete CanvasRenderingContext2D.prototype[name];
  delete OffscreenCanvasRenderingContext2D.prototype[name];
  delete Path2D.prototype[name];
}
delete URLSearchParams.prototype.size;
delete URL.canParse;
delete Map.groupBy;
delete Promise.withResolvers;
delete Navigator.prototype.locks;
delete globalThis.structuredClone;
delete globalThis.requestIdleCallback;
"""
ON_TOP = """(dialog) => {
  const { x, y, width, height } = dialog.getBoundingClientRect();
  return dialog.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


@pytest.fixture
def old_map(new_map: OpenMap, asaka_site: str, size: Size) -> MapPage:
    """The map in such a browser. Whatever its scripts miss fails the test that uses it."""
    map_page = new_map(asaka_site, size)
    map_page.page.add_init_script(LACKING)
    return map_page


def test_the_map_is_drawn_and_answers(old_map: MapPage) -> None:
    base = fetch_json(f"{old_map.address}/base.geojson")["features"]
    (station,) = (
        feature
        for feature in base
        if feature["properties"]["kind"] == "station"
        and feature["properties"]["name"] == "朝霞"
        and feature["geometry"]["type"] == "Point"
    )
    longitude, latitude = station["geometry"]["coordinates"]
    old_map.at("", longitude, latitude, zoom=16)
    edge = rgb(BaseLook().station.edge)
    assert any(near(color, edge, 12) for color in old_map.common_colors(half=8))
    old_map.click_centre()
    assert "朝霞駅" in old_map.card()


@pytest.mark.breadth
def test_coordinates_are_searched_for(old_map: MapPage) -> None:
    old_map.open()
    assert "35.79700, 139.59300" in typed(old_map, "(35.797, 139.593)")[0]


@pytest.mark.breadth
@pytest.mark.parametrize(
    ("opener", "title"),
    [("#share-open", "この地図を共有する"), ("#keep-open", "この地図を端末に保存")],
)
def test_dialogs_are_shown_all_the_same(
    old_map: MapPage, size: Size, opener: str, title: str
) -> None:
    page = old_map.open("?layers=flood").page
    dialog = page.get_by_role("dialog", name=title)
    for way in ("Escape", "button"):
        assert not dialog.is_visible()
        old_map.show_menu()
        page.locator(opener).click()
        box = dialog.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= size.width
        assert box["y"] + box["height"] <= size.height
        assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
        assert dialog.evaluate(ON_TOP)
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            dialog.get_by_role("button", name="閉じる").click()
    assert not dialog.is_visible()
