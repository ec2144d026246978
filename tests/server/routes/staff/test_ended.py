"""A staff form sent after the session ended: what was typed is handed back, and nothing else."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import Role
from server.pages import staff_typed
from server.texts import translator
from tests.server.routes.staff.desk import Desk, desk as desk_in, sign_in, token_of
from tests.server.routes.staff.draft_office import ROWS, WORDS, DraftOffice, form_of, table

SCRIPT = "</textarea><script>alert(1)</script>\"'>{{7*7}}"
TEXT = f"\n一行目\n二行目 {SCRIPT}"
NEW = {
    "channel": "telephone",
    "title": "AEDの場所",
    "purpose": TEXT,
    "category": "welfare",
    "contact": "048-000-0000",
}
TEMPLATES = Path(staff_typed.__file__).parent / "templates"


@pytest.fixture
def desk(asaka: Catalog, home: Path, tmp_path: Path) -> Desk:
    assert asaka.layers
    return desk_in(home, tmp_path)


def opened(desk: Desk, role: Role, page: str) -> tuple[TestClient, str]:
    """A browser with the page open, and the token of its form."""
    browser = desk.signed_in(role)
    return browser, token_of(browser.get(page))


def handed_back(page: str) -> list[str]:
    """What is in the page's text areas; a browser leaves out the first line break of each."""
    areas = re.findall(r"<textarea [^>]* readonly>\n(.*?)</textarea>", page, re.DOTALL)
    return [html.unescape(area) for area in areas]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_was_typed_is_handed_back_when_the_session_has_ended(desk: Desk, lang: str) -> None:
    at = "/staff/requests/new"
    browser, token = opened(desk, Role.EDITOR, at)
    desk.sessions.end_all(desk.of_role[Role.EDITOR])
    answer = browser.post(f"{at}?lang={lang}", data={**NEW, "token": token})
    assert answer.status_code == 403
    assert answer.headers["cache-control"] == "no-store"
    assert {"ja": "サインインが終わっています", "en": "The session has ended"}[lang] in answer.text
    assert handed_back(answer.text) == ["AEDの場所", TEXT, "048-000-0000"]
    assert "<script>alert" not in answer.text
    assert token not in answer.text
    way = f'href="/staff/sign-in?next=%2Fstaff%2Frequests%2Fnew&amp;lang={lang}" target="_blank"'
    assert way in answer.text
    assert "/language?" not in answer.text  # what leads away would lose it
    again = sign_in(browser, "editor です", next=at)
    assert again.headers["location"].startswith(at)


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/staff/requests/7/notes", "/staff/requests/7"),
        ("/staff/requests/7/decide", "/staff/requests/7/decide"),
        ("/staff/replies/3", "/staff/replies/3"),
        ("/staff/accounts/2/password", "/staff/accounts/2"),
    ],
)
def test_the_way_back_is_to_the_page_of_the_form(desk: Desk, sent_to: str, page: str) -> None:
    answer = desk.browser().post(sent_to, data={"note": "山田さんへ電話済み"})
    assert f"next={page.replace('/', '%2F')}&amp;" in answer.text


def test_a_form_of_another_session_hands_back_what_was_typed(desk: Desk) -> None:
    browser, token = opened(desk, Role.EDITOR, "/staff/requests/new")
    browser.cookies.set("staff", desk.sessions.begin(desk.of_role[Role.EDITOR]))
    answer = browser.post("/staff/requests/new", data={**NEW, "token": token})
    assert answer.status_code == 403
    assert "フォームが古くなっています" in answer.text
    assert TEXT in handed_back(answer.text)
    assert 'href="/staff/requests/new?lang=ja" target="_blank"' in answer.text


def test_passwords_codes_and_choices_are_not_shown_and_lead_to_signing_in(desk: Desk) -> None:
    secret = dict.fromkeys(("current", "password", "again", "code"), "ひみつの合言葉です")
    hidden = {"secret": "A" * 32, "token": "0" * 64, "seen": "12", "nonce": "n" * 20, "state": "x"}
    browser = desk.browser()
    answer = browser.post("/staff/account/password", data={**secret, **hidden})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(
        "/staff/sign-in?next=%2Fstaff%2Faccount%2Fpassword"
    )
    answer = browser.post("/staff/requests/7/notes", data={**secret, **hidden, "note": "電話済み"})
    assert handed_back(answer.text) == ["電話済み"]
    assert not any(value in answer.text for value in (*secret.values(), "A" * 32, "0" * 64))


def test_a_form_of_another_site_is_not_shown(desk: Desk) -> None:
    answer = desk.browser(**{"Sec-Fetch-Site": "cross-site"}).post(
        "/staff/requests/7/notes", data={"note": "山田さんへ電話済み"}
    )
    assert answer.status_code == 403
    assert "山田さん" not in answer.text


def test_every_field_in_which_one_types_is_handed_back() -> None:
    labels = staff_typed.text_labels(translator("ja"))
    never = {"password", "current", "again", "code", "username"}
    queried = {"q", "actor", "action", "subject"}  # in addresses, of forms that are not posted
    chosen = {"received_on", "at", "hours", "color"}
    sources = [*TEMPLATES.glob("staff/*.html"), TEMPLATES / "request_place_fields.html"]
    for source in sources:
        for tag in re.findall(r"<(?:textarea|input)\b[^>]*>", source.read_text()):
            kind = re.search(r'type="(\w+)"', tag)
            name = re.search(r'name="(\w+)"', tag)
            if name and not (kind and kind[1] in ("hidden", "radio", "checkbox", "file")):
                assert name[1] in labels.keys() | never | queried | chosen, (source.name, tag)
    assert not labels.keys() & never


def test_what_was_typed_about_a_draft_is_handed_back(
    asaka: Catalog, unused_home: Path, tmp_path: Path
) -> None:
    assert asaka.layers
    office = DraftOffice(unused_home, tmp_path)
    client = office.browser(Role.EDITOR)
    at = office.draft(client, "消火栓.csv", table(ROWS))
    form = {**form_of(client.get(f"{at}/edit")), **WORDS, "grid_m": "250"}
    office.desk.sessions.end_all(office.desk.of_role[Role.EDITOR])
    answer = client.post(f"{at}/edit", data={**form, "title_zh": TEXT})
    office.engine.dispose()
    assert answer.status_code == 403
    texts = handed_back(answer.text)
    typed = [WORDS[name] for name in ("title_ja", "description_en", "attribution_ja")]
    assert {*typed, TEXT, "250"} <= {*texts}
    assert texts[-1].splitlines()[:2] == ["名称", "Name"]  # the columns' headings
    assert form["color"] not in texts
