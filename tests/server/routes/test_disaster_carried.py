"""The disaster that a reader chose goes with every link to a page that is about one."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

PAGE = {"Accept": "text/html"}
HREF = re.compile(r'href="(/[^"#]*)"')


def links(page: str, path: str) -> list[str]:
    addresses = [unescape(address) for address in HREF.findall(page)]
    return [address for address in addresses if address.split("?")[0] == path]


@pytest.mark.parametrize(
    "address",
    [
        "/light?hazard=flood",
        "/here?lat=35.797&lon=139.593&hazard=flood",
        "/search?q=溝沼&hazard=flood",
        "/towns?hazard=flood",
    ],
)
def test_a_page_leads_back_to_the_map_of_the_disaster(
    asaka_client: TestClient, address: str
) -> None:
    page = asaka_client.get(address, headers=PAGE).text
    maps = links(page, "/")
    assert maps
    assert all("for=flood" in each for each in maps)
    without = asaka_client.get(address.replace("hazard=flood", ""), headers=PAGE).text
    assert not any("for=" in each for each in links(without, "/"))


def test_a_search_keeps_it_on_the_way(asaka_client: TestClient) -> None:
    form = asaka_client.get("/light?hazard=flood", headers=PAGE).text
    assert '<input type="hidden" name="hazard" value="flood">' in form
    places = asaka_client.get("/search?q=溝沼&hazard=flood", headers=PAGE).text
    assert all("hazard=flood" in each for each in links(places, "/here"))


def test_the_sheets_of_towns_are_for_it(asaka_client: TestClient) -> None:
    page = asaka_client.get("/towns?hazard=earthquake", headers=PAGE).text
    sheets = [unescape(each) for each in HREF.findall(page) if ".pdf" in each]
    assert len(sheets) > 50
    assert all("hazard=earthquake" in each for each in sheets)


def test_a_disaster_that_is_none_is_refused(asaka_client: TestClient) -> None:
    for address in ("/towns?hazard=rain", "/light?hazard=rain"):
        assert asaka_client.get(address).status_code == 400
