"""A real CP932 table from an officer's hand to the map of everybody, by two persons, and back."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import expect

from layers.catalog.catalog import Catalog
from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.test_staff_requests import require_well_made
from tests.conftest import YAIZU

pytestmark = pytest.mark.browser

TABLE = "土のうステーション/222127_dono_station.csv"
READ_MS = 120_000  # a child process reads the file; a busy machine is no fault
WORDS = {
    "title_ja": "土のうステーション",
    "title_en": "Sandbag stations",
    "description_ja": "土のうを受け取れる場所です。",
    "description_en": "Where sandbags can be picked up.",
    "attribution_ja": "焼津市",
    "attribution_en": "Yaizu City",
    "licence_ja": "CC BY 4.0",
    "licence_en": "CC BY 4.0",
    "layer_id": "sandbags",
}


@pytest.fixture
def site(yaizu: Catalog, shared: Path, unused_home: Path, tmp_path: Path) -> Iterator[StaffSite]:
    """The service of a real city, in a copy of its home: what is published here stays here."""
    assert yaizu.layers
    own = tmp_path / "home"
    shutil.copytree(unused_home / "yaizu", own)
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    settings = {
        "BOSAI_DEFINITIONS": str(YAIZU),
        "BOSAI_DATA": str(shared / "yaizu"),
        "BOSAI_PUBLISH_BY_TWO": "on",
    }
    with staff_site(own, tmp_path, url, settings) as site:
        yield site


def test_a_table_is_published_by_two_and_rolled_back(
    new_map: OpenMap, site: StaffSite, shared: Path, tmp_path: Path
) -> None:
    first, second = new_map(site.address), new_map(site.address, PHONE, touch=True)
    site.sign_in(first.page, "佐藤")
    site.sign_in(second.page, "伊藤")
    rows = list(csv.reader(io.StringIO((shared / "yaizu" / TABLE).read_text(encoding="utf-8-sig"))))
    draft = uploaded(first, site.address, saved(rows, tmp_path))
    page = first.page
    page.get_by_role("link", name="言葉・列・記号・個人情報の設定").click()
    require_well_made(first)
    for name, text in WORDS.items():
        page.locator(f"#{name}").fill(text)
    page.locator("#group").select_option(label="消防")
    page.get_by_role("button", name="保存して、もう一度読み取る").click()
    expect(page.get_by_role("link", name="公開に進む")).to_be_visible(timeout=READ_MS)
    require_well_made(first)
    page.get_by_role("link", name="公開に進む").click()
    require_well_made(first)
    page.get_by_role("button", name="二人目に公開を頼む").click()
    expect(page.get_by_text("二人目の確認を待っています")).to_be_visible()
    assert features(second, site.address) == 0

    page = second.page
    page.goto(f"{draft}/publish?lang=ja")
    require_well_made(second)
    page.get_by_role("button", name="公開する", exact=True).click()
    expect(page.get_by_role("heading", name="公開しました")).to_be_visible()
    whole = published(second, site.address, 0)
    assert second.open("?layers=sandbags&lang=ja").is_on("sandbags")

    uploaded(first, site.address, saved(rows[:-1], tmp_path), "sandbags")
    page = first.page
    page.get_by_role("link", name="公開中のものとの違い").click()
    expect(page.get_by_role("cell", name="削除")).to_be_visible()
    require_well_made(first)
    page.get_by_role("link", name="下書きに戻る").click()
    page.get_by_role("link", name="公開に進む").click()
    page.get_by_text("緊急のとき：一人で公開する").click()
    page.locator("#emergency-reason").fill("大雨で急ぎ、夜間で二人目がいない")
    page.get_by_role("button", name="今すぐ一人で公開する").click()
    expect(page.get_by_role("heading", name="公開しました")).to_be_visible()
    assert published(first, site.address, whole) == whole - 1
    page.goto(f"{site.address}/staff/layers/sandbags?lang=ja")
    require_well_made(first)
    page.get_by_role("button", name="第1版に戻す").click()
    expect(page.get_by_text("第3版")).to_be_visible()
    assert published(first, site.address, whole - 1) == whole


def saved(rows: Sequence[Sequence[str]], folder: Path) -> Path:
    """The table as Excel saves it in Japan: cells of several lines, in CP932."""
    path = folder / Path(TABLE).name
    with path.open("w", encoding="cp932", errors="replace", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def features(opened: MapPage, address: str) -> int:
    """How many places of the layer everybody sees; 0 where it is not public."""
    answer = opened.page.request.get(f"{address}/layers/sandbags/export.geojson")
    return len(answer.json()["features"]) if answer.status == 200 else 0


def published(opened: MapPage, address: str, before: int) -> int:
    """How many there are once that is another number than before."""
    while (count := features(opened, address)) == before:
        opened.page.wait_for_timeout(250)  # the time limit of the suite ends it
    return count


def uploaded(opened: MapPage, address: str, table: Path, layer: str = "") -> str:
    """The address of a draft of the table, once it is read."""
    page = opened.page
    page.goto(f"{address}/staff/drafts?lang=ja")
    require_well_made(opened)
    page.get_by_role("link", name="ファイルを追加する").click()
    require_well_made(opened)
    page.locator("#layer").select_option(layer)
    page.locator("#files").set_input_files(table)
    page.get_by_role("button", name="送って確かめる").click()
    page.wait_for_url(re.compile(r"/staff/drafts/\d+"))
    expect(page.get_by_role("heading", name="読み取った内容")).to_be_visible(timeout=READ_MS)
    require_well_made(opened)
    return page.url.partition("?")[0]
