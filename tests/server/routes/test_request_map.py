"""Public requests as GeoJSON over HTTP, and on no list of the city's layers."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from server.settings import Settings
from tests.vaults import vault_of

RING = ((139.59, 35.79), (139.6, 35.79), (139.6, 35.8), (139.59, 35.79))


@pytest.fixture(scope="module")
def client(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The service of the city that ships, with a wish at a point and an error in an area."""
    assert asaka.layers
    url = f"sqlite:///{tmp_path_factory.mktemp('map') / 'bosai.sqlite'}"
    client = TestClient(
        create_app(
            Settings(
                home=home / "asaka",
                database_url=url,
                secret_file=Path(url[10:]).with_name("secret.key"),
            )
        )
    )
    engine = open_database(url)
    for place in (Place(35.8, 139.6), Place(35.793333, 139.596667, RING)):
        form = RequestForm(
            title="太郎の家の前",
            purpose="ひみつ",
            category="welfare",
            place=place,
            contact="taro@example.jp",
        )
        number = Requests(engine, vault_of(engine)).submit(form).number
        Answers(engine).answer(
            number, Wording("AEDの場所", "使うため"), Verdict("checking"), actor=COMMAND_LINE
        )
    return client


def test_programs_read_what_is_public_as_geojson(client: TestClient) -> None:
    answer = client.get("/requests.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["numberMatched"] == document["numberReturned"] == 2
    area, point = document["features"]
    assert area["geometry"]["coordinates"] == [[list(corner) for corner in RING]]
    assert point["geometry"] == {"type": "Point", "coordinates": [139.6, 35.8]}
    number = point["properties"]["number"]
    assert point["id"] == number
    assert point["properties"]["href"] == f"/requests/{number}"
    assert [*point["properties"]] == [
        "number", "title", "kind", "state", "category", "received_at", "changed_at",
        "latitude", "longitude", "href",
    ]  # fmt: skip
    for secret in ("太郎", "ひみつ", "taro@example.jp"):
        assert secret not in answer.text


def test_it_is_asked_for_again_only_when_it_changed(client: TestClient) -> None:
    etag = client.get("/requests.geojson").headers["etag"]
    again = client.get("/requests.geojson", headers={"If-None-Match": etag})
    assert again.status_code == 304
    other = client.get("/requests.geojson?state=declined")
    assert other.json()["features"] == []
    assert other.headers["etag"] != etag


@pytest.mark.parametrize("query", ["state=open", "category=x", "stat=checking"])
def test_what_it_cannot_be_chosen_by_is_named(client: TestClient, query: str) -> None:
    answer = client.get(f"/requests.geojson?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text


def test_requests_are_no_layer_of_the_city(client: TestClient) -> None:
    assert "AEDの場所" not in client.get("/here?lat=35.8&lon=139.6&f=json").text
    assert "requests" not in client.get("/layers", headers={"Accept": "application/json"}).text
    assert client.get("/tiles/requests/14/14542/6448.geojson").status_code == 404
    assert "requests.geojson" not in client.get("/offline/files.json").text
    assert client.get("/print?layers=hydrants&requests=1").status_code == 200
