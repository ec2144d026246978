"""Names on the map's page beside the readings that the data has of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import OpenMap
from tests.browser.site import MapPage
from tests.browser.test_in_view import open_list

pytestmark = [pytest.mark.browser, pytest.mark.breadth]

SHELTERS = "?layers=evacuation_shelters&at=16/34.8669/138.3231&lang="


@pytest.mark.parametrize(("lang", "marks"), [("ja-x-easy", "ruby rt"), ("en", "[lang=ja-Hrkt]")])
def test_the_list_of_what_is_in_view_has_the_readings(
    new_map: OpenMap, yaizu_site: str, lang: str, marks: str
) -> None:
    city_map = new_map(yaizu_site).open(SHELTERS + lang)
    open_list(city_map, "evacuation_shelters")
    buttons = city_map.page.locator("[data-in-view=evacuation_shelters] button")
    assert buttons.count() > 1
    assert buttons.locator(marks).count() == buttons.count()


def searched(city_map: MapPage, query: str) -> Locator:
    """The names in the search's list, once it is there."""
    city_map.show_search()
    city_map.page.locator("#place-search input[type=search]").fill(query)
    names = city_map.page.locator("[role=option] > span:first-child")
    names.first.wait_for()
    return names


@pytest.mark.parametrize(
    ("lang", "town"), [("en", "Mizonuma 7-chome (溝沼七丁目)"), ("ja", "溝沼七丁目")]
)
def test_a_place_that_is_found_has_its_name_in_letters(
    new_map: OpenMap, asaka_site: str, lang: str, town: str
) -> None:
    city_map = new_map(asaka_site).open(f"?lang={lang}")
    names = searched(city_map, "mizonuma 7")
    assert names.first.text_content() == town
    names.first.click()
    city_map.card()
    assert city_map.page.locator("#place-card h4").first.text_content() == town


def test_in_japanese_the_names_stand_alone(new_map: OpenMap, yaizu_site: str) -> None:
    city_map = new_map(yaizu_site).open(f"{SHELTERS}ja")
    open_list(city_map, "evacuation_shelters")
    buttons = city_map.page.locator("[data-in-view=evacuation_shelters] button")
    assert buttons.count() > 1
    assert not buttons.locator("ruby, [lang]").count()
