"""A service that is set up for a provider, and the ways of a browser to it and back."""

from __future__ import annotations

import itertools
from urllib.parse import parse_qs, quote, urlsplit

from httpx2 import Response
from starlette.testclient import TestClient

from server.database.engine import open_database
from server.desk.accounts.account import Account
from server.desk.accounts.identities import Identities
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.routes.staff.openid import OPENID
from tests.openid_provider import visit
from tests.server.routes.staff.desk import Desk
from tests.server.routes.staff.rogue import Rogue

BASE = "http://testserver"
CALLBACK = f"{OPENID}/callback"
MAIL = "taro@city.example.jp"
COLLEAGUE = "職員"
STALE, DECLINED, UNKNOWN = "時間がたちすぎたか", "途中でやめになったか", "登録されていないか"
AWAY, CONFUSED = "返事がありません", "正しい返事が来ませんでした"
NUMBERS = itertools.count()


def new_browser(desk: Desk) -> TestClient:
    """A browser in a network of its own."""
    number = next(NUMBERS)
    return desk.browser(f"198.51.{100 + number // 250}.{1 + number % 250}")


def forget(desk: Desk) -> None:
    """Remove every account that `link` has made, and what was answered."""
    with open_database(desk.settings.database).begin() as connection:
        for table in ("staff_openid_used", "staff_identities"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql(f"DELETE FROM staff_accounts WHERE name LIKE '{COLLEAGUE}%'")


def link(desk: Desk, name: str, role: Role = Role.PUBLISHER) -> Account:
    account, _ = desk.accounts.add(
        f"{COLLEAGUE} {name}"[:40], role, "", openid=name, actor=COMMAND_LINE
    )
    return account


def identities(desk: Desk) -> Identities:
    return Identities(open_database(desk.settings.database))


def leave(browser: TestClient, to: str = "/staff") -> str:
    """Where the button leads: an address of the provider."""
    answer = browser.get(f"{OPENID}?next={quote(to, safe='')}&lang=ja")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come_back(browser: TestClient, address: str) -> Response:
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == BASE
    return browser.get(f"{parts.path}?{parts.query}", headers={"Sec-Fetch-Site": "cross-site"})


def enter(browser: TestClient, subject: str | None, to: str = "/staff") -> Response:
    return come_back(browser, visit(leave(browser, to), subject))


def from_rogue(browser: TestClient, wrong: Rogue, **other: str) -> Response:
    """The answer to what a provider on the test's side sends the browser back with."""
    asked = parse_qs(urlsplit(leave(browser)).query)
    wrong.nonce = asked["nonce"][0]
    answer = {"code": "c", "state": asked["state"][0], **other}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in answer.items())
    return come_back(browser, f"{BASE}{CALLBACK}?{query}")


def is_in(client: TestClient) -> bool:
    return client.get("/staff").status_code == 200


def is_refused(answer: Response, status: int, words: str) -> bool:
    """Whether it is the sign-in page, which says so and still takes a password."""
    return (
        answer.status_code == status
        and words in answer.text
        and 'name="password"' in answer.text
        and "staff=" not in answer.headers.get("set-cookie", "").replace("staff-form=", "")
    )
