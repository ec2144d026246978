"""A wish with a photo, from the form to the public page; and the form on paper."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from pypdf import PdfReader

from server.texts import LANGUAGES
from tests.breadth import further, mainly
from tests.browser.conftest import OpenMap
from tests.browser.site import PHONE, MapPage, Size, Watch
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def form(new_map: OpenMap, asaka_site: str, size: Size) -> Page:
    opened = new_map(asaka_site, size, touch=size == PHONE)
    opened.watch.allow("status of 400")  # a form that is refused
    opened.page.goto(f"{asaka_site}/requests/new")
    return opened.page


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 30, 30)).save(file, "JPEG")
    return file.getvalue()


def send(page: Page, photo: bytes) -> None:
    """Choose a photo and press the button, again if the page asks for it: it was quick."""
    for _ in range(20):
        chosen = FilePayload(name="家の前.jpg", mimeType="image/jpeg", buffer=photo)
        page.set_input_files("#photo", files=[chosen])
        page.locator("button[type=submit]").click()
        page.locator(".summary, .receipt").wait_for()
        if page.locator("#error-photo, .receipt").count():
            return
    raise AssertionError(page.locator("main").inner_text())


def test_a_wish_with_a_photo_is_sent_after_a_wrong_one(form: Page) -> None:
    form.locator("#title").fill("AEDの場所")
    form.locator("#purpose").fill("大会の日に")
    form.locator("#today").fill("歩いて探しています")
    form.locator("input[name=category]").first.check()
    form.locator("input[name=urgency][value=season]").check()
    send(form, jpeg()[:300])
    expect(form.locator("#error-photo")).to_contain_text("「家の前.jpg」は壊れていて")
    expect(form.locator("#today")).to_have_value("歩いて探しています")
    expect(form.locator("input[name=urgency][value=season]")).to_be_checked()
    assert violations(MapPage(form, "", Watch(""))) == []
    assert form.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    send(form, jpeg())
    own = form.locator(".facts")
    for text in ("歩いて探しています", "今の季節のうちに", "送信済み"):
        expect(own).to_contain_text(text)


@pytest.mark.breadth
def test_nobody_comes_to_the_trap(form: Page) -> None:
    trap = form.locator("#homepage")
    box = trap.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] < 0
    assert form.get_by_label("ここは空のままにしてください").count() == 1
    assert form.get_by_role("textbox", name="ここは空のままにしてください").count() == 0
    reached = set()
    for _ in range(60):
        form.keyboard.press("Tab")
        reached.add(form.evaluate("document.activeElement.id"))
    assert "purpose" in reached
    assert "homepage" not in reached


@pytest.mark.parametrize("kind", ["", *further("&kind=correction")])
@pytest.mark.parametrize("lang", mainly("ja", LANGUAGES))
def test_the_form_is_one_sheet_of_paper(
    new_map: OpenMap, asaka_site: str, lang: str, kind: str
) -> None:
    page = new_map(asaka_site).page
    page.goto(f"{asaka_site}/requests/new?lang={lang}{kind}")
    sheet = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(sheet.pages) == 1
    assert [round(float(side)) for side in sheet.pages[0].mediabox[2:]] == [595, 842]  # A4
    page.emulate_media(media="print")
    for selector in ("#title", "#purpose", "#contact"):
        expect(page.locator(selector)).to_be_visible()
    for selector in ("#photo", "#sample", "button[type=submit]", ".place-map", "footer"):
        expect(page.locator(selector)).to_be_hidden()
