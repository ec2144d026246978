"""Support for public requests over HTTP: once for each browser, which nothing tells from others."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Wording
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from server.routes.request_form import SUPPORTS_OF_NETWORK
from server.settings import Settings
from tests.vaults import vault_of

PAGE = {"Accept": "text/html"}
FORM = {
    "title": "ＡＥＤ設置場所を地図に",
    "purpose": "大会の日に\n<b>確かめたい</b>",
    "category": "welfare",
}


class City:
    """The service of the city that ships with a database of its own, and its desk."""

    def __init__(self, settings: Settings, url: str) -> None:
        self.app = create_app(settings)
        engine = open_database(url)
        self.answers, self._requests = Answers(engine), Requests(engine, vault_of(engine))

    def browser(self, address: str = "127.0.0.1") -> TestClient:
        """A browser that has never been here."""
        return TestClient(self.app, headers=PAGE, follow_redirects=False, client=(address, 5000))

    def published(self, title: str, place: Place | None = None) -> int:
        form = RequestForm(title=title, purpose="使うため", category="welfare", place=place)
        number = self._requests.submit(form).number
        self.answers.answer(number, Wording(), actor=COMMAND_LINE)
        return number

    def count(self, number: int) -> int:
        return self.answers.public(number).supports


@pytest.fixture
def city(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    assert asaka.layers
    url = f"sqlite:///{tmp_path_factory.mktemp('support') / 'bosai.sqlite'}"
    return City(
        Settings(
            home=home / "asaka",
            database_url=url,
            secret_file=Path(url[len("sqlite:///") :]).with_name("secret.key"),
        ),
        url,
    )


def nonce(page: Response) -> str:
    match = re.search(r'name="nonce" value="([\w-]{22,64})"', page.text)
    assert match is not None
    return match[1]


def press(browser: TestClient, number: int, path: str = "support") -> Response:
    """Press the button on the page of a request."""
    page = browser.get(f"/requests/{number}?lang=ja")
    assert f'action="/requests/{number}/{path}?lang=ja"' in page.text
    return browser.post(f"/requests/{number}/{path}?lang=ja", data={"nonce": nonce(page)})


def test_support_is_given_and_taken_back_without_a_script(city: City) -> None:
    number, browser = city.published("AED"), city.browser()
    sent = press(browser, number)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/requests/{number}?lang=ja")
    assert "「私も」 1件" in browser.get(f"/requests/{number}?lang=ja").text
    assert browser.get(f"/requests/{number}?f=json").json()["supports"] == 1
    assert press(city.browser(), number).status_code == 303
    assert city.count(number) == 2
    assert press(browser, number, "support/withdrawal").status_code == 303
    assert city.count(number) == 1
    assert press(browser, number).status_code == 303
    assert city.count(number) == 2


def test_a_browser_is_counted_once(city: City) -> None:
    number, browser = city.published("AED"), city.browser()
    page = browser.get(f"/requests/{number}")
    pressed_twice = [city.browser() for _ in range(2)]  # both before the cookie has come
    for each in pressed_twice:
        each.post(f"/requests/{number}/support", data={"nonce": nonce(page)})
    assert city.count(number) == 1
    press(browser, number)
    for _ in range(3):
        browser.post(f"/requests/{number}/support", data={"nonce": "a" * 24})
    assert city.count(number) == 2


def test_nothing_is_the_same_of_two_requests_that_one_browser_supports(city: City) -> None:
    first, second, browser = city.published("AED"), city.published("ベンチ"), city.browser()
    page = browser.get(f"/requests/{first}")
    cookies = []
    for number in (first, second):
        sent = browser.post(f"/requests/{number}/support", data={"nonce": nonce(page)})
        (cookie,) = sent.headers.get_list("set-cookie")
        assert re.fullmatch(
            rf"support=\w+; HttpOnly; Max-Age=\d+; Path=/requests/{number}; SameSite=lax", cookie
        )
        cookies.append(cookie.partition(";")[0])
    assert len(set(cookies)) == 2
    assert nonce(page) not in "".join(cookies)
    sent = browser.get(f"/requests/{second}")
    assert sent.request.headers["cookie"] == cookies[1]
    assert "cookie" not in browser.get("/requests").request.headers


@pytest.mark.parametrize(
    "forged", ["", "a", "a" * 40, "'; DROP TABLE requests; --", "é" * 30, "x=" * 99]
)
def test_a_forged_cookie_takes_nothing_back(city: City, forged: str) -> None:
    number = city.published("AED")
    press(city.browser(), number)
    cookie = f"support={forged}".encode("latin-1")
    address, form = f"/requests/{number}/support/withdrawal", {"nonce": "b" * 24}
    sent = city.browser().post(address, data=form, headers=[(b"Cookie", cookie)])
    assert sent.status_code == 303
    assert city.count(number) == 1


def test_another_site_presses_nothing(city: City) -> None:
    number = city.published("AED")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.com"}):
        for path in ("support", "support/withdrawal"):
            sent = city.browser().post(f"/requests/{number}/{path}", data={}, headers=headers)
            assert sent.status_code == 403
    assert city.count(number) == 0


def test_what_is_not_public_cannot_be_supported(city: City) -> None:
    number = city.published("AED")
    city.answers.withdraw(number, actor=COMMAND_LINE)
    form = {"nonce": "a" * 24}
    for address in (f"{number}", "99", "0", "-1", "9" * 30, "１", "x", "%00"):
        sent = city.browser().post(f"/requests/{address}/support", data=form)
        assert sent.status_code == 404, address
        assert "set-cookie" not in sent.headers
    many = city.browser().post(f"/requests/{number}/support", data={"nonce": "a" * 70_000})
    assert many.status_code == 413


def test_one_network_cannot_press_for_many(city: City) -> None:
    number = city.published("AED")
    burst = SUPPORTS_OF_NETWORK.burst
    statuses = [
        city.browser("203.0.114.1")
        .post(f"/requests/{number}/support", data={"nonce": f"{press:024}"})
        .status_code
        for press in range(burst + 3)
    ]
    assert statuses == [303] * burst + [429] * 3
    assert city.count(number) == burst


# Before a request is sent


INPUT = re.compile(r'<input [^>]*name="(\w+)" (?:type="\w+" )?[^>]*value="([^"]*)"')
TEXT = re.compile(r'<textarea [^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
CHOSEN = re.compile(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]* checked>')


def typed(page: Response) -> dict[str, str]:
    """What the form on the page holds."""
    matches = [match for each in (INPUT, TEXT, CHOSEN) for match in each.findall(page.text)]
    return {name: unescape(value) for name, value in matches}


def test_what_is_there_already_is_said_once_and_nothing_typed_is_lost(city: City) -> None:
    number, browser = city.published("AEDの設置場所"), city.browser()
    made = f"{int(time.time()) - 60:08x}-{'a' * 24}"  # of a form that was opened a minute ago
    form = {**FORM, "contact": "taro@example.jp", "nonce": made}
    page = browser.post("/requests?lang=ja", data=form)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "まだ送っていません" in page.text
    assert "AEDの設置場所" in page.text
    assert f'formaction="/requests/{number}/support?lang=ja"' in page.text
    kept = typed(page)
    assert kept.items() >= form.items()
    assert kept["looked"] == "1"
    again = browser.post("/requests?lang=ja", data=kept)
    assert again.status_code == 303
    own = browser.get(again.headers["location"])
    assert "ＡＥＤ設置場所を地図に" in own.text
    assert "taro@example.jp" not in own.text
    assert (
        browser.post("/requests?lang=ja", data=kept).headers["location"]
        == again.headers["location"]
    )


def test_support_from_the_form_keeps_what_is_typed(city: City) -> None:
    number, browser = city.published("AEDの設置場所"), city.browser()
    page = browser.post("/requests?lang=ja", data=FORM)
    for _ in range(2):
        page = browser.post(f"/requests/{number}/support?lang=ja", data=typed(page))
        assert page.status_code == 200
        assert f"要望 受付番号 {number} に「私も」を加えました" in page.text
        assert typed(page).items() >= FORM.items()
        assert f'formaction="/requests/{number}/' not in page.text
    named = browser.post(f"/requests/{number}/support", data={**typed(page), "sample": "aed.csv"})
    assert "aed.csv" in named.text  # a browser forgets it: it has to be chosen again
    assert city.count(number) == 1
    assert "取り消す" in browser.get(f"/requests/{number}?lang=ja").text
    city.answers.withdraw(number, actor=COMMAND_LINE)
    gone = browser.post(f"/requests/{number}/support?lang=ja", data=typed(page))
    assert gone.status_code == 200
    assert typed(gone).items() >= FORM.items()
    broken = browser.post(f"/requests/{number}/support?lang=ja", data={**typed(page), "title": ""})
    assert typed(broken)["purpose"] == FORM["purpose"]


def test_requests_nearby_say_how_far_they_are(city: City) -> None:
    city.published("手すり", Place(35.797, 139.594))
    form = {**FORM, "title": "ベンチ", "lat": "35.7973", "lon": "139.5943"}
    page = city.browser().post("/requests?lang=ja", data=form)
    assert "約43m" in page.text
    assert typed(page).items() >= form.items()


@pytest.mark.parametrize(
    ("title", "layer_id", "is_sample"),
    [("消火栓", "hydrants", True), ("避難所のペット", "evacuation_shelters", False)],
)
def test_a_layer_that_is_there_is_shown(
    city: City, title: str, layer_id: str, is_sample: bool
) -> None:
    page = city.browser().post("/requests?lang=ja", data={**FORM, "title": title})
    assert f'href="/?layers={layer_id}&amp;lang=ja" target="_blank"' in page.text
    assert ("実際の場所を示すものではありません" in page.text) == is_sample


def test_a_form_with_a_file_is_sent_for_a_page_could_not_keep_it(city: City) -> None:
    city.published("AEDの設置場所")
    csv = ("aed.csv", "名称,緯度,経度\n市役所,35.797,139.594\n".encode(), "text/csv")
    sent = city.browser().post("/requests", data=FORM, files={"sample": csv})
    assert sent.status_code == 303


def test_a_program_and_a_form_that_is_like_nothing_are_taken_at_once(city: City) -> None:
    city.published("AEDの設置場所")
    assert city.browser().post("/requests", data={**FORM, "title": "ベンチ"}).status_code == 303
    program = city.browser().post("/requests", data=FORM, headers={"Accept": "*/*"})
    assert program.status_code == 303


def test_what_others_wrote_is_text_there_too(city: City) -> None:
    title = "<script>alert(1)</script>\"'AED"
    number = city.published(title)
    browser = city.browser()
    for page in (
        browser.post("/requests", data={**FORM, "title": title}),
        browser.get(f"/requests/{number}"),
        browser.get("/requests?order=supported"),
    ):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
