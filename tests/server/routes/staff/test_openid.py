"""Signing in with an account of the city's own, at a real provider."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.database.engine import open_database, reading
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE
from server.openid import transaction
from server.routes.staff.openid import COOKIE, OPENID
from tests.openid_provider import RunningProvider, provider, visit
from tests.server.routes.staff.desk import Desk, desk as desk_in, post, sign_in
from tests.server.routes.staff.openid_desk import (
    BASE,
    CALLBACK,
    DECLINED,
    MAIL,
    STALE,
    UNKNOWN,
    come_back,
    enter,
    forget,
    identities,
    is_in,
    is_refused,
    leave,
    link,
    new_browser,
)

PEOPLE: dict[str, dict[str, object]] = {
    "taro": {"email": MAIL, "email_verified": True, "preferred_username": "taro.asaka"},
    "hanako": {"email": "hanako@city.example.jp", "email_verified": False},
    "jiro": {"preferred_username": "jiro@city.example.jp"},
}
BUTTON = "庁内のアカウントでサインイン"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with provider(tmp_path_factory.mktemp("provider"), [BASE + CALLBACK], PEOPLE) as running:
        yield running


@pytest.fixture(scope="module")
def service(
    asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory, real: RunningProvider
) -> Desk:
    assert asaka.layers
    folder = tmp_path_factory.mktemp("service")
    return desk_in(home, folder, **real.settings(BASE), staff_totp="required")


@pytest.fixture
def desk(service: Desk) -> Iterator[Desk]:
    yield service
    forget(service)


# The way in


def test_the_page_offers_it_only_where_it_is_set_up(
    asaka: Catalog, home: Path, tmp_path: Path
) -> None:
    assert asaka.layers
    without = desk_in(home, tmp_path).browser()
    assert BUTTON not in without.get("/staff/sign-in?lang=ja").text
    assert without.get(OPENID).status_code == 404


def test_who_is_linked_signs_in_and_comes_to_the_page_they_wanted(desk: Desk) -> None:
    link(desk, MAIL)
    browser = new_browser(desk)
    page = browser.get("/staff/sign-in?next=/staff/requests&lang=ja")
    assert f'<a class="button" href="{OPENID}?next=%2Fstaff%2Frequests&amp;lang=ja">' in page.text
    entered = enter(browser, "taro", "/staff/requests")
    assert entered.headers["location"] == "/staff/requests?lang=ja"
    # A publisher, with codes required and a one-time password nobody has: neither is asked for.
    assert browser.get("/staff/requests").status_code == 200
    assert is_in(browser)
    assert post(browser, "/staff/sign-out", at="/staff").status_code == 303
    assert not is_in(browser)


def test_what_the_provider_is_asked_for(desk: Desk, real: RunningProvider) -> None:
    browser = new_browser(desk)
    address = leave(browser)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{real.issuer}/auth?")
    assert asked["redirect_uri"] == BASE + CALLBACK
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) == len(asked["nonce"]) == 43
    kept = browser.cookies[COOKIE]
    assert asked["state"] not in kept
    assert asked["state"].encode() not in base64.urlsafe_b64decode(kept)
    again = parse_qs(urlsplit(leave(browser)).query)
    assert again["state"][0] != asked["state"]
    assert again["code_challenge"][0] != asked["code_challenge"]


def test_the_cookie_is_the_browsers_alone_and_comes_along_from_the_provider(desk: Desk) -> None:
    header = new_browser(desk).get(OPENID).headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    assert "Max-Age=600" in header


def test_the_first_sign_in_binds_for_good(desk: Desk) -> None:
    account = link(desk, "Taro@City.example.jp")
    assert enter(new_browser(desk), "taro").status_code == 303
    assert identities(desk).links()[account.id].is_bound
    # The name has changed hands at the provider, or the person has got another one.
    engine = open_database(desk.settings.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE staff_identities SET name = 'x', folded = 'x'")
    assert enter(new_browser(desk), "taro").status_code == 303
    with reading(engine) as connection:
        own = audit.c.subject == f"account {account.id}"
        entries = connection.execute(audit.select().where(own)).all()
    assert [(entry.action, entry.after and entry.after.get("openid")) for entry in entries] == [
        ("account.add", None),
        ("account.link", True),
        ("account.bind", None),
        ("session.begin", True),
        ("session.begin", True),
    ]


@pytest.mark.parametrize("name", [MAIL, "taro", "taro.asaka", "TARO.ASAKA"])
def test_an_admin_may_write_the_address_the_user_name_or_the_subject(desk: Desk, name: str) -> None:
    link(desk, name)
    browser = new_browser(desk)
    assert enter(browser, "taro").status_code == 303
    assert is_in(browser)


def test_a_user_name_like_an_address_counts_where_nothing_is_said_of_the_address(
    desk: Desk,
) -> None:
    link(desk, "jiro@city.example.jp")
    assert enter(new_browser(desk), "jiro").status_code == 303


def test_any_worker_can_answer(desk: Desk) -> None:
    link(desk, MAIL)
    browser = new_browser(desk)
    address = visit(leave(browser), "taro")
    other = TestClient(
        create_app(desk.settings),
        cookies=dict(browser.cookies),
        headers=dict(browser.headers),
        follow_redirects=False,
    )
    assert come_back(other, address).status_code == 303


def test_the_password_stays_for_emergencies(desk: Desk) -> None:
    link(desk, MAIL)
    browser = new_browser(desk)
    assert sign_in(browser, "reader です").status_code == 303
    assert is_in(browser)


# Who does not get in


@pytest.mark.parametrize("subject", ["taro", "stranger"])
def test_signing_in_makes_no_account(desk: Desk, subject: str) -> None:
    before = desk.accounts.all()
    browser = new_browser(desk)
    assert is_refused(enter(browser, subject), 403, UNKNOWN)
    assert desk.accounts.all() == before
    assert not is_in(browser)


def test_an_address_that_is_not_verified_is_nobodys(desk: Desk) -> None:
    link(desk, "hanako@city.example.jp")
    assert is_refused(enter(new_browser(desk), "hanako"), 403, UNKNOWN)


def test_a_disabled_account_is_closed_before_and_after_it_is_bound(desk: Desk) -> None:
    account = link(desk, MAIL)
    desk.accounts.disable(account, actor=COMMAND_LINE)
    assert is_refused(enter(new_browser(desk), "taro"), 403, UNKNOWN)
    desk.accounts.enable(account, actor=COMMAND_LINE)
    browser = new_browser(desk)
    assert enter(browser, "taro").status_code == 303
    desk.accounts.disable(account, actor=COMMAND_LINE)
    assert not is_in(browser)
    assert is_refused(enter(new_browser(desk), "taro"), 403, UNKNOWN)


def test_who_goes_back_at_the_provider_is_told_so(desk: Desk) -> None:
    link(desk, MAIL)
    assert is_refused(enter(new_browser(desk), None), 403, DECLINED)


def test_an_answer_counts_once(desk: Desk) -> None:
    link(desk, MAIL)
    browser = new_browser(desk)
    address = visit(leave(browser), "taro")
    kept = browser.cookies[COOKIE]
    assert come_back(browser, address).status_code == 303
    thief = new_browser(desk)
    thief.cookies.set(COOKIE, kept)
    assert is_refused(come_back(thief, address), 400, STALE)
    assert not is_in(thief)


def test_an_answer_of_another_browser_is_not_taken(desk: Desk) -> None:
    link(desk, MAIL)
    attacker = new_browser(desk)
    address = visit(leave(attacker), "taro")
    victim = new_browser(desk)
    assert is_refused(come_back(victim, address), 400, STALE)
    leave(victim)
    assert is_refused(come_back(victim, address), 400, STALE)
    assert not is_in(victim)
    # What was under way in the victim's browser goes on.
    assert victim.cookies.get(COOKIE)


@pytest.mark.parametrize("kept", ["", "x", "gAAAAA", "あ", "\x00", "x" * 4000])
def test_a_cookie_that_is_none_of_ours_is_none(desk: Desk, kept: str) -> None:
    headers = httpx2.Headers([(b"Cookie", f"{COOKIE}={kept}".encode())])
    answer = new_browser(desk).get(f"{CALLBACK}?code=c&state=s", headers=headers)
    assert is_refused(answer, 400, STALE)


def test_a_sign_in_that_took_too_long_is_begun_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    link(desk, MAIL)
    browser = new_browser(desk)
    address = visit(leave(browser), "taro")
    monkeypatch.setattr(transaction, "LASTS_S", -1)
    assert is_refused(come_back(browser, address), 400, STALE)
