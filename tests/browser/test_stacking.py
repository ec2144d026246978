"""Groups, order, strength and patterns; what the page's address keeps of them."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.places import features, widest
from tests.browser.site import MapPage, near, over_white

pytestmark = pytest.mark.browser

RANK_COLORS = ["#F7F5A9", "#FFD8C0", "#FFB7B7", "#FF9191", "#F285C9", "#DC7ADC"]
HEIGHT = "(layer) => Number(city_map_main.getPane(`layer-${layer}`).style.zIndex)"
STACKED = "[...document.querySelectorAll('[data-stacked]')].map(({ dataset }) => dataset.stacked)"


def height(city_map: MapPage, layer: str) -> int:
    value: int = city_map.page.evaluate(HEIGHT, layer)
    return value


def open_stack(city_map: MapPage) -> None:
    city_map.show_panel()
    city_map.page.locator("[data-stack] summary").click()


def test_a_group_has_one_switch_that_is_on_off_or_between(city_map: MapPage) -> None:
    city_map.open("?layers=hydrants")
    city_map.show_panel()
    group = city_map.page.locator("input[data-group=fire]")
    assert group.evaluate("(box) => box.indeterminate")
    group.click()
    city_map.settle()
    assert city_map.is_on("hydrants")
    assert city_map.is_on("extinguishers")
    assert group.is_checked()
    assert not group.evaluate("(box) => box.indeterminate")
    group.click()
    city_map.settle()
    assert not city_map.is_on("hydrants")
    assert not city_map.is_on("extinguishers")
    assert not group.is_checked()
    city_map.switch("extinguishers")
    assert group.evaluate("(box) => box.indeterminate")


@pytest.mark.breadth
def test_by_keyboard_a_layer_is_moved_and_the_map_follows(city_map: MapPage) -> None:
    city_map.open("?layers=flood,emergency_sites,hydrants")
    open_stack(city_map)
    page = city_map.page
    assert page.evaluate(STACKED) == ["emergency_sites", "hydrants", "flood"]
    assert height(city_map, "hydrants") > height(city_map, "flood")
    page.locator("[data-stacked=flood] [data-by='-1']").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(STACKED) == ["emergency_sites", "flood", "hydrants"]
    heights = [height(city_map, layer) for layer in ("emergency_sites", "flood", "hydrants")]
    assert heights == sorted(heights, reverse=True)
    assert "上から2番目" in page.locator("#map-status").inner_text()
    page.keyboard.press("Enter")
    assert page.evaluate(STACKED)[0] == "flood"
    assert page.evaluate("document.activeElement.ariaDisabled") == "true"
    page.keyboard.press("Enter")
    assert page.evaluate(STACKED)[0] == "flood"

    page.goto(page.url)
    city_map.settle()
    open_stack(city_map)
    assert page.evaluate(STACKED) == ["flood", "emergency_sites", "hydrants"]
    assert height(city_map, "flood") > height(city_map, "emergency_sites")


def test_a_layer_is_paled_and_the_address_keeps_it(city_map: MapPage) -> None:
    feature, place = widest(features(city_map.address, "flood"))
    color = RANK_COLORS[feature["properties"]["rank"] - 1]
    city_map.at("flood", place.x, place.y)
    open_stack(city_map)
    strength = city_map.page.get_by_role("slider", name="「洪水浸水想定区域」の濃さ")
    strength.focus()
    for _ in range(5):
        city_map.page.keyboard.press("ArrowLeft")
    assert strength.get_attribute("aria-valuetext") == "50％"
    assert "opacity=flood:50" in city_map.page.url
    address = city_map.page.url
    city_map.page.goto(address)
    city_map.settle()
    city_map.hide_names()
    assert near(city_map.common_colors().most_common(1)[0][0], over_white(color, 0.35))
    assert city_map.page.url == address


@pytest.mark.breadth
@pytest.mark.parametrize(
    "query",
    [
        "?order=__proto__,flood,flood,,gone&opacity=__proto__:50,flood:0,hydrants:999,:,x:50",
        "?opacity=flood:-5,flood:1e1,flood:NaN&for=__proto__,constructor,volcano",
        "?order=%3Cscript%3E&opacity=%00&for=%FF",
        "?layers=flood&order=&opacity=&for=",
    ],
)
def test_a_broken_order_strength_or_disaster_is_left_out(desktop_map: MapPage, query: str) -> None:
    desktop_map.open(query)
    assert desktop_map.is_on("flood")
    assert "opacity" not in desktop_map.page.url
    opacity = "document.querySelector('.leaflet-layer-flood-pane .leaflet-layer').style.opacity"
    assert desktop_map.page.evaluate(opacity) == "0.7"


@pytest.mark.breadth
def test_patterns_tell_the_ranks_apart_without_colour(city_map: MapPage) -> None:
    feature, place = widest(features(city_map.address, "flood"))
    city_map.at("flood", place.x, place.y)
    city_map.hide_names()
    plain = set(city_map.common_colors(8))
    city_map.show_panel()
    legend = city_map.page.locator("[data-row=flood] .swatch-pattern")
    assert legend.count() == len(RANK_COLORS)
    assert not legend.first.is_visible()
    city_map.page.locator("input[data-patterns]").check()
    city_map.settle()
    assert legend.first.is_visible()
    dark = [color for color in city_map.common_colors(8) if max(color) < 150]
    assert dark
    assert not [color for color in plain if max(color) < 150]
    paths = city_map.page.locator("[data-row=flood] pattern path")
    looks = {(path.get_attribute("d"), path.get_attribute("stroke-width")) for path in paths.all()}
    assert len(looks) == len(RANK_COLORS)
    assert feature["properties"]["rank"] <= len(RANK_COLORS)


@pytest.mark.breadth
@pytest.mark.parametrize("media", [{"media": "print"}, {"forced_colors": "active"}])
def test_in_print_and_high_contrast_the_patterns_are_there(
    desktop_map: MapPage, media: dict[str, str]
) -> None:
    desktop_map.page.emulate_media(**media)  # type: ignore[arg-type]
    desktop_map.open("?layers=flood")
    assert desktop_map.page.evaluate("tile_layer_flood.patterns")
    assert desktop_map.page.locator("[data-row=flood] .swatch-pattern").first.is_visible()


def test_what_the_city_has_no_data_for_says_so(city_map: MapPage) -> None:
    city_map.open()
    city_map.show_panel()
    slot = city_map.page.locator(".slot", has_text="土砂災害警戒区域")
    text = slot.inner_text()
    assert "データなし" in text
    assert "この地図にはまだありません" in text
    assert "何もないという意味ではありません" in text
    assert slot.locator("input").count() == 0


def test_a_failed_tile_is_loaded_again_by_its_button(city_map: MapPage) -> None:
    city_map.watch.allow("net::ERR_FAILED")
    city_map.page.route("**/tiles/flood/**", lambda route: route.abort())
    city_map.open("?layers=flood")
    trouble = city_map.page.locator("#map-trouble")
    trouble.wait_for()
    city_map.page.unroute("**/tiles/flood/**")
    trouble.get_by_role("button").click()
    city_map.settle()
    trouble.wait_for(state="hidden")


@pytest.mark.breadth
def test_in_english(new_map: OpenMap, asaka_site: str) -> None:
    english = new_map(asaka_site).open("?lang=en&layers=flood,hydrants")
    open_stack(english)
    assert (
        english.page.get_by_role(
            "button", name="Move “Potential flood inundation areas (river flooding)” up"
        ).count()
        == 1
    )
    assert "No data yet" in english.page.locator(".slot").first.inner_text()
    switch = english.page.get_by_role("checkbox", name="Fire (all layers of this group)")
    assert switch.count() == 1
