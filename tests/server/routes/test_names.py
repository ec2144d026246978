"""Names beside their readings, in every answer that names a feature."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.app import create_app
from server.settings import Settings
from tests.layers.city import SmallCity

SITES = """NO,名称,名称_カナ,名称_英字,住所,緯度,経度,災害種別_洪水,災害種別_地震
1,本町小学校,ホンチョウショウガッコウ,Honcho Elementary School,見本市本町1,35.1,139.1,1,1
2,中央公園,チュウオウコウエン,,見本市中央1,35.11,139.11,1,
"""
DEFINITION = """
title = { ja = "指定緊急避難場所", en = "Designated emergency evacuation sites" }
description = { ja = "説明", en = "description" }
group = "fire"

[source]
path = "sites.csv"

[credit]
attribution = { ja = "見本市", en = "Sample City" }
licence = { ja = "CC BY 4.0", en = "CC BY 4.0" }
date = 2026-01-01
"""
PAGE = {"Accept": "text/html"}
HERE = "/here?lat=35.1&lon=139.1&hazard=flood"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A city whose list of sites follows the national standard, without fields of its own."""
    city = SmallCity(tmp_path_factory.mktemp("city"))
    city.put("sites.csv", SITES)
    Path(city.definitions / "sites.toml").write_text(DEFINITION, encoding="utf-8")
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home)
    return TestClient(create_app(settings))


@pytest.mark.parametrize(
    "address", ["/layers/sites/table", "/light?hazard=flood", HERE, "/search?q=避難場所"]
)
def test_a_page_shows_names_beside_their_readings(client: TestClient, address: str) -> None:
    joined = "&" if "?" in address else "?"
    pages = {
        lang: client.get(f"{address}{joined}lang={lang}", headers=PAGE).text
        for lang in ("ja", "ja-x-easy", "en", "zh")
    }
    school, park = (f'<span lang="ja">{name}</span>' for name in ("本町小学校", "中央公園"))
    english = '<span lang="en">Honcho Elementary School</span>'
    assert f"Honcho Elementary School ({school})" in pages["en"]
    assert f'{park} (<span lang="ja-Hrkt">チュウオウコウエン</span>)' in pages["en"]
    assert f"{school}（{english}）" in pages["zh"]
    assert "<ruby>本町小学校<rp>（</rp><rt>ホンチョウショウガッコウ</rt>" in pages["ja-x-easy"]
    assert "本町小学校" in pages["ja"]
    assert "本町小学校（" not in pages["ja"]


def test_a_program_gets_the_names_in_the_language_it_asks_for(client: TestClient) -> None:
    answer = client.get(f"{HERE}&lang=en", headers={"Accept": "application/json"}).json()
    (sites,) = answer["sites"]
    assert [place["name"] for place in sites["places"]] == [
        "Honcho Elementary School (本町小学校)",
        "中央公園 (チュウオウコウエン)",
    ]
