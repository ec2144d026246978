"""Signing in over HTTP: the way in, and everything that is no way in."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pyotp
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.desk.accounts import passwords
from server.desk.accounts.attempts import OF_NETWORK
from server.desk.accounts.roles import Role
from server.desk.accounts.totp import STEP_S
from server.routes.staff import sign_in as route
from tests.server.routes.staff.desk import (
    PASSWORD,
    Desk,
    desk as desk_in,
    post,
    set_up_codes,
    sign_in,
    token_of,
)

NAME = "admin です"
WRONG = "ちがう合言葉です、これは"
SAID = "サインインできませんでした"


@pytest.fixture
def desk(asaka: Catalog, home: Path, tmp_path: Path) -> Desk:
    assert asaka.layers
    return desk_in(home, tmp_path)


@pytest.fixture
def browser(desk: Desk) -> TestClient:
    return desk.browser()


def is_in(client: TestClient) -> bool:
    return client.get("/staff").status_code == 200


# The way in


def test_who_signs_in_comes_back_to_the_page_they_wanted(browser: TestClient) -> None:
    asked = browser.get("/staff/audit?actor=cli&lang=en")
    form = browser.get(asked.headers["location"])
    entered = browser.post(
        "/staff/sign-in?lang=en",
        data={
            "token": token_of(form),
            "name": NAME,
            "password": PASSWORD,
            "next": "/staff/audit?actor=cli&lang=en",
        },
    )
    assert 'name="next" value="/staff/audit?actor=cli&amp;lang=en"' in form.text
    assert entered.headers["location"] == "/staff/audit?actor=cli&lang=en"
    assert browser.get(entered.headers["location"]).status_code == 200
    assert post(browser, "/staff/sign-out", at="/staff").status_code == 303
    assert not is_in(browser)


def test_an_old_cookie_is_no_session_after_signing_out(desk: Desk, browser: TestClient) -> None:
    sign_in(browser, NAME)
    kept = browser.cookies["staff"]
    token = token_of(browser.get("/staff"))
    post(browser, "/staff/sign-out", at="/staff")
    other = desk.browser()
    other.cookies.set("staff", kept)
    assert not is_in(other)
    replayed = other.post("/staff/accounts", data={"token": token, "name": "x", "role": "admin"})
    assert replayed.status_code == 403
    assert "サインインが終わっています" in replayed.text
    assert len(desk.accounts.all()) == 4


def test_the_cookie_is_for_this_host_and_no_script(desk: Desk, home: Path, tmp_path: Path) -> None:
    plain = sign_in(desk.browser(), NAME).headers.get_list("set-cookie")
    (session,) = (each for each in plain if each.startswith("staff="))
    assert "HttpOnly; Path=/staff; SameSite=lax" in session
    assert "Max-Age" not in session
    folder = tmp_path / "https"
    folder.mkdir()
    secure = desk_in(home, folder, base_url="https://map.example.jp")
    browser = TestClient(
        secure.app,
        base_url="https://map.example.jp",
        headers={"Accept": "text/html"},
        follow_redirects=False,
    )
    cookies = sign_in(browser, NAME).headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-staff",
        "__Host-staff-form",
        "__Host-staff-device",
    }
    for cookie in cookies:
        attributes = set(cookie.split("; ")[1:])
        assert attributes >= {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}
        assert not any(attribute.startswith("Domain") for attribute in attributes)
    assert is_in(browser)


def test_a_code_is_asked_for_where_it_is_set_up_and_taken_once(
    desk: Desk, browser: TestClient
) -> None:
    totp = set_up_codes(desk, desk.of_role[Role.ADMIN])
    for code in ("", "000000", totp.now()):  # the last has set it up
        assert SAID in sign_in(browser, NAME, code=code).text
    later = totp.generate_otp(int(time.time()) // STEP_S + 1)
    assert sign_in(browser, NAME, code=later).status_code == 303
    assert SAID in sign_in(desk.browser(), NAME, code=later).text


def test_without_the_operators_secret_codes_wait_and_passwords_work(desk: Desk) -> None:
    totp = set_up_codes(desk, desk.of_role[Role.ADMIN])
    desk.settings.secret.rename(desk.settings.secret.with_name("lost"))
    later = totp.generate_otp(int(time.time()) // STEP_S + 1)
    answer = sign_in(desk.browser(), NAME, code=later)
    assert answer.status_code == 503
    assert "エラーが起きました" in answer.text
    assert sign_in(desk.browser(), "editor です").status_code == 303
    reader, codes, new = desk.signed_in(Role.READER), "/staff/account/codes", pyotp.random_base32()
    assert post(reader, codes, secret=new, code=pyotp.TOTP(new).now()).status_code == 503
    assert not desk.accounts.of_id(desk.of_role[Role.READER].id).has_totp
    desk.settings.secret.with_name("lost").rename(desk.settings.secret)
    assert sign_in(desk.browser(), NAME, code=later).status_code == 303


def test_who_publishes_sets_up_codes_first_where_they_are_required(
    asaka: Catalog, home: Path, tmp_path: Path
) -> None:
    assert asaka.layers
    desk = desk_in(home, tmp_path, staff_totp="required")
    publisher = desk.signed_in(Role.PUBLISHER)
    for path in ("/staff", "/staff/account"):
        assert publisher.get(path).headers["location"].startswith("/staff/account/codes?")
    assert "data:image/svg+xml," in publisher.get("/staff/account/codes").text
    assert desk.signed_in(Role.EDITOR).get("/staff").status_code == 200
    set_up_codes(desk, desk.of_role[Role.PUBLISHER])
    assert publisher.get("/staff").status_code == 200


def test_who_was_given_a_password_chooses_one_first(desk: Desk, browser: TestClient) -> None:
    admin = desk.signed_in(Role.ADMIN)
    added = post(admin, "/staff/accounts", name="山本", role="editor", department="道路課")
    given = added.text.split("<code>")[1].split("</code>")[0]
    assert sign_in(browser, "山本", given).status_code == 303
    assert browser.get("/staff").headers["location"].startswith("/staff/account/password?")
    assert browser.get("/staff/account/password").status_code == 200
    form = {"current": given, "password": PASSWORD, "again": PASSWORD + "x"}
    differs = post(browser, "/staff/account/password", **form)
    assert differs.status_code == 400
    assert 'id="error-again"' in differs.text
    assert given not in differs.text
    assert PASSWORD not in differs.text
    before = browser.cookies["staff"]
    changed = post(browser, "/staff/account/password", **{**form, "again": PASSWORD})
    assert changed.status_code == 303
    assert browser.cookies["staff"] != before
    page = browser.get("/staff").text
    assert "道路課" in page
    assert given not in admin.get("/staff/audit").text


# What is no way in


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/staff\\..\\..",
        "/staffs",
        "/staff\r\nSet-Cookie: a=b",
        "/staff/\0",
        "javascript:alert(1)",
        "/language?to=//evil.example",
        "",
        "/staff/" + "a" * 5000,
        "/staff/道",
    ],
)
def test_signing_in_leads_to_no_other_place(browser: TestClient, address: str) -> None:
    if len(address) < 4000:
        page = browser.get(f"/staff/sign-in?next={quote(address)}")
        assert 'name="next" value="/staff"' in page.text
    entered = sign_in(browser, NAME, next=address)
    assert entered.status_code == 303
    assert entered.headers["location"] == "/staff?lang=ja"
    assert "a=b" not in str(entered.headers)


def test_a_session_that_somebody_else_chose_is_none(desk: Desk, browser: TestClient) -> None:
    chosen = "x" * 43
    for value in (chosen, "", "../../etc", "x" * 4000, "%C3%A9", '"'):
        asked = browser.get("/staff", headers={"Cookie": f"staff={value}"})
        assert asked.headers["location"].startswith("/staff/sign-in")
    token = token_of(browser.get("/staff/sign-in"))
    cookies = f"staff={chosen}; staff-form={browser.cookies['staff-form']}"
    form = {"token": token, "name": NAME, "password": PASSWORD}
    entered = browser.post("/staff/sign-in", data=form, headers={"Cookie": cookies})
    assert entered.status_code == 303
    assert browser.cookies["staff"] != chosen
    assert desk.sessions.of(chosen) is None
    assert desk.sessions.of(browser.cookies["staff"]) is not None


def test_nobody_ends_or_sees_another_ones_session(desk: Desk) -> None:
    admin, reader = desk.signed_in(Role.ADMIN), desk.signed_in(Role.READER)
    (own,) = desk.sessions.of_account(desk.of_role[Role.ADMIN])
    for which in (str(own.id), "-1", "x", "9" * 30, "１", "1 OR 1=1", "\0"):
        ended = post(reader, "/staff/account/sessions", at="/staff", session=which)
        assert ended.status_code == 303
    assert is_in(admin)
    assert is_in(reader)
    post(admin, "/staff/account/sessions", at="/staff", session="all")
    assert not is_in(admin)
    assert is_in(reader)


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "password": ""},
        {"name": "\0", "password": "\0"},
        {"name": "x" * 30_000, "password": "x"},
        {"name": NAME, "password": "長" * 6000},
        {"name": "' OR 1=1 --", "password": "' OR 1=1 --"},
        {"name": "<script>alert(1)</script>", "password": WRONG},
        {"name": "\u202e" + NAME, "password": WRONG, "code": "\0" * 100},
        {"name": "a\u0301" * 1000, "password": "a\u0301" * 1000},
        {"password": PASSWORD},
        {"name": NAME},
    ],
)
def test_what_is_no_name_and_password_is_refused_in_one_way(
    browser: TestClient, form: dict[str, str]
) -> None:
    refused = post(browser, "/staff/sign-in", **form)
    assert refused.status_code == 400
    assert SAID in refused.text
    assert "<script>" not in refused.text
    assert "\0" not in refused.text
    assert PASSWORD not in refused.text
    assert WRONG not in refused.text
    assert "staff" not in browser.cookies


def test_a_huge_password_is_not_hashed(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []

    class Noting(PasswordHasher):
        def verify(self, stored: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            hashed.append(len(password))
            return super().verify(stored, password)

    monkeypatch.setattr(passwords, "HASHER", Noting(1, 8, 1))
    sign_in(browser, NAME, "x" * 60_000)
    sign_in(browser, NAME, "x" * 128)
    assert hashed == [128]


def test_a_form_that_was_made_up_is_not_taken(desk: Desk, browser: TestClient) -> None:
    form = {"name": NAME, "password": PASSWORD}
    assert browser.post("/staff/sign-in", data=form).status_code == 403
    assert browser.post("/staff/sign-in", data={**form, "token": "0" * 64}).status_code == 403
    others = token_of(desk.browser().get("/staff/sign-in"))
    browser.get("/staff/sign-in")
    assert browser.post("/staff/sign-in", data={**form, "token": others}).status_code == 403
    own = {**form, "token": token_of(browser.get("/staff/sign-in"))}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none", "Content-Type": "text/plain"},
    ):
        answer = browser.post("/staff/sign-in", data=own, headers=headers)
        assert answer.status_code in (403, 415)
    for cookies in (
        "staff-form=; staff=",
        "staff-form",
        ";;;=;",
        'staff-form="',
        "a=" + "b" * 4000,
    ):
        answer = browser.post("/staff/sign-in", data=own, headers={"Cookie": cookies})
        assert answer.status_code == 403
    assert not is_in(browser)
    assert browser.post("/staff/sign-in", data=own).status_code == 303
    assert is_in(browser)


def test_guessing_is_paused_alike_for_every_name_and_nobody_else_waits(desk: Desk) -> None:
    guesser = desk.browser("198.51.101.7")
    pages = []
    for name in (NAME, "だれか"):
        for _ in range(OF_NETWORK.free):
            assert sign_in(guesser, name, WRONG).status_code == 400
        paused = sign_in(guesser, name, PASSWORD)
        assert paused.status_code == 429
        assert 0 < int(paused.headers["retry-after"]) <= 30
        pages.append(paused.text.replace(name, "").split("</form>")[0].split("<main")[1])
    assert pages[0].split("token")[0] == pages[1].split("token")[0]
    assert sign_in(desk.browser("203.0.114.9"), NAME).status_code == 303


def test_many_strangers_are_told_to_wait_and_who_was_here_before_is_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague = desk.browser("203.0.114.9")
    sign_in(colleague, NAME)
    goes_on, begun = threading.Event(), threading.Event()

    class Slow(PasswordHasher):
        def verify(self, stored: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            if password == WRONG:
                begun.set()
                assert goes_on.wait(120)
            return super().verify(stored, password)

    monkeypatch.setattr(passwords, "HASHER", Slow(1, 8, 1))
    crowd = [desk.browser(f"198.51.{number}.7") for number in range(route.QUEUE + 3)]
    with ThreadPoolExecutor(len(crowd)) as pool:
        tries = [
            pool.submit(sign_in, client, f"n{number}", WRONG) for number, client in enumerate(crowd)
        ]
        try:
            assert begun.wait(120)
            assert sign_in(colleague, NAME).status_code == 303
            assert colleague.get("/staff").status_code == 200
            assert colleague.get("/tiles/flood/14/14545/6443.geojson").status_code == 200
        finally:
            goes_on.set()
        statuses = {each.result(timeout=120).status_code for each in tries}
    assert statuses <= {400, 503}


def test_no_password_name_or_token_is_in_the_log(
    desk: Desk, browser: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "server")
    sign_in(browser, NAME, WRONG)
    sign_in(browser, NAME)
    assert desk.sessions.of(browser.cookies["staff"]) is not None
    for private in (WRONG, PASSWORD, NAME, browser.cookies["staff"]):
        assert private not in caplog.text


# A database that fails


@pytest.fixture
def stopped(desk: Desk, tmp_path: Path) -> tuple[TestClient, TestClient]:
    """Somebody who is signed in and somebody who is not, when the database is gone."""
    inside, outside = desk.signed_in(Role.ADMIN), desk.browser()
    assert is_in(inside)
    outside.get("/staff/sign-in")
    (tmp_path / "bosai.sqlite").rename(tmp_path / "moved")
    return inside, outside


def test_a_stopped_database_is_said_and_never_a_fault(
    stopped: tuple[TestClient, TestClient],
) -> None:
    inside, outside = stopped
    for path in (
        "/staff",
        "/staff/account",
        "/staff/accounts",
        "/staff/accounts/1",
        "/staff/audit",
    ):
        page = inside.get(path)
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) > 0
        assert page.headers["cache-control"] == "no-store"
        assert '<body class="staff">' in page.text
    for path in ("/staff/sign-out", "/staff/accounts", "/staff/account/password"):
        assert inside.post(path, data={"token": "0" * 64}).status_code == 503
    assert sign_in(outside, NAME).status_code == 503
    assert outside.get("/staff").status_code == 303
