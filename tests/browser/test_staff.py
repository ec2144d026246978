"""The staff pages in a browser: signing in by keyboard, and no fault for axe-core on any page."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.database.engine import open_database
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE, Role
from tests.browser.site import MapPage
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

PASSWORD = "川の水位を毎朝見ています"
PAGES = [
    "/staff",
    "/staff/account",
    "/staff/account/password",
    "/staff/account/codes",
    "/staff/accounts",
    "/staff/audit",
    "/staff/freshness",
    "/staff/figures",
    "/staff/nothing",
]


@pytest.fixture
def admin(home: Path, asaka_site: str) -> str:
    """The name of an administrator of the service, whose password is `PASSWORD`."""
    assert asaka_site
    engine = open_database(f"sqlite:///{home / 'asaka' / 'bosai.sqlite'}")
    accounts = Accounts(engine)
    account, given = accounts.add(secrets.token_hex(8), Role.ADMIN, "", actor=COMMAND_LINE)
    accounts.set_password(account, given, PASSWORD)
    engine.dispose()
    return account.name


def test_the_staff_pages_are_without_fault_and_are_left_again(
    desktop_map: MapPage, admin: str
) -> None:
    page = desktop_map.page
    desktop_map.watch.allow("404")
    page.goto(f"{desktop_map.address}/staff/audit?lang=ja")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        assert violations(desktop_map) == []
    page.keyboard.type(admin)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desktop_map.address}/staff/audit?lang=ja")
    for path in PAGES:
        for lang in ("ja", "en"):
            page.goto(f"{desktop_map.address}{path}?lang={lang}")
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 640})
                assert violations(desktop_map) == [], (path, lang)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, lang)
    page.goto(f"{desktop_map.address}/staff?lang=ja")
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()
    page.goto(f"{desktop_map.address}/staff/accounts?lang=ja")
    expect(page.get_by_label("パスワード")).to_be_visible()
