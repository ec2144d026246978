"""Whether a place is designated for the hazard in view: the same words wherever it is spoken of."""

from __future__ import annotations

import pytest

from tests.breadth import further
from tests.browser.conftest import OpenMap
from tests.browser.places import features
from tests.browser.site import MapPage
from tests.browser.test_search import typed

pytestmark = pytest.mark.browser

SITE = "栄町保育園"  # designated for floods
OTHER = "溝沼保育園"  # not
YES, MISSING = "洪水：指定あり", "洪水：このデータに指定の記載なし"
BOTH = pytest.mark.parametrize(("name", "answer"), [(SITE, YES), (OTHER, MISSING)])


def open_at(city_map: MapPage, name: str, layers: str, more: str = "", path: str = "") -> None:
    sites = features(city_map.address, "emergency_sites")
    site = next(each for each in sites if each["properties"]["name"] == name)
    longitude, latitude = site["geometry"]["coordinates"]
    city_map.open(f"{path}?lang=ja&layers={layers}&at=18/{latitude}/{longitude}{more}")


def answers(city_map: MapPage) -> list[str]:
    city_map.card()
    return city_map.page.locator("#place-card .card-designation").all_inner_texts()


@BOTH
def test_a_tap_tells_it_before_all_other_values(city_map: MapPage, name: str, answer: str) -> None:
    open_at(city_map, name, "flood,emergency_sites,hydrants")
    city_map.click_centre()
    assert answers(city_map) == [answer]
    city_map.card()
    section = city_map.page.locator("#place-card .card-section").first.inner_text()
    lines = [line for line in section.split("\n") if line.strip()]
    assert lines[:3] == ["指定緊急避難場所", name, answer]
    # By the disaster's own flag: what no place is designated for is answered, too.
    open_at(city_map, name, "emergency_sites", "&for=earthquake,large_fire")
    city_map.click_centre()
    assert answers(city_map) == ["地震：指定あり", "大規模な火事：このデータに指定の記載なし"]


@BOTH
def test_of_several_hazards_in_view_each_is_answered(
    desktop_map: MapPage, name: str, answer: str
) -> None:
    open_at(desktop_map, name, "flood,emergency_sites", "&for=earthquake")
    desktop_map.click_centre()
    assert answers(desktop_map) == [answer, "地震：指定あり"]


@pytest.mark.breadth
def test_with_none_in_view_it_is_among_the_values_only(desktop_map: MapPage) -> None:
    open_at(desktop_map, OTHER, "emergency_sites")
    desktop_map.click_centre()
    assert answers(desktop_map) == []
    assert "このデータに指定の記載なし" in desktop_map.card()


@pytest.mark.breadth
@BOTH
@pytest.mark.parametrize("path", ["", *further("offline/map")])
def test_a_place_that_was_searched_says_what_a_tap_says(
    city_map: MapPage, name: str, answer: str, path: str
) -> None:
    city_map.open(f"{path}?lang=ja&layers=flood")
    typed(city_map, name)
    city_map.page.keyboard.press("Enter")
    assert answers(city_map) == [answer]
    city_map.open(f"{path}?lang=ja&layers=")
    typed(city_map, name)
    city_map.page.keyboard.press("Enter")
    assert answers(city_map) == []
    assert "地震\n指定あり" in city_map.card().replace("\n\n", "\n")


@BOTH
@pytest.mark.parametrize("path", ["", *further("offline/map")])
def test_the_list_of_what_is_in_view_says_it(
    desktop_map: MapPage, name: str, answer: str, path: str
) -> None:
    open_at(desktop_map, name, "flood,emergency_sites", path=path)
    desktop_map.page.locator("[data-in-view=emergency_sites] summary").click()
    button = desktop_map.page.locator("[data-in-view=emergency_sites] button", has_text=name)
    assert button.locator("small").all_inner_texts() == [answer]
    button.click()
    assert answers(desktop_map)[0] == answer


@pytest.mark.breadth
def test_a_link_that_opens_a_place_tells_it(desktop_map: MapPage) -> None:
    open_at(desktop_map, OTHER, "flood,emergency_sites")
    desktop_map.click_centre()
    desktop_map.card()
    desktop_map.page.goto(desktop_map.page.url)
    assert answers(desktop_map) == [MISSING]


@pytest.mark.parametrize(
    ("lang", "answer"),
    [
        ("en", "River flood: no designation stated in this data"),
        ("zh", "洪水：此数据中没有指定的记载"),
    ],
)
def test_it_is_told_in_other_languages(
    new_map: OpenMap, asaka_site: str, lang: str, answer: str
) -> None:
    other = new_map(asaka_site)
    open_at(other, OTHER, "flood,emergency_sites")
    other.page.goto(other.page.url.replace("lang=ja", f"lang={lang}"))
    other.settle()
    other.click_centre()
    assert answers(other) == [answer]
