"""The pages about the service itself."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from server.routes.about import ABOUT


@pytest.mark.parametrize("name", ABOUT)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_each_is_there_and_every_page_leads_to_it(
    asaka_client: TestClient, name: str, lang: str
) -> None:
    page = asaka_client.get(f"/{name}?lang={lang}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert f'href="/{name}' in asaka_client.get("/layers", headers={"Accept": "text/html"}).text


def test_accessibility_claims_no_conformance(asaka_client: TestClient) -> None:
    page = asaka_client.get("/accessibility").text
    assert "準拠しているとは表明していません" in page
    assert "まだ確かめていないこと" in page


def test_an_unofficial_map_has_no_office(asaka_client: TestClient) -> None:
    assert "窓口がありません" in asaka_client.get("/contact").text
