"""A sample is drawn and never speaks: no name, no value, no number, wherever there could be."""

from __future__ import annotations

import pytest

from tests.breadth import further, mainly
from tests.browser.places import features
from tests.browser.site import MapPage
from tests.browser.test_clusters import largest, open_at_largest
from tests.browser.test_search import INPUT

pytestmark = pytest.mark.browser

SAMPLES = ("flood", "hydrants", "extinguishers", "crime_prevention")
LABELS = {"extinguishers": "place", "crime_prevention": "name"}
# Whatever a screen reader reads or a pointer shows, but the legend.
SPOKEN = """() => {
  document.querySelectorAll("[data-row] .legend").forEach((legend) => legend.remove());
  const named = [...document.querySelectorAll("[aria-label], [title], [alt]")];
  const attributes = named.flatMap((each) =>
    ["aria-label", "title", "alt"].map((name) => each.getAttribute(name) ?? ""));
  return document.body.innerText + document.getElementById("map-status").textContent
    + attributes.join(" ");
}"""


def values(city_map: MapPage, layer: str) -> set[str]:
    """What the layer's features are called."""
    label = LABELS[layer]
    named = [each["properties"].get(label) for each in features(city_map.address, layer)]
    return {str(name) for name in named if name}


@pytest.mark.parametrize("layer", mainly("hydrants", SAMPLES))
@pytest.mark.parametrize("path", ["", *further("offline/map")])
def test_the_list_of_what_is_in_view_says_that_it_lists_none(
    city_map: MapPage, layer: str, path: str
) -> None:
    city_map.open(f"{path}?lang=ja&layers={layer}")
    city_map.show_panel()
    city_map.page.locator(f"[data-in-view={layer}] summary").click()
    note = city_map.page.locator(f"[data-in-view={layer}] .in-view-note")
    note.filter(has_text="見本データのため、いまの範囲の一覧は表示しません。").wait_for()
    assert city_map.page.locator(f"[data-in-view={layer}] button").count() == 0


def test_what_is_announced_of_a_cluster_has_no_number_and_no_class(desktop_map: MapPage) -> None:
    cluster = open_at_largest(desktop_map)
    desktop_map.page.locator("#city_map_main").focus()
    desktop_map.page.keyboard.press("Enter")
    desktop_map.settle()
    announced = desktop_map.page.locator("#map-status").inner_text()
    assert announced == "「消防水利（消火栓・防火水そう）」（見本データ）の地図を拡大しました。"
    assert str(cluster.count) not in announced


def test_the_card_of_a_cluster_has_none_either(desktop_map: MapPage) -> None:
    open_at_largest(desktop_map)
    desktop_map.page.evaluate("city_map_main.setMaxZoom(city_map_main.getZoom())")
    cluster = largest(desktop_map)
    desktop_map.page.mouse.click(cluster.x, cluster.y)
    card = desktop_map.card()
    assert "見本データのため、この場所については何も示しません" in card
    assert f"{cluster.count}件" not in card


@pytest.mark.parametrize("layer", ["extinguishers", *further("crime_prevention")])
@pytest.mark.parametrize("path", ["", *further("offline/map")])
def test_the_search_offers_none_and_says_why(city_map: MapPage, layer: str, path: str) -> None:
    city_map.open(f"{path}?lang=ja")
    title = city_map.page.locator(f"[data-row={layer}] .row-title").inner_text()
    name = max(values(city_map, layer), key=len)
    city_map.show_search()
    city_map.page.locator(INPUT).click()
    city_map.page.locator(INPUT).fill(name)
    note = city_map.page.locator(".search-note")
    note.filter(has_text=f"「{title}」は見本データのため、検索の対象にしていません。").wait_for()
    assert city_map.page.locator("#place-search [role=option]").count() == 0


@pytest.mark.parametrize("layer", list(LABELS))
def test_a_link_to_a_feature_opens_nothing_that_is_said(desktop_map: MapPage, layer: str) -> None:
    feature = features(desktop_map.address, layer)[0]
    longitude, latitude = feature["geometry"]["coordinates"]
    query = f"?layers={layer}&at=18/{latitude}/{longitude}&open={layer}/{feature['id']}"
    desktop_map.open(query)
    assert "見本データのため、この場所については何も示しません" in desktop_map.card()
    spoken = desktop_map.page.evaluate(SPOKEN)
    assert [name for name in values(desktop_map, layer) if name in spoken] == []
