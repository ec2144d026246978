"""From a wish to the layer on the map: the form, the desk, the public list and page."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from tests.browser.conftest import OpenMap
from tests.browser.site import DESKTOP, PHONE, await_form
from tests.browser.test_accessible import violations
from tests.cases import queued

pytestmark = [pytest.mark.browser, pytest.mark.breadth]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_wish_leads_to_the_layer_on_the_map(
    new_map: OpenMap, asaka_site: str, home: Path, lang: str
) -> None:
    opened = new_map(asaka_site, PHONE, touch=True)
    page = opened.page
    title = f"消火栓の場所 {lang}"

    def assert_well_made() -> None:
        for size in (DESKTOP, PHONE):
            page.set_viewport_size({"width": size.width, "height": size.height})
            assert violations(opened) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size.width

    page.goto(f"{asaka_site}/requests/new?lang={lang}")
    page.locator("#title").fill(title)
    page.locator("#purpose").fill("訓練の道順を決めるため")
    page.locator("input[value=fire]").check()
    await_form(page)
    page.locator("button[type=submit]").click()
    page.locator(".precedents").wait_for()  # a layer of hydrants is there; it is sent all the same
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/requests/*key=*")
    own = page.url
    page.goto(f"{asaka_site}/requests?lang={lang}")
    assert not page.get_by_text(title).count()

    engine = open_database(f"sqlite:///{home / 'asaka' / 'bosai.sqlite'}")
    number = max(each.number for each in queued(engine) if each.title == title)
    verdict = Verdict("available", "載せました。", "hydrants")
    Answers(engine).answer(number, Wording(), verdict, actor=COMMAND_LINE)
    engine.dispose()

    page.goto(own)
    assert page.get_by_text("載せました。").count() == 1
    assert_well_made()
    page.goto(f"{asaka_site}/requests?lang={lang}&order=changed")
    assert_well_made()
    page.get_by_role("link", name=title).click()
    page.wait_for_url(f"**/requests/{number}?*")
    assert_well_made()
    page.locator(".history a").click()
    page.wait_for_url("**/?layers=hydrants*")
    opened.settle()
    assert opened.is_on("hydrants")
