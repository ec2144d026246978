"""The pages that the links in mails lead to: a look changes nothing, the button does."""

from __future__ import annotations

import logging
import re
from html import unescape
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from server.desk.mail.news import News
from server.desk.mail.outbox import Claim, Outbox
from server.settings import Settings
from server.texts import LANGUAGES
from tests.vaults import vault_of

PAGE = {"Accept": "text/html"}
BASE = "https://map.example.jp"
ADDRESS = "taro.asaka@example.jp"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class City:
    """The service of the city that ships, with mail set up, and a request whose sender asked."""

    def __init__(self, settings: Settings) -> None:
        database = open_database(settings.database)
        secret = Secret(settings.secret)
        vault = Vault(secret, open_keys(settings.database))
        self.client = TestClient(create_app(settings), base_url=BASE)
        vault.prepare(new=True)
        self.news = News(database, vault, secret, BASE)
        self.answers = Answers(database, self.news)
        self.mails = Outbox(database, vault)
        form = RequestForm(title="AED", purpose="使う", category="welfare")
        self.request = Requests(database, vault_of(database)).submit(form)
        with database.begin() as connection:
            self.news.ask(connection, self.request.number, ADDRESS, "ja")
        self.mail = self.sent()
        [self.confirm] = re.findall(f"{BASE}(/.*/confirm.*)", self.mail.text)
        assert self.mail.unsubscribe is not None
        self.stop = self.mail.unsubscribe.removeprefix(BASE)

    def sent(self) -> Claim:
        """The mail that waits, sent."""
        claim = self.mails.claim()
        assert claim is not None
        self.mails.sent(claim)
        return claim

    def state(self) -> str | None:
        return self.news.state(self.request.number)


@pytest.fixture
def city(asaka: Catalog, home: Path, tmp_path: Path) -> City:
    assert asaka.layers
    return City(
        Settings(
            home=home / "asaka",
            database_url=f"sqlite:///{tmp_path / 'bosai.sqlite'}",
            secret_file=tmp_path / "secret.key",
            base_url=BASE,
            mail_from="bosai@city.example.jp",
            smtp_url=SecretStr("smtp://127.0.0.1:9"),
        )
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_changes_nothing_and_its_button_does(city: City, lang: str) -> None:
    confirm = city.confirm.replace("lang=ja", f"lang={lang}")
    stop = city.stop.replace("lang=ja", f"lang={lang}")
    for method in ("GET", "HEAD", "GET"):
        assert city.client.request(method, confirm, headers=PAGE).status_code == 200
        assert city.client.request(method, stop, headers=PAGE).status_code == 200
    assert city.state() == "asked"
    page = unescape(city.client.get(confirm, headers=PAGE).text)
    [form] = re.findall(r'<form method="post" action="(/requests[^"]*)"', page)
    assert form == confirm
    answer = city.client.post(form, headers=PAGE, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, confirm)
    assert city.state() == "confirmed"
    assert "<form" not in city.client.get(confirm, headers=PAGE).text.split("<main", 1)[1]
    page = unescape(city.client.get(stop, headers=PAGE).text)
    [form] = re.findall(r'<form method="post" action="(/requests[^"]*)"', page)
    assert city.client.post(form, headers=PAGE).status_code == 200
    assert city.state() == "stopped"
    assert city.client.post(confirm, headers=PAGE).status_code == 200  # replayed
    assert city.state() == "stopped"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ],
)
def test_one_click_in_a_mail_program_stops_them(city: City, headers: dict[str, str]) -> None:
    city.news.confirm(city.request.number, city.stop.split("key=")[1].split("&")[0])
    answer = city.client.post(city.stop, data=ONE_CLICK, headers=headers, follow_redirects=False)
    assert answer.status_code == 200
    assert city.state() == "stopped"
    assert city.client.post(city.stop, data=ONE_CLICK, headers=headers).status_code == 200


def test_one_click_may_be_a_form_with_parts(city: City) -> None:
    files = {name: (None, value) for name, value in ONE_CLICK.items()}
    assert city.client.post(city.stop, files=files).status_code == 200
    assert city.state() == "stopped"


def test_nobody_confirms_from_another_site(city: City) -> None:
    for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://other.example"}):
        assert city.client.post(city.confirm, headers=foreign).status_code == 403
    assert city.state() == "asked"


def test_a_forged_key_or_anothers_number_opens_nothing(city: City) -> None:
    number, key = str(city.request.number), city.request.token
    for address in (city.confirm, city.stop):
        path = address.split("?")[0]
        forged = [
            path,
            f"{path}?key=",
            f"{path}?key={key}",
            f"{path}?key=%0d%0a",
            address.replace("key=", "key=x"),
            address.replace(f"/{number}/", "/99/"),
            address.replace(f"/{number}/", "/0/"),
            address.replace(f"/{number}/", f"/0{number}x/"),
            address.replace(f"/{number}/", "/99999999999999/"),
        ]
        for each in forged:
            for method in ("GET", "POST"):
                answer = city.client.request(method, each, headers=PAGE)
                assert answer.status_code in (400, 404), (method, each)
    assert city.state() == "asked"


def test_the_pages_are_kept_by_nobody_and_name_nobody(
    city: City, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for address in (city.confirm, city.stop):
        answer = city.client.get(address, headers=PAGE)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "taro" not in answer.text
        assert "taro" not in city.client.post(address, headers=PAGE).text
    assert "taro" not in caplog.text


def test_its_sender_reads_how_it_stands(city: City) -> None:
    own = f"/requests/{city.request.number}?key={city.request.token}&lang=ja"
    assert "確認のメールを送ります" in city.client.get(own, headers=PAGE).text
    city.client.post(city.confirm)
    assert "変化があったときは" in city.client.get(own, headers=PAGE).text
    city.answers.answer(city.request.number, verdict=Verdict("checking"), actor=COMMAND_LINE)
    news = city.sent()
    assert city.request.token not in news.text
    assert "taro" not in city.client.get(own, headers=PAGE).text
    city.client.post(city.stop)
    assert "メールを止め" in city.client.get(own, headers=PAGE).text
