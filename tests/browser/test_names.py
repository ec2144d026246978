"""Names on the map's page beside the readings that the data has of them."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenMap
from tests.browser.test_in_view import open_list

pytestmark = pytest.mark.browser

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


def test_in_japanese_the_names_stand_alone(new_map: OpenMap, yaizu_site: str) -> None:
    city_map = new_map(yaizu_site).open(f"{SHELTERS}ja")
    open_list(city_map, "evacuation_shelters")
    buttons = city_map.page.locator("[data-in-view=evacuation_shelters] button")
    assert buttons.count() > 1
    assert not buttons.locator("ruby, [lang]").count()
