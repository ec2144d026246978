"""The pictures of docs/staff.ja.md: the staff's pages with made-up requests."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import Engine, update

from layers.japanese.time_zone import JAPAN_TIME
from server.desk.accounts.roles import Actor, Role
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.assignments import Assignment
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests, requests
from server.desk.intake.subject import Subject
from server.desk.triage.counter import Counter
from server.desk.triage.triage import Triage
from tests.browser.site import ROOT, Size
from tests.browser.staff_site import StaffSite, staff_site
from tests.vaults import vault_of

PICTURES = ROOT / "tests" / "golden"
SIZE = Size(1000, 760)
SATO, SUZUKI = Actor("佐藤", Role.PUBLISHER), Actor("鈴木", Role.EDITOR, "危機管理室")
AED = "AEDの場所を地図で見たい"
USE = "運動会の会場を決めるときに、近くのAEDを確かめたいです。\n夜も使えるかがわかると助かります。"
# What is asked for: title, use, category, days ago.
WISHES = (
    (AED, USE, "welfare", 34),
    ("ＡＥＤの設置場所", "子どもの野球の試合に備えたい。", "welfare", 21),
    ("消火栓の位置がずれている", "実際は道の反対側にあります。", "fire", 12),
    ("車いすで入れるトイレ", "出かける前に知りたい。", "living", 3),
)
# The name of a picture and the page it shows.
SHOWN = (
    ("staff-queue", "/staff/requests"),
    ("staff-request", "/staff/requests/1"),
    ("staff-publish", "/staff/requests/1/publish"),
    ("staff-decide", "/staff/requests/1/decide"),
    ("staff-merge", "/staff/requests/2/merge?other=1"),
)


def take_staff_pictures(browser: Browser, home: Path) -> None:
    """Take each of `SHOWN`, of a city whose layers are in `home`, or are put there."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/bosai.sqlite"
        with staff_site(home, Path(folder), database) as site:
            _fill(site.engine)
            _take(browser, site)


def _take(browser: Browser, site: StaffSite) -> None:
    context = browser.new_context(
        viewport={"width": SIZE.width, "height": SIZE.height},
        locale="ja-JP",
        reduced_motion="reduce",
    )
    page = context.new_page()
    site.sign_in(page, "佐藤")
    for name, path in SHOWN:
        page.goto(f"{site.address}{path}")
        shown: Page | Locator = page
        if name == "staff-decide":
            page.locator("#layer").select_option("emergency_sites")
            page.locator("#template").select_option("considering")
            page.get_by_role("button", name="文を入れる").click()
            shown = page.locator("main form")
        page.wait_for_load_state("networkidle")
        picture = PICTURES / f"{name}.png"
        shown.screenshot(path=picture)
        print(picture.relative_to(ROOT))
    context.close()


def _fill(engine: Engine) -> None:
    desk, place = Requests(engine, vault_of(engine)), Place(35.7975, 139.593)
    for title, use, category, days in WISHES:
        form = RequestForm(
            title=title,
            purpose=use,
            category=category,
            place=place if title == AED else None,
            subject=Subject("hydrants") if category == "fire" else None,
            contact="mihon@example.jp" if title == AED else None,
        )
        number = desk.submit(form).number
        at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
        with engine.begin() as connection:
            connection.execute(
                update(requests).where(requests.c.number == number).values(received_at=at)
            )
    told = RequestForm(title="冠水しやすい道路", purpose="雨の日に避けたい。", category="transport")
    day = datetime.datetime.now(JAPAN_TIME).date() - datetime.timedelta(days=5)
    Counter(desk).enter(told, "telephone", day, actor=SUZUKI)
    Answers(engine).answer(1, Wording(with_place=False), Verdict("checking"), actor=SATO)
    Triage(engine).assign(1, Assignment("危機管理室", "鈴木"), actor=SATO)
