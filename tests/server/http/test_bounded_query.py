"""What an address asks is bounded, and so is what a page repeats of it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from server.http.refusals import LONGEST_HEAD, MOST_PARAMETERS

PAGE = {"Accept": "text/html"}
PAGES = ("/", "/light", "/layers", "/layers/hydrants/table", "/here", "/search", "/terms")


@pytest.mark.parametrize("path", [*PAGES, "/tiles/hydrants.json", "/nothing", "/healthz"])
def test_an_address_with_too_many_parameters_is_refused(
    asaka_client: TestClient, path: str
) -> None:
    answer = asaka_client.get(f"{path}?{'a=&' * 5000}", headers=PAGE)
    assert answer.status_code == 414
    assert len(answer.content) < 1000
    assert str(MOST_PARAMETERS) in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("path", PAGES)
def test_as_many_as_links_gather_on_their_way_are_answered(
    asaka_client: TestClient, path: str
) -> None:
    query = "&".join(f"utm_{number}=x" for number in range(MOST_PARAMETERS))
    assert asaka_client.get(f"{path}?{query}", headers=PAGE).status_code == 200


@pytest.mark.parametrize("query", [quote('"' * (LONGEST_HEAD // 3)), "a=&" * (MOST_PARAMETERS - 1)])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_does_not_grow_with_its_address(
    asaka_client: TestClient, path: str, query: str
) -> None:
    usual = asaka_client.get(path, headers=PAGE).content
    asked = asaka_client.get(f"{path}?{query}", headers=PAGE)
    assert asked.status_code == 200
    assert len(asked.content) < len(usual) + 20_000


NUMBERS = (
    "/layers/hydrants/table?page={}",
    "/here?lat={}&lon=139.6",
    "/here?lat=35.8&lon=139.6&radius={}",
    "/tiles/hydrants/14/{}/0.geojson",
    "/print?at={}/35.8/139.6",
    "/print?open=hydrants/{}",
    "/print?opacity=hydrants:{}",
    "/requests/{}",
    "/requests/new?lat={}&lon=139.6",
    "/requests/new?layer=hydrants&feature={}",
)


@pytest.mark.parametrize("digits", ["0" * 5000 + "1", "9" * 5000, "1." + "0" * 5000, "٣" * 5000])
@pytest.mark.parametrize("address", NUMBERS)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_number_in_an_address_has_so_many_digits(
    asaka_client: TestClient, address: str, digits: str, accept: str
) -> None:
    answer = asaka_client.get(address.format(digits), headers={"Accept": accept})
    assert answer.status_code in (400, 404)
