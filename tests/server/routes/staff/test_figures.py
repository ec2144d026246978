"""The figures and the freshness of layers as the staff see them."""

from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.catalog.renewals import japan_today
from layers.schema.bundled import BUNDLED_DEFINITIONS
from server.assembly.freshness import OverdueWatch
from server.database.engine import open_database
from server.desk.accounts.roles import Role
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.figures.senders import LEAST
from server.desk.freshness.notices import OverdueNotices
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from server.desk.mail.outbox import Outbox
from tests.server.routes.staff.desk import Desk, desk as desk_in
from tests.vaults import vault_of

BASE_URL = "https://map.example"
MADE_UP = "=給水所"
RENEWAL = """
[renewal]
every = "P1M"
department = "危機管理室"
mail = "kiki@city.example"
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service whose sites are overdue, and which was used."""
    folder = tmp_path_factory.mktemp("figures")
    definitions = shutil.copytree(BUNDLED_DEFINITIONS, folder / "definitions")
    sites: Path = definitions / "emergency_sites.toml"
    sites.write_text(sites.read_text("utf-8") + RENEWAL, "utf-8")
    (definitions / "flood.toml").unlink()
    city = definitions / "city.toml"
    text = city.read_text("utf-8").replace('layers = ["flood", ', "layers = [")
    city.write_text(text, "utf-8")
    desk = desk_in(folder, folder, definitions=str(definitions))
    engine = open_database(desk.settings.database)
    requests = Requests(engine, vault_of(engine))
    requests.submit(RequestForm(title="題", purpose="本文", category="fire"))
    senders = desk.app._tally._tokens.__self__  # type: ignore[attr-defined]
    with TestClient(desk.app):  # what is counted is written when it stops
        deadline = time.monotonic() + 60
        while not senders._key and time.monotonic() < deadline:
            time.sleep(0.05)
        for _ in range(3):
            assert desk.browser().get("/tiles/emergency_sites/14/14542/6448.mvt").status_code < 300
        assert desk.browser().get("/layers/emergency_sites/export.csv").status_code == 200
        assert desk.browser().get("/search", params={"q": "浜崎"}).status_code == 200
        for index in range(LEAST):
            browser = desk.browser(f"203.0.114.{index + 1}")
            assert browser.get("/search", params={"q": MADE_UP}).status_code == 200
    yield desk
    engine.dispose()


@pytest.fixture(scope="module")
def reader(desk: Desk) -> TestClient:
    return desk.signed_in(Role.READER)


def main_of(page: str) -> str:
    text = re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main")[0])
    return " ".join(unescape(text).split())


def test_the_page_tells_what_was_used(reader: TestClient) -> None:
    text = main_of(reader.get("/staff/figures?lang=ja").text)
    assert "指定緊急避難場所 3" in text
    assert "指定緊急避難場所：CSV 1" in text
    assert f"検索{LEAST + 1}件のうち、{LEAST}件は何も見つかりませんでした" in text
    assert f"{MADE_UP} {LEAST}" in text
    assert "受け付けました（確認前） 1 0 0 0" in text


def test_the_csv_says_the_same_and_is_no_formula(reader: TestClient) -> None:
    answer = reader.get("/staff/figures.csv?lang=ja&days=7")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    heading, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading == ["日", "集計の種類", "名前", "識別子", "数"]
    today = japan_today().isoformat()
    assert [today, "レイヤーのタイル", "指定緊急避難場所", "emergency_sites", "3"] in rows
    assert ["ダウンロード", "指定緊急避難場所 (csv)", "emergency_sites.csv", "1"] in [
        row[1:] for row in rows
    ]
    (word,) = [row for row in rows if MADE_UP in row[2]]
    assert word[2:] == [f"'{MADE_UP}", f"'{MADE_UP}", str(LEAST)]


@pytest.mark.parametrize("query", ["?days=8", "?days=x", "?days=-1"])
@pytest.mark.parametrize("path", ["/staff/figures", "/staff/figures.csv"])
def test_other_periods_are_refused(reader: TestClient, path: str, query: str) -> None:
    assert reader.get(path + query).status_code == 400


def test_who_asked_is_nowhere_in_the_database(desk: Desk) -> None:
    path = Path(desk.settings.database.removeprefix("sqlite:///"))
    content = b"".join(file.read_bytes() for file in path.parent.glob("bosai*.sqlite*"))
    assert b"203.0.114." not in content


def test_staff_see_what_is_overdue(reader: TestClient) -> None:
    text = main_of(reader.get("/staff/freshness?lang=ja").text)
    assert "更新の時期を過ぎたレイヤーが1件あります。" in text
    assert re.search(
        r"指定緊急避難場所 危機管理室 毎月 2025年10月27日 2025年11月27日 \d+日過ぎ", text
    )
    assert "指定避難所 書かれていません" in text
    assert "更新の時期を過ぎたレイヤーが1件あります。" in main_of(reader.get("/staff?lang=ja").text)


def test_residents_are_told_without_alarm(desk: Desk) -> None:
    page = main_of(desk.browser().get("/layers/emergency_sites?lang=ja").text)
    assert (
        "毎月更新することになっています。この地図にあるのは2025年10月27日のデータで、"
        "新しいデータはまだ載っていません。"
    ) in page
    layers = desk.browser().get("/layers?f=json").json()
    renewals = {layer["id"]: layer["renewal"] for layer in layers}
    told = renewals.pop("emergency_sites")
    assert {name: told[name] for name in ("every", "newest", "due", "overdue")} == {
        "every": "P1M",
        "newest": "2025-10-27",
        "due": "2025-11-27",
        "overdue": True,
    }
    assert {*told["text"]} == {"ja", "ja-x-easy", "en", "zh", "ko", "vi"}
    assert told["text"]["en"].startswith("Meant to be renewed every month.")
    assert {*renewals.values()} == {None}


def test_its_department_is_written_to_once(desk: Desk, reader: TestClient) -> None:
    engine = open_database(desk.settings.database)
    vault = Vault(Secret(desk.settings.secret), open_keys(desk.settings.database))
    catalog: Catalog = desk.app.state.served.now.catalog
    watch = OverdueWatch(
        OverdueNotices(engine, vault), lambda: catalog, BASE_URL, is_usable=lambda: True
    )
    assert [watch.look(), watch.look()] == [True, True]
    outbox = Outbox(engine, vault)
    claim = outbox.claim()
    assert claim is not None
    assert claim.recipient == "kiki@city.example"
    assert claim.subject == "更新の時期を過ぎました：指定緊急避難場所"
    assert "毎月更新することになっています" in claim.text
    assert f"{BASE_URL}/staff/freshness" in claim.text
    assert outbox.claim() is None
    assert "担当課にメールで知らせました" in reader.get("/staff/freshness?lang=ja").text
    day = datetime.timedelta(days=1)
    assert catalog.layers["emergency_sites"].definition.credit.date < japan_today() - day
    engine.dispose()


def test_without_mail_nobody_is_written_to(desk: Desk) -> None:
    watch = OverdueWatch(
        OverdueNotices(open_database("sqlite:////nonexistent/x.sqlite"), vault=None),  # type: ignore[arg-type]
        lambda: desk.app.state.served.now.catalog,
        None,
        is_usable=lambda: True,
    )
    assert watch.look() is False
