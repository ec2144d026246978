"""Sheets about towns: their words, read out of the PDF by another library."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from layers.schema.bundled import BUNDLED_DEFINITIONS
from server.app import create_app
from server.settings import Settings


def words(client: TestClient, town: str, query: str = "") -> str:
    """The sheet's text without spaces and line ends, which a PDF puts anywhere."""
    answer = client.get(f"/towns/{quote(town)}.pdf{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    assert reader.metadata is not None
    assert town in str(reader.metadata.title)
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)  # A4
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # its parts are told to screen readers
    return "".join("".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture(scope="module")
def real_flood(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The city as if its flood zones were no sample."""
    folder = tmp_path_factory.mktemp("real")
    definitions = shutil.copytree(BUNDLED_DEFINITIONS, folder / "definitions")
    flood: Path = definitions / "flood.toml"
    flood.write_text(flood.read_text("utf-8").replace("sample = true\n", ""), "utf-8")
    settings = Settings(home=folder / "home", definitions=definitions)
    return TestClient(create_app(settings))


def test_a_sample_makes_no_statement_on_the_sheet(asaka_client: TestClient) -> None:
    said = words(asaka_client, "大字上内間木")
    assert "見本データのため、この場所については何も示しません" in said
    assert "この範囲にある区分" not in said
    assert "見本データを表示中" in said
    assert "非公式" in said


@pytest.mark.parametrize("town", ["溝沼一丁目", "大字上内間木", "三原三丁目"])
def test_the_sheet_of_a_town_is_one_page(asaka_client: TestClient, town: str) -> None:
    answer = asaka_client.get(f"/towns/{town}.pdf?lang=ja")
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_the_ranks_in_a_town_are_named_the_worst_of_each_river(real_flood: TestClient) -> None:
    said = words(real_flood, "大字上内間木")
    assert (
        "この範囲にある区分：0.5m未満、0.5m以上3m未満、3m以上5m未満、5m以上10m未満、10m以上20m未満"
        in said
    )
    assert "最も厳しい想定：見本荒川筋：10m以上20m未満" in said
    assert "3m以上5m未満（目安：2階の床上から軒下まで浸水）" in said
    assert "この範囲の一部：調査対象外または不明です" in said
    assert "水深は想定にもとづく目安です" in said


def test_a_town_without_zones_is_surveyed_and_outside(real_flood: TestClient) -> None:
    said = words(real_flood, "本町一丁目")
    assert "この想定では浸水想定区域の外です。区域の外でも浸水することがあります" in said
    assert "想定：洪水（想定最大規模）" in said


def test_sites_are_named_for_each_disaster_without_distances(asaka_client: TestClient) -> None:
    said = words(asaka_client, "本町一丁目")
    assert "洪水本町保育園、朝霞第六小学校、南朝霞公民館" in said
    assert "大規模な火事この災害の指定はこのデータにありません" in said
    assert "指定避難所" not in said.replace("「指定緊急避難場所・指定避難所データ」", "")
    assert "開設状況は市の発表を確認してください" in said
    assert "2025年10月27日現在" in said


def test_the_sheet_is_there_in_english(asaka_client: TestClient) -> None:
    said = words(asaka_client, "本町一丁目", "?lang=en")
    assert "Thisissampledata:itsaysnothingaboutthisplace." in said


def test_every_town_is_listed_and_an_unknown_one_is_not_found(asaka_client: TestClient) -> None:
    page = asaka_client.get("/towns").text
    assert page.count('.pdf?lang=ja"') == 79
    assert f"/towns/{quote('本町一丁目')}.pdf" in page
    assert asaka_client.get("/towns/nowhere.pdf").status_code == 404
