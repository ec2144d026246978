"""The picture a link shows, its QR code, and the sheet to print."""

from __future__ import annotations

import re
import struct

import pytest
from starlette.testclient import TestClient

from layers.symbology.pictograms import PICTOGRAMS

PNG = b"\x89PNG\r\n\x1a\n"
SIGN = PICTOGRAMS["emergency_site"].solid
PLACE = "layers=flood,emergency_sites&at=15/35.8180/139.6060"


def test_the_picture_has_the_size_that_chats_ask_for(asaka_client: TestClient) -> None:
    answer = asaka_client.get(f"/og.png?{PLACE}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(PNG)
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630)
    unchanged = asaka_client.get(
        f"/og.png?{PLACE}", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert unchanged.status_code == 304


def test_addresses_that_show_the_same_are_one_picture(asaka_client: TestClient) -> None:
    etags = {
        asaka_client.get(f"/og.png?{query}").headers["etag"]
        for query in (
            "layers=flood,emergency_sites&at=15/35.81800/139.60600",
            "layers=emergency_sites,flood&at=15/35.8180001/139.6060001&base=pale&utm_source=x",
        )
    }
    assert len(etags) == 1


@pytest.mark.parametrize("path", ["/og.png", "/qr.svg", "/print"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("layers=nothing", "layers names 'nothing'; wanted some of flood, "),
        ("at=15", "at is '15'; wanted zoom/latitude/longitude"),
        ("at=15/35.8/x", "at is '15/35.8/x'"),
        ("at=15/nan/139.6", "at is '15/nan/139.6'"),
        ("at=3/35.8/139.6", "a zoom from 10 to 18"),
        ("at=15/43.06/141.35", "latitude from 35.69"),
        ("opacity=flood:5", "opacity has 'flood:5'"),
        ("for=war", "for names 'war'; wanted some of flood, "),
        ("open=<b>", "open is '<b>'"),
        ("base=../x", "base is '../x'"),
        ("layers=" + "flood," * 1000, "layers is too long; wanted at most 2000 characters"),
    ],
)
def test_a_bad_value_is_named(asaka_client: TestClient, path: str, query: str, said: str) -> None:
    answer = asaka_client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_the_page_names_its_picture_and_itself(asaka_client: TestClient) -> None:
    page = asaka_client.get(f"/?{PLACE}&for=flood&lang=en&open=flood/1").text
    picture = re.search(r'<meta property="og:image" content="([^"]+)">', page)
    assert picture is not None
    address = picture[1].replace("&amp;", "&")
    assert address.startswith(
        "http://testserver/og.png?layers=flood,emergency_sites&at=15/35.8180/"
    )
    assert "for=flood" in address
    assert "lang=en" in address
    assert asaka_client.get(address).status_code == 200
    assert '<meta name="twitter:card" content="summary_large_image">' in page


def test_a_broken_link_still_opens_the_map_with_a_picture(asaka_client: TestClient) -> None:
    query = 'layers=flood,gone&at=x"><script>&opacity=9&for=war&open="'
    answer = asaka_client.get(f"/?{query}")
    assert answer.status_code == 200
    assert 'content="http://testserver/og.png?layers=flood&amp;lang=ja"' in answer.text


def test_the_qr_code_is_of_the_link(asaka_client: TestClient) -> None:
    code = asaka_client.get(f"/qr.svg?{PLACE}")
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text.startswith("<svg")
    other = asaka_client.get("/qr.svg?layers=flood")
    assert code.text != other.text


def test_the_sheet_has_legend_scale_north_dates_sources_and_code(asaka_client: TestClient) -> None:
    page = asaka_client.get(f"/print?{PLACE}&paper=landscape").text
    for word in ("凡例", "上が北", "500m", "2025年10月27日現在", "国土地理院", "調査対象外・不明"):
        assert word in page
    assert "見本データを表示中" in page
    assert "見本データのため、色の有無にかかわらず" in page
    assert page.count('fill="url(#picture-') > 6  # ranks by pattern too
    assert "style=" not in page
    assert asaka_client.get("/print?paper=A3").status_code == 400


def test_sites_are_only_those_for_the_disasters_asked_for(asaka_client: TestClient) -> None:
    def sites(query: str) -> int:
        whole = f"/print?layers=emergency_sites&at=15/35.80/139.59{query}"
        return asaka_client.get(whole).text.count(SIGN)

    assert 1 < sites("&for=flood") < sites("")
    none = asaka_client.get("/print?layers=emergency_sites&for=large_fire").text
    assert "指定緊急避難場所（大規模な火事）：この災害の指定はこのデータにありません" in none
    assert none.count(SIGN) == 1  # in the legend
