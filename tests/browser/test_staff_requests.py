"""From a wish to the layer on the map, by way of the staff's pages, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from layers.catalog.catalog import Catalog
from tests.browser.conftest import OpenMap
from tests.browser.site import DESKTOP, PHONE, MapPage, Size, await_form
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def site(asaka: Catalog, home: Path, tmp_path: Path, database_url: str) -> Iterator[StaffSite]:
    assert asaka.layers
    with staff_site(home / "asaka", tmp_path, database_url) as site:
        yield site


def require_well_made(opened: MapPage, sizes: Sequence[Size] = (DESKTOP, PHONE)) -> None:
    """In each size the page has no fault that axe finds, fits, and has one main button at the most.

    The page is left in the last of them.
    """
    page = opened.page
    for size in sizes:
        page.set_viewport_size({"width": size.width, "height": size.height})
        assert violations(opened) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size.width
        main = page.locator("main :is(button, a.button):not(.quiet):visible")
        assert main.count() <= 1, main.all_inner_texts()


def wish(page: Page, address: str, title: str, contact: str = "") -> str:
    """What a resident sends; the address of the page that only the sender has."""
    page.goto(f"{address}/requests/new?lang=ja")
    page.locator("#title").fill(title)
    page.locator("#purpose").fill("散歩の途中で、犬に水を飲ませる場所を知りたいです。")
    page.locator("input[name=category][value=living]").check()
    page.locator("#contact").fill(contact)
    await_form(page)
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"key="))
    return page.url


def test_a_wish_is_answered_by_staff_and_leads_to_the_layer(
    new_map: OpenMap, site: StaffSite
) -> None:
    resident = new_map(site.address, PHONE, touch=True)
    staff = new_map(site.address)
    own = wish(resident.page, site.address, "犬の水飲み場", "taro@example.jp")
    number = re.search(r"/requests/(\d+)", own)
    assert number is not None
    public = f"{site.address}/requests/{number[1]}?lang=ja"
    resident.watch.allow("status of 404")
    response = resident.page.goto(public)
    assert response is not None
    assert response.status == 404

    page = staff.page
    site.sign_in(page, "佐藤")
    require_well_made(staff)
    page.get_by_role("link", name="要望", exact=True).first.click()
    require_well_made(staff)
    page.get_by_role("link", name="犬の水飲み場").click()
    require_well_made(staff)
    assert not page.get_by_text("taro@example.jp").count()
    page.get_by_role("button", name="連絡先を表示").click()
    expect(page.get_by_text("taro@example.jp")).to_be_visible()
    page.locator("#note").fill("公園の担当に聞く")
    page.get_by_role("button", name="メモを保存する").click()
    expect(page.get_by_text("公園の担当に聞く")).to_be_visible()

    page.get_by_role("link", name="公開する", exact=True).click()
    require_well_made(staff)
    page.locator("#title").fill("公園の水飲み場")
    page.get_by_role("button", name="公開する", exact=True).click()
    expect(page.get_by_role("link", name="公開のページを見る")).to_be_visible()

    page.get_by_role("link", name="状態を変える").click()
    page.locator("#layer").select_option("emergency_sites")
    page.locator("#template").select_option("available")
    page.get_by_role("button", name="文を入れる").click()
    filled = re.compile("公園の水飲み場.*指定緊急避難場所", re.DOTALL)
    expect(page.locator("#reason")).to_have_value(filled)
    require_well_made(staff)
    page.get_by_role("button", name="状態を変える").click()
    expect(page.locator(".receipt .state")).to_contain_text("地図に掲載")
    require_well_made(staff)

    page = resident.page
    page.goto(public)
    assert violations(resident) == []
    assert not page.get_by_text("犬の水飲み場").count()
    page.goto(own)
    expect(page.get_by_text("地図で見られるようにしました")).to_be_visible()
    page.locator(".history a").first.click()
    page.wait_for_url("**/?layers=emergency_sites*")
    resident.settle()
    assert resident.is_on("emergency_sites")


def test_every_page_of_the_desk_is_well_made(new_map: OpenMap, site: StaffSite) -> None:
    opened = new_map(site.address, PHONE, touch=True)
    # On PostgreSQL they are the same pages: in one size they show that they come.
    sizes = (DESKTOP, PHONE) if site.engine.dialect.name == "sqlite" else (PHONE,)
    opened.watch.allow("status of 4..")
    page = opened.page
    site.sign_in(page, "佐藤")
    for title, day in (("ＡＥＤの場所", "2026-11-02"), ("AEDはどこ", "2026-11-03")):
        page.goto(f"{site.address}/staff/requests/new?lang=ja")
        page.get_by_label("電話").check()
        page.locator("#received_on").fill(day)
        page.locator("#title").fill(title)
        page.locator("#purpose").fill("試合のときに備えたい")
        page.locator("input[name=category][value=welfare]").check()
        page.get_by_role("button", name="要望を登録する").click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    for lang in ("ja", "en"):
        for path in (
            "/staff",
            "/staff/requests",
            "/staff/requests?state=any&mark=telephone",
            "/staff/requests/2",
            "/staff/requests/2/publish",
            "/staff/requests/2/decide",
            "/staff/requests/2/assign",
            "/staff/requests/2/merge?q=aed",
            "/staff/requests/2/merge?other=1",
            "/staff/requests/new",
            "/staff/requests/new?kind=correction",
            "/staff/replies",
            "/staff/replies/new",
        ):
            joined = "&" if "?" in path else "?"
            page.goto(f"{site.address}{path}{joined}lang={lang}")
            require_well_made(opened, sizes)
    page.goto(f"{site.address}/staff/requests/2/decide?lang=ja")
    page.locator("input[name=state][value=declined]").check()
    page.get_by_role("button", name="状態を変える").click()
    expect(page.get_by_role("alert")).to_be_focused()
    require_well_made(opened, sizes)
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#reason")).to_be_focused()
    page.goto(f"{site.address}/staff/requests/2/merge?other=1&lang=ja")
    page.get_by_role("button", name="まとめる", exact=True).click()
    expect(page.get_by_role("heading", name="ＡＥＤの場所")).to_be_visible()
    page.get_by_role("link", name="AEDはどこ").click()
    require_well_made(opened, sizes)
    page.get_by_role("button", name="まとめるのを取り消す").click()
    expect(page.get_by_role("link", name="重複をまとめる")).to_be_visible()


def test_a_request_is_decided_with_the_keyboard_alone(new_map: OpenMap, site: StaffSite) -> None:
    opened = new_map(site.address)
    page = opened.page
    wish(page, site.address, "犬の水飲み場")
    site.sign_in(page, "佐藤")
    page.goto(f"{site.address}/staff/requests/1/decide?lang=ja")
    page.locator("main a").last.wait_for()
    page.evaluate("document.querySelector('#main').setAttribute('tabindex', '-1')")
    page.locator("#main").focus()
    focused = []
    for _ in range(12):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.innerText")
        focused.append(name.split("\n")[0])
        if name == "state":
            page.keyboard.press("ArrowDown")
        if name == "reason":
            page.keyboard.type("担当と相談しています。")
        if name == "状態を変える":
            page.keyboard.press("Enter")
            break
    assert [name for name in focused if name in ("state", "layer", "template", "reason")] == [
        "state",
        "layer",
        "template",
        "reason",
    ]
    expect(page.locator(".receipt .state")).to_contain_text("確認中")
