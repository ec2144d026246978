"""Staff correct a place on the map, withdraw it and publish it again, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.database.engine import open_database
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE
from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage
from tests.browser.staff_site import PASSWORD, STAFF, StaffSite
from tests.browser.test_accessible import violations
from tests.server.layer_desk import REMARK, planted_city
from tests.service import running

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[StaffSite]:
    city, database = planted_city(tmp_path / "city"), f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    city.home.mkdir()
    settings = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
        "BOSAI_DATABASE_URL": database,
    }
    with running(settings, tmp_path / "serve.log") as started:
        accounts = Accounts(open_database(database))
        for name, (role, department) in STAFF.items():
            account, given = accounts.add(name, role, department, actor=COMMAND_LINE)
            accounts.set_password(account, given, PASSWORD)
        yield StaffSite(started.address, open_database(database))


def require_well_made(opened: MapPage) -> None:
    """The page has no fault that axe finds, fits, and has one main button at the most."""
    assert violations(opened) == []
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE.width
    main = page.locator("main :is(button, a.button):not(.quiet):visible")
    assert main.count() <= 1, main.all_inner_texts()


def test_a_place_is_corrected_withdrawn_and_published_again(
    new_map: OpenMap, site: StaffSite
) -> None:
    opened = new_map(site.address, PHONE, touch=True)
    page, layer = opened.page, f"{site.address}/layers/points/export.csv"

    def await_csv(what: str, *, there: bool) -> None:
        expect(page.locator("html")).to_be_attached()
        page.wait_for_function(
            "async ([url, what, there]) => {"
            " const answer = await fetch(url, { cache: 'no-store' });"
            " return answer.ok && (await answer.text()).includes(what) === there; }",
            arg=[layer, what, there],
            timeout=120_000,
        )

    opened.watch.allow("status of 400")  # a value that is none
    site.sign_in(page, "佐藤")
    page.get_by_role("link", name="修正と公開取りやめ").first.click()
    require_well_made(opened)
    page.get_by_role("main").get_by_role("link", name="レイヤー", exact=True).click()
    page.locator("#q").fill(REMARK)
    page.get_by_role("button", name="検索").click()
    require_well_made(opened)
    page.get_by_role("link", name=re.compile("南-planted")).click()
    require_well_made(opened)
    page.locator("#value-size").fill("たくさん")
    page.locator("#reason-values").fill("数え直した")
    page.get_by_role("button", name="内容を保存する").click()
    expect(page.get_by_text("整数を入力してください。").first).to_be_visible()
    require_well_made(opened)
    expect(page.locator("#reason-values")).to_have_value("数え直した")
    page.locator("#value-size").fill("4321")
    page.get_by_role("button", name="内容を保存する").click()
    expect(page.get_by_text("保存しました")).to_be_visible()
    require_well_made(opened)
    await_csv("4321", there=True)

    page.get_by_role("link", name=re.compile("南-planted")).click()
    page.locator("#reason-withdraw").fill("個人の家だった")
    opened.watch.allow("status of 50")
    page.get_by_role("button", name="この1件の公開を、今すぐ取りやめる").click()
    expect(page.get_by_text("公開を取りやめました").first).to_be_visible()
    require_well_made(opened)
    await_csv(REMARK, there=False)
    page.goto(f"{site.address}/withdrawn?lang=ja")
    require_well_made(opened)
    expect(page.get_by_text("個人の家だった")).to_have_count(0)

    page.goto(f"{site.address}/staff/withdrawals?lang=ja")
    page.get_by_text("もう一度公開する").first.click()
    page.locator("#reason-restore-2").fill("確かめた")
    page.get_by_role("button", name="もう一度公開する").click()
    expect(page.get_by_text("まもなく、もう一度公開されます")).to_be_visible()
    await_csv(REMARK, there=True)
