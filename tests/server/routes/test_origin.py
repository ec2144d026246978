"""Where the service is, as its operator says: the same in everything that names an address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.printing.qr import qr_code
from server.settings import Settings


@pytest.fixture(scope="module", params=["https://map.example.jp", "https://map.example.jp/"])
def client(request: pytest.FixtureRequest, asaka: Catalog, home: Path) -> TestClient:
    assert asaka.layers
    return TestClient(create_app(Settings(home=home / "asaka", base_url=request.param)))


def test_tilejson_names_tiles_there(client: TestClient) -> None:
    document = client.get("/tiles/flood.json").json()
    for address in (*document["tiles"], *document["data"]):
        assert address.startswith("https://map.example.jp/tiles/flood/{z}/")


def test_the_tags_for_chats_name_the_page_and_its_picture_there(client: TestClient) -> None:
    page = client.get("/?layers=flood&lang=ja").text
    addresses = dict(re.findall(r'<meta property="og:(url|image)" content="([^"]+)">', page))
    assert addresses == {
        "url": "https://map.example.jp/?layers=flood&amp;lang=ja",
        "image": "https://map.example.jp/og.png?layers=flood&amp;lang=ja",
    }


def test_the_qr_code_leads_there(client: TestClient) -> None:
    code = client.get("/qr.svg?layers=flood&lang=ja").text
    assert code == qr_code("https://map.example.jp/?layers=flood&lang=ja")
