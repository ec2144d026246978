"""Each of the named layers: switched on and off, seen in the pixels, read in the card."""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry import shape

from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_layer
from tests.browser.places import features, lonely, overlap, widest
from tests.browser.site import MapPage, fetch_json, near, over_white, rgb

pytestmark = pytest.mark.browser

WHITE = (255, 255, 255)
SAMPLE_WORDS = "これは見本データです。実際の場所や状況を示すものではありません"
SILENT = "見本データのため、この場所については何も示しません"
# A layer, the field that names a feature in the card, words that stand in every card of it.
POINT_LAYERS = [
    ("hydrants", "kind", "5m以内は駐車禁止"),
    pytest.param("extinguishers", "place", "119番", marks=pytest.mark.breadth),
    pytest.param("crime_prevention", "name", "110番", marks=pytest.mark.breadth),
]
RANK_COLORS = ["#F7F5A9", "#FFD8C0", "#FFB7B7", "#FF9191", "#F285C9", "#DC7ADC"]


@pytest.mark.parametrize(("layer", "name_field", "words"), POINT_LAYERS)
def test_a_point_layer_is_switched_drawn_and_read(
    city_map: MapPage, layer: str, name_field: str, words: str
) -> None:
    feature = lonely(features(city_map.address, layer))
    longitude, latitude = feature["geometry"]["coordinates"]
    city_map.at("", longitude, latitude)
    city_map.hide_names()
    assert set(city_map.common_colors()) <= {WHITE}

    city_map.switch(layer)
    city_map.at(layer, longitude, latitude)
    city_map.hide_names()
    assert city_map.is_on(layer)
    seen = city_map.common_colors()
    assert sum(count for color, count in seen.items() if not near(color, WHITE, 60)) > 60

    city_map.click_centre()
    card = city_map.card()
    fields = load_layer(BUNDLED_DEFINITIONS / f"{layer}.toml").public_fields
    assert SAMPLE_WORDS in card
    assert SILENT in card
    assert not any(f"\n{field.title['ja']}\n" in card for field in fields.values())
    city_map.at(layer, longitude, latitude)
    city_map.page.evaluate(f"tile_layer_{layer}.definition.sample = false")
    city_map.click_centre()
    card = city_map.card()
    assert str(feature["properties"][name_field]) in card
    for name, field in fields.items():
        told = field.card and feature["properties"].get(name) is not None
        assert name == name_field or (f"\n{field.title['ja']}\n" in card) is told, name
    assert words in card
    assert "2026年11月23日現在" in card
    assert "出典：" in card

    city_map.page.keyboard.press("Escape")
    city_map.switch(layer)
    city_map.hide_names()
    assert not city_map.is_on(layer)
    assert set(city_map.common_colors(8)) <= {WHITE}


def test_flood_is_switched_drawn_and_read(city_map: MapPage) -> None:
    feature, place = widest(features(city_map.address, "flood"))
    rank = feature["properties"]["rank"]
    expected = over_white(RANK_COLORS[rank - 1], 0.7)
    city_map.at("", place.x, place.y)
    city_map.hide_names()
    assert set(city_map.common_colors()) <= {WHITE}

    city_map.switch("flood")
    city_map.at("flood", place.x, place.y)
    city_map.hide_names()
    assert near(city_map.common_colors().most_common(1)[0][0], expected)

    city_map.click_centre()
    card = city_map.card()
    assert "洪水浸水想定区域" in card
    assert SAMPLE_WORDS in card
    assert "何も示しません" in card
    assert "浸水深" not in card
    assert feature["properties"]["river_name"] not in card

    city_map.page.keyboard.press("Escape")
    city_map.switch("flood")
    city_map.hide_names()
    assert set(city_map.common_colors(8)) <= {WHITE}


def test_where_rivers_overlap_the_deeper_rank_is_drawn_and_each_river_is_listed(
    desktop_map: MapPage,
) -> None:
    deeper, shallower, place = overlap(features(desktop_map.address, "flood"))
    desktop_map.at("flood", place.x, place.y, zoom=18)
    desktop_map.hide_names()
    color = desktop_map.common_colors(6).most_common(1)[0][0]
    assert near(color, over_white(RANK_COLORS[deeper["rank"] - 1], 0.7))

    desktop_map.page.evaluate("tile_layer_flood.definition.sample = false")
    desktop_map.without_answers().click_centre()
    card = desktop_map.card()
    assert card.index(deeper["river_name"]) < card.index(shallower["river_name"])


def test_a_place_in_no_zone_of_a_sample_gets_no_statement(desktop_map: MapPage) -> None:
    polygons = [shape(feature["geometry"]) for feature in features(desktop_map.address, "flood")]
    base = fetch_json(f"{desktop_map.address}/base.geojson")["features"]
    boundary = next(shape(f["geometry"]) for f in base if f["properties"]["kind"] == "boundary")
    dry = max(shapely.get_parts(boundary - shapely.union_all(polygons)), key=lambda part: part.area)
    place = shapely.point_on_surface(dry)
    desktop_map.at("flood", place.x, place.y).click_centre()
    card = desktop_map.card()
    assert "見本データのため、この場所については何も示しません" in card
    assert "区域の外です" not in card


def test_a_place_in_a_zone_of_a_sample_gets_no_statement_either(desktop_map: MapPage) -> None:
    deeper, shallower, place = overlap(features(desktop_map.address, "flood"))
    desktop_map.at("flood", place.x, place.y, zoom=18).click_centre()
    card = desktop_map.card()
    assert "見本データのため、この場所については何も示しません" in card
    assert "浸水深" not in card
    assert deeper["river_name"] not in card
    assert shallower["river_name"] not in card


@pytest.mark.breadth
def test_symbols_have_the_legends_colours(desktop_map: MapPage) -> None:
    sites = features(desktop_map.address, "emergency_sites")
    longitude, latitude = lonely(sites)["geometry"]["coordinates"]
    desktop_map.at("emergency_sites", longitude, latitude)
    desktop_map.hide_names()
    swatch = desktop_map.page.locator("[data-row=emergency_sites] .swatch path[fill]").first
    color = swatch.get_attribute("fill")
    assert color is not None
    assert any(near(seen, rgb(color)) for seen in desktop_map.common_colors(10))


@pytest.mark.breadth
def test_a_real_site_says_what_is_stated_and_what_is_not(desktop_map: MapPage) -> None:
    site = lonely(features(desktop_map.address, "emergency_sites"))
    longitude, latitude = site["geometry"]["coordinates"]
    desktop_map.at("emergency_sites", longitude, latitude).click_centre()
    desktop_map.card()
    card = desktop_map.page.locator("#place-card .card-section").first.inner_text()
    assert site["properties"]["name"] in card
    assert "指定あり" in card
    assert "このデータに指定の記載なし" in card
    assert "開設状況は市の発表を確認してください" in card
    assert "2025年10月27日現在" in card
    assert "見本" not in card
