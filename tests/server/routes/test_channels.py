"""The city's own channels: on its pages, below alerts, in the map's menu, on paper."""

from __future__ import annotations

import datetime
import io
import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import typst
import zxingcpp
from PIL import Image
from pylopdf_fonts_jp import sans_path
from pypdf import PdfReader
from starlette.testclient import TestClient

from layers.query.towns import towns
from layers.schema.bundled import BUNDLED_DEFINITIONS
from server.app import create_app
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.alerts.alert import Alert
from server.desk.alerts.alerts import Alerts
from server.printing.qr import qr_code
from server.printing.town_sheet import town_sheet
from server.printing.typesetter import _job as job_of
from server.settings import Settings
from server.texts import LANGUAGES
from tests.qr import codes_of

CHANNELS = """
[[channels]]
kind = "line"
url = "https://line.example/R/ti/p/@city?a=1&b=2"
title.ja = "市のLINE"
title.ja-x-easy = "市《し》のLINE"
title.en = "The city on LINE"

[[channels]]
kind = "mail"
mail = "entry@city.example"
title = { ja = "防災メール", en = "Disaster mails" }

[[channels]]
kind = "radio_telephone"
telephone = "0120-000-000"
title = { ja = "防災行政無線の電話応答", en = "Loudspeakers by telephone" }
"""
LINKS = [
    "https://line.example/R/ti/p/@city?a=1&b=2",
    "mailto:entry@city.example",
    "tel:0120-000-000",
]
MAP = "http://map.example/?lat=35"
NOW = datetime.datetime.now(datetime.UTC)
ALERT = Alert(
    kind="evacuation",
    level=4,
    area="岡一丁目",
    issuer="危機管理室",
    issued_at=NOW - datetime.timedelta(minutes=1),
    expires_at=NOW + datetime.timedelta(days=1),
    drill=True,
)


def service(folder: Path, channels: str, alerts: Alerts | None = None) -> TestClient:
    """The city that ships, with these channels in the place of its own."""
    definitions = shutil.copytree(BUNDLED_DEFINITIONS, folder / "definitions")
    city: Path = definitions / "city.toml"
    text = city.read_text("utf-8")
    (own,) = re.findall(r"\[\[channels\]\]\n(?:.+\n)+", text)
    city.write_text(text.replace(own, channels), "utf-8")
    for layer in ("flood", "hydrants", "extinguishers", "crime_prevention"):
        (definitions / f"{layer}.toml").unlink(missing_ok=True)
    text = re.sub(r"\[\[presets\]\]\n(?:.+\n)+", "", city.read_text("utf-8"))
    city.write_text(text, "utf-8")
    settings = Settings(home=folder / "home", definitions=definitions)
    return TestClient(create_app(settings, alerts=alerts))


@pytest.fixture(scope="module")
def alerts(tmp_path_factory: pytest.TempPathFactory) -> Alerts:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('alerts') / 'alerts.sqlite'}")
    upgrade(engine)
    return Alerts(engine)


@pytest.fixture(scope="module")
def client(alerts: Alerts, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return service(tmp_path_factory.mktemp("channels"), CHANNELS, alerts)


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A city that names no channel."""
    return service(tmp_path_factory.mktemp("silent"), "")


def page(client: TestClient, path: str, lang: str = "ja") -> str:
    answer = client.get(path, params={"lang": lang}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return unescape(answer.text)


def links(content: str) -> list[str]:
    """Where the links of a page lead that leave the service, without those of others."""
    return [link for link in re.findall(r'<a [^>]*href="([^"]+)"', content) if link in LINKS]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/contact", "/light", "/notices", "/", "/offline"])
def test_each_page_leads_to_all_in_the_citys_order(
    client: TestClient, path: str, lang: str
) -> None:
    assert links(page(client, path, lang)) == LINKS


def test_the_address_and_the_number_can_be_read(client: TestClient) -> None:
    contact = page(client, "/contact")
    assert "0120-000-000" in contact.replace('href="tel:0120-000-000"', "")
    assert "市のLINE" in contact
    assert "電話（防災行政無線の放送内容）" in contact


def test_they_stand_below_alerts_and_only_there(client: TestClient, alerts: Alerts) -> None:
    assert links(page(client, "/terms")) == []
    assert client.get("/notices/bar").text.strip() == ""
    number = alerts.issue(ALERT, actor=COMMAND_LINE)
    try:
        terms = page(client, "/terms")
        assert links(terms) == LINKS
        assert terms.index("岡一丁目") < terms.index(LINKS[0]) < terms.index("<main")
        assert links(unescape(client.get("/notices/bar?lang=ja").text)) == LINKS
    finally:
        alerts.end(number, NOW, actor=COMMAND_LINE)


@pytest.mark.parametrize("paper", ["portrait", "landscape"])
def test_a_printed_map_has_a_code_of_each(client: TestClient, paper: str) -> None:
    answer = client.get("/print", params={"paper": paper, "lang": "ja"})
    assert codes_of(answer.text, '<div class="channel-code">') == LINKS
    assert "0120-000-000" in answer.text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_neighbourhoods_sheet_names_each(client: TestClient, lang: str) -> None:
    answer = client.get("/towns/溝沼一丁目.pdf", params={"lang": lang})
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = "".join("".join(each.extract_text() for each in pages).split())
    for words in ("line.example", "entry@city.example", "0120-000-000"):
        assert words in text


def test_the_codes_of_a_neighbourhoods_sheet_can_be_read_off_it(client: TestClient) -> None:
    catalog = client.app.state.served.now.catalog  # type: ignore[attr-defined]
    town = next(town for town in towns(catalog) if town.name == "溝沼一丁目")
    sheet = town_sheet(catalog, town, None, "ja", qr_code(MAP), MAP, NOW)
    job = json.loads(job_of(sheet))
    pages: Any = typst.compile(
        job["template"].encode(), format="png", ppi=300, sys_inputs=job["inputs"],
        font_paths=[sans_path().parent],
    )  # fmt: skip
    first = pages if isinstance(pages, bytes) else pages[0]
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(first)))
    assert sorted(code.text for code in codes) == sorted([*LINKS, MAP])


@pytest.mark.parametrize("path", ["/contact", "/light", "/notices", "/", "/offline", "/print"])
def test_a_city_that_names_none_says_nothing_of_them(silent: TestClient, path: str) -> None:
    content = page(silent, path)
    assert "市のお知らせを受け取る方法" not in content
    assert "市が情報を出しているところ" not in content
    assert "channel" not in content


def test_a_sheet_of_a_city_that_names_none_is_set(silent: TestClient) -> None:
    assert silent.get("/towns/溝沼一丁目.pdf").status_code == 200
