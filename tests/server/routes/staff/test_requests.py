"""The staff's pages about requests: what is typed is kept, what is hostile does nothing."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from server.database.engine import open_database
from server.desk.accounts.account import Account
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE, Actor, Role
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.assignments import Assignment
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.intake.attachments import Attachment, Attachments
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from server.desk.public.own_request import OwnRequest
from server.desk.triage.merges import Merges
from server.desk.triage.triage import Triage
from server.texts import translator
from tests.server.routes.staff.desk import Desk, desk as desk_in, token_of

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
CONTACT = "planted@example.jp"
NOTE = "山田さんへ電話済み"
HANA = Actor("花", Role.PUBLISHER)


class Office:
    """A service, what its database holds, and a browser of each role."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.desk: Desk = desk_in(home, folder)
        settings = self.desk.settings
        self.engine: Engine = open_database(settings.database)
        self.vault = Vault(Secret(settings.secret), open_keys(settings.database))
        self.attachments = Attachments(self.engine, self.vault)
        self.requests = Requests(self.engine, self.vault)

    def received(self, title: str = "AEDの場所", **others: object) -> int:
        form = {"purpose": "大会の日に確かめたい", "category": "welfare", **others}
        return self.requests.submit(RequestForm(title=title, **form)).number  # type: ignore[arg-type]

    def browser(self, role: Role, department: str = "") -> TestClient:
        """Where somebody of the role is signed in, of the department if one is given."""
        if not department:
            return self.desk.signed_in(role)
        accounts = self.desk.accounts
        account, given = accounts.add(f"{department} {role}", role, department, actor=COMMAND_LINE)
        accounts.set_password(account, given, "川の水位を毎晩見ています")
        client = self.desk.browser()
        fresh: Account = accounts.of_id(account.id)
        client.cookies.set("staff", self.desk.sessions.begin(fresh))
        return client

    def acts(self) -> list[tuple[str, str]]:
        """What the audit says was done to requests and templates."""
        with self.engine.connect() as connection:
            entries = connection.execute(select(audit).order_by(audit.c.id)).all()
        return [
            (entry.action, entry.subject)
            for entry in entries
            if entry.action.startswith(("request.", "template."))
        ]


@pytest.fixture
def office(asaka: Catalog, home: Path, tmp_path: Path) -> Iterator[Office]:
    assert asaka.layers
    office = Office(home, tmp_path)
    yield office
    office.engine.dispose()


@pytest.fixture
def publisher(office: Office) -> TestClient:
    return office.browser(Role.PUBLISHER)


def seen(page: Response) -> str:
    """The entry of the audit after which the page shows its request."""
    match = re.search(r'name="seen" value="(\d+)"', page.text)
    assert match is not None
    return match[1]


def act(client: TestClient, address: str, at: str | None = None, **form: str) -> Response:
    """Send a form as the page `at`, by default the one it is sent to, hands it out."""
    page = client.get(at or address)
    held = {"seen": seen(page)} if 'name="seen"' in page.text else {}
    return client.post(address, data={"token": token_of(page), **held, **form})


def test_a_request_is_published_decided_and_withdrawn(
    office: Office, publisher: TestClient
) -> None:
    number = office.received("太郎の家の街灯", place=Place(35.8, 139.6))
    at = f"/staff/requests/{number}"
    page = publisher.get(f"{at}/publish").text
    assert 'value="太郎の家の街灯"' in page
    assert 'name="with_place" value="1">' in page  # not chosen by itself
    answer = act(publisher, f"{at}/publish", title="本町の街灯", purpose="夜道が暗い")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at}?lang=ja")
    public = publisher.get(f"/requests/{number}?f=json").json()
    assert (public["title"], public["place"]) == ("本町の街灯", None)
    answer = act(
        publisher, f"{at}/decide", state="available", reason="載せました。", layer="emergency_sites"
    )
    assert answer.status_code == 303
    public = publisher.get(f"/requests/{number}?f=json").json()
    assert public["decisions"][-1]["layer"] == "emergency_sites"
    assert "/?layers=emergency_sites" in publisher.get(f"/requests/{number}").text
    assert act(publisher, f"{at}/withdraw", f"{at}/publish").status_code == 303
    assert publisher.get(f"/requests/{number}").status_code == 404
    assert [action for action, _subject in office.acts()] == [
        "request.publish",
        "request.decide",
        "request.withdraw",
    ]


def test_what_is_typed_is_kept_and_told_at_its_field(office: Office, publisher: TestClient) -> None:
    at = f"/staff/requests/{office.received()}"
    answer = act(publisher, f"{at}/decide", state="declined", reason=" ", layer="nothing")
    assert answer.status_code == 400
    assert 'id="error-reason"' in answer.text
    assert 'id="error-layer"' in answer.text
    assert re.search(r'name="reason"[^>]*aria-invalid="true"', answer.text)
    assert re.search(r'value="declined"[^>]* checked', answer.text)
    answer = act(publisher, f"{at}/decide", reason="まだ{レイヤー}です")
    assert "{レイヤー}" in answer.text
    assert "まだ{レイヤー}です" in answer.text
    answer = act(publisher, f"{at}/publish", title="あ" * 101, purpose="本文", with_place="1")
    assert answer.status_code == 400
    assert f'value="{"あ" * 101}"' in answer.text
    answer = act(publisher, f"{at}/notes", at, note=" \n")
    assert answer.status_code == 400
    assert 'id="error-note"' in answer.text
    assert office.acts() == []


def test_the_second_of_two_who_answer_is_told_and_loses_nothing(office: Office) -> None:
    at = f"/staff/requests/{office.received()}"
    first, second = office.browser(Role.PUBLISHER), office.browser(Role.ADMIN)
    pages = {client: client.get(f"{at}/decide") for client in (first, second)}
    forms = {
        client: {"token": token_of(page), "seen": seen(page)} for client, page in pages.items()
    }
    verdict = {"state": "adopted", "reason": "載せます。"}
    assert first.post(f"{at}/decide", data={**forms[first], **verdict}).status_code == 303
    verdict = {"state": "declined", "reason": "二人目が書いた理由"}
    answer = second.post(f"{at}/decide", data={**forms[second], **verdict})
    assert answer.status_code == 409
    assert "publisher です" in answer.text
    assert "状態を「採用」にしました" in answer.text
    assert "二人目が書いた理由" in answer.text
    assert re.search(r'value="declined"[^>]* checked', answer.text)
    again = {"token": token_of(answer), "seen": seen(answer), **verdict}
    assert second.post(f"{at}/decide", data=again).status_code == 303
    replayed = second.post(f"{at}/decide", data=again)
    assert replayed.status_code == 409
    assert len(office.acts()) == 2


def test_a_mistyped_form_does_not_hide_what_changed(office: Office) -> None:
    """Shown again for a field to correct, the form still knows what its writer had seen."""
    at = f"/staff/requests/{office.received()}"
    first, second = office.browser(Role.PUBLISHER), office.browser(Role.ADMIN)
    page = second.get(f"{at}/decide")
    form = {"token": token_of(page), "seen": seen(page), "state": "declined"}
    assert act(first, f"{at}/decide", state="checking").status_code == 303
    wrong = second.post(f"{at}/decide", data={**form, "reason": ""})
    assert wrong.status_code == 400
    right = {**form, "seen": seen(wrong), "reason": "理由"}
    assert second.post(f"{at}/decide", data=right).status_code == 409


def test_a_template_is_filled_in_without_a_script(office: Office, publisher: TestClient) -> None:
    number = office.received("<b>井戸</b>")
    at = f"/staff/requests/{number}/decide"
    answer = act(
        publisher, at, fill="1", template="available", layer="emergency_sites", reason="前文。"
    )
    assert answer.status_code == 200
    text = html.unescape(re.search(r'(?s)name="reason".*?>\n(.*?)</textarea>', answer.text)[1])  # type: ignore[index]
    assert text.startswith("前文。\n\nいただいた「<b>井戸</b>」")
    assert f"受付番号{number}" in text
    assert "http://testserver/?layers=emergency_sites" in text
    assert "{" not in text
    assert re.search(r'value="available"[^>]* checked', answer.text)
    assert re.search(r'value="emergency_sites" selected', answer.text)
    answer = act(publisher, at, fill="1", template="available")
    assert "{レイヤー}" in answer.text
    assert act(publisher, at, fill="1", template="nothing").status_code == 400
    assert office.acts() == []


@pytest.mark.parametrize("state", ["adopted", "declined", "available"])
def test_an_editor_prepares_and_does_not_decide(office: Office, state: str) -> None:
    editor = office.browser(Role.EDITOR)
    at = f"/staff/requests/{office.received()}/decide"
    assert f'value="{state}"' not in editor.get(at).text
    assert act(editor, at, state=state, reason="理由").status_code == 403
    assert act(editor, at, state="considering").status_code == 303
    assert office.acts() == [("request.decide", "request 1")]


def test_a_contact_is_shown_when_it_is_asked_for_and_that_is_in_the_audit(office: Office) -> None:
    number = office.received(contact=CONTACT)
    at = f"/staff/requests/{number}"
    for role in Role:
        client = office.browser(role)
        assert CONTACT not in client.get(at).text
        assert CONTACT not in client.get("/staff/requests").text
        answer = act(client, f"{at}/contact", "/staff")
        assert answer.status_code == (403 if role is Role.READER else 200)
        assert (CONTACT in answer.text) == (role is not Role.READER)
        assert answer.headers["cache-control"] == "no-store"
    assert office.acts() == [("request.read_contact", f"request {number}")] * 3
    assert "連絡先を表示しました" in office.browser(Role.READER).get(at).text


def test_notes_are_read_by_staff_alone(office: Office, publisher: TestClient) -> None:
    number = office.received()
    at = f"/staff/requests/{number}"
    answer = act(publisher, f"{at}/notes", at, note=NOTE)
    assert answer.headers["location"] == f"{at}?lang=ja#notes"
    assert NOTE in office.browser(Role.READER).get(at).text
    act(publisher, f"{at}/publish", title="題", purpose="本文")
    for path in (f"/requests/{number}", "/requests", "/requests.atom", "/staff/audit"):
        assert NOTE not in office.browser(Role.ADMIN).get(path).text


def test_another_departments_request_is_nowhere(office: Office) -> None:
    number, own = office.received(SCRIPT, contact=CONTACT), office.received("消火栓")
    triage = Triage(office.engine)
    triage.assign(number, Assignment("福祉"), actor=HANA)
    triage.assign(own, Assignment("消防"), actor=HANA)
    fire = office.browser(Role.PUBLISHER, "消防")
    before = office.acts()
    at = f"/staff/requests/{number}"
    for path in ("", "/publish", "/decide", "/assign", "/merge", "/photo.jpg"):
        assert fire.get(f"{at}{path}").status_code == 404
    token = token_of(fire.get("/staff"))
    form = {"token": token, "title": "t", "purpose": "p", "state": "checking", "note": "n"}
    for path in ("publish", "withdraw", "decide", "assign", "notes", "contact", "separate"):
        assert fire.post(f"{at}/{path}", data=form).status_code == 404, path
    merge = {"token": token, "other": str(number), "stays": "this"}
    answer = fire.post(f"/staff/requests/{own}/merge", data=merge)
    assert answer.status_code == 400
    assert "この受付番号の要望はありません" in answer.text
    assert "alert(1)" not in answer.text
    assert fire.get(f"/staff/requests/{own}/merge?other={number}").text.count("alert(1)") == 0
    assert "alert(1)" not in fire.get("/staff/requests?state=any").text
    assert office.acts() == before


def test_a_script_in_every_field_is_text(office: Office, publisher: TestClient) -> None:
    number = office.received(SCRIPT, purpose=SCRIPT, contact=SCRIPT, today=SCRIPT)
    other = office.received(SCRIPT)
    at = f"/staff/requests/{number}"
    act(publisher, f"{at}/notes", at, note=SCRIPT)
    act(publisher, f"{at}/publish", title=SCRIPT, purpose=SCRIPT)
    act(publisher, f"{at}/decide", state="declined", reason=SCRIPT)
    act(publisher, "/staff/replies/new", title=SCRIPT[:90], state="", text="文 <script>")
    Merges(office.engine).merge(other, number, actor=HANA)
    pages = [
        publisher.get(path)
        for path in (
            "/staff/requests?state=any",
            f"/staff/requests?q={SCRIPT[:60]}&state=any",
            at,
            f"/staff/requests/{other}",
            f"{at}/publish",
            f"{at}/decide",
            f"{at}/assign",
            f"{at}/merge?q=alert",
            f"{at}/merge?other={other}",
            "/staff/replies",
            "/staff/replies/1",
            f"/requests/{number}",
        )
    ]
    pages.append(act(publisher, f"{at}/contact", at))
    pages.append(act(publisher, f"{at}/decide", state=SCRIPT, layer=SCRIPT, reason=SCRIPT))
    pages.append(act(publisher, f"{at}/assign", staff=SCRIPT, department=SCRIPT))
    pages.append(act(publisher, f"{at}/merge", other=SCRIPT, stays=SCRIPT))
    fields = ("channel", "received_on", "title", "purpose", "category", "town", "lat", "contact")
    pages.append(act(publisher, "/staff/requests/new", **dict.fromkeys(fields, SCRIPT)))
    for page in pages:
        assert page.status_code in (200, 400), page.text
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "49" not in re.sub(r"\d{3,}|#\w+", "", page.text) or "{{7*7}}" in page.text


def test_a_forged_form_does_nothing(office: Office, publisher: TestClient) -> None:
    number = office.received()
    form = {"state": "adopted", "reason": "r", "seen": "0"}
    for token in ("", "0" * 64, token_of(office.browser(Role.ADMIN).get("/staff"))):
        answer = publisher.post(f"/staff/requests/{number}/decide", data={**form, "token": token})
        assert answer.status_code == 403
    for wrong in ("-1", "９", "1e9", "9" * 40, "x"):
        act(publisher, f"/staff/requests/{number}/decide", state="checking", seen=wrong)
    assert office.acts()[1:] == []


def test_duplicates_are_merged_both_ways_and_separated(
    office: Office, publisher: TestClient
) -> None:
    first, second = office.received("AEDの場所"), office.received("ＡＥＤはどこ")
    at = f"/staff/requests/{second}"
    matches = publisher.get(f"{at}/merge?q=aed").text
    assert f"/staff/requests/{second}/merge?other={first}" in matches
    assert f"merge?other={second}" not in matches
    pick = f"{at}/merge?other={first}"
    answer = act(publisher, f"{at}/merge", pick, other=str(first), stays="other")
    assert answer.headers["location"] == f"/staff/requests/{first}?lang=ja"
    assert f"受付番号{second}" in publisher.get(f"/staff/requests/{first}").text
    for other, stays in ((second, "this"), (first, "other"), (first, "this")):
        page = act(publisher, f"{at}/merge", pick, other=str(other), stays=stays)
        assert page.status_code in (400, 409), (other, stays)
        assert 'id="error-' in page.text or 'id="summary"' in page.text
    answer = act(publisher, f"{at}/separate", at)
    assert answer.headers["location"] == f"{at}?lang=ja"
    answer = act(publisher, f"{at}/merge", pick, other=str(first), stays="this")
    assert answer.headers["location"] == f"{at}?lang=ja"
    for number in (first, second):
        act(publisher, f"/staff/requests/{number}/publish", title="題", purpose="文")
    assert f"受付番号{second}の要望とまとめて" in publisher.get(f"/requests/{first}").text
    assert publisher.get(f"/requests/{first}?f=json").json()["duplicate_of"] == second


def test_somebody_is_put_in_charge(office: Office) -> None:
    number = office.received()
    fire = office.browser(Role.EDITOR, "消防")
    at = f"/staff/requests/{number}"
    page = fire.get(f"{at}/assign").text
    assert 'value="消防 editor"' in page
    assert "reader です" not in page
    answer = act(fire, f"{at}/assign", staff="消防 editor", department="")
    assert answer.headers["location"] == f"{at}?lang=ja"
    assert "担当は消防、消防 editorです" in fire.get(at).text
    assert act(fire, f"{at}/assign", staff="消防 editor", department="福祉").status_code == 400
    assert act(fire, f"{at}/assign", staff="だれか").status_code == 400
    office.browser(Role.READER, "福祉")
    answer = act(fire, f"{at}/assign", department="福祉")
    assert answer.headers["location"] == "/staff/requests?lang=ja"
    assert fire.get(at).status_code == 404


def test_what_was_told_by_telephone_is_entered(office: Office, publisher: TestClient) -> None:
    form = {
        "channel": "telephone",
        "received_on": "2026-11-02",
        "title": "井戸の場所",
        "purpose": "断水のとき",
        "category": "living",
        "contact": "048-463-1111",
    }
    answer = act(publisher, "/staff/requests/new", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/requests/1?lang=ja")
    page = publisher.get("/staff/requests/1").text
    assert "電話（publisher ですが入力）" in page
    assert "2026年11月2日" in page
    for wrong in ("", "2999-01-01", "1999-12-31", "2026-02-30", "きのう"):
        answer = act(publisher, "/staff/requests/new", **{**form, "received_on": wrong})
        assert answer.status_code == 400
        assert 'id="error-received_on"' in answer.text
        assert 'value="井戸の場所"' in answer.text
    answer = act(publisher, "/staff/requests/new")
    for field in ("channel", "title", "purpose", "category"):
        assert f'id="error-{field}"' in answer.text
    assert len(office.acts()) == 1


def test_a_form_pressed_twice_is_one_request(publisher: TestClient) -> None:
    page = publisher.get("/staff/requests/new")
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text)
    assert nonce is not None
    form = {
        "token": token_of(page),
        "nonce": nonce[1],
        "channel": "counter",
        "received_on": "2026/11/2",
        "title": "t",
        "purpose": "p",
        "category": "fire",
    }
    answers = [publisher.post("/staff/requests/new", data=form) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1


def test_the_queue_is_chosen_by_its_address(office: Office, publisher: TestClient) -> None:
    office.received("井戸", category="living")
    office.received("消火栓", category="fire", contact=CONTACT)
    page = publisher.get("/staff/requests?q=井戸&category=living&age=&mark=&order=new").text
    assert "井戸" in page
    assert "消火栓" not in page
    assert "消火栓" in publisher.get("/staff/requests?mark=contact&charge=none").text
    for query in ("state=x", "age=8", "mark=x", "charge=x", "page=0", "page=2", "order=x"):
        assert publisher.get(f"/staff/requests?{query}").status_code in (400, 404)
    counts = publisher.get("/staff").text
    assert re.search(r"受付</span> <strong>2</strong>", counts)


def test_requests_are_taken_away_without_contacts_and_without_formulas(
    office: Office, publisher: TestClient
) -> None:
    number = office.received("=HYPERLINK(1)", contact=CONTACT, place=Place(35.8, 139.6))
    office.received("別の題", category="fire")
    act(publisher, f"/staff/requests/{number}/notes", f"/staff/requests/{number}", note=NOTE)
    at = "/staff/requests?category=welfare"
    address = "/staff/requests/export?category=welfare"
    answer = act(publisher, address, at, format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="requests.csv"'
    assert answer.headers["cache-control"] == "no-store"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert row["送られた件名"] == "'=HYPERLINK(1)"
    places = act(publisher, address, at, format="geojson")
    (feature,) = json.loads(places.content)["features"]
    assert feature["geometry"]["coordinates"] == [139.6, 35.8]
    for text in (answer.text, places.text):
        assert CONTACT not in text
        assert NOTE not in text
        assert not re.search(r"[A-Za-z0-9_-]{32}", text)
    assert act(publisher, address, at, format="xls").status_code == 400
    assert [action for action, _ in office.acts()][1:] == ["request.export"] * 2


def test_a_photo_is_seen_by_staff_and_taken_away_with_a_trace(
    office: Office, publisher: TestClient
) -> None:
    files = {
        "photo": Attachment("../私の写真.jpg", b"original"),
        "picture": Attachment("photo.jpg", b"\xff\xd8picture"),
    }
    form = RequestForm(title="t", purpose="p", category="fire")
    number = office.requests.submit(
        form, lambda connection, number: office.attachments.attach(connection, number, files)
    ).number
    at = f"/staff/requests/{number}"
    assert f"{at}/photo.jpg" in publisher.get(at).text
    picture = publisher.get(f"{at}/photo.jpg")
    assert (picture.content, picture.headers["content-type"]) == (b"\xff\xd8picture", "image/jpeg")
    answer = act(publisher, f"{at}/file", at, kind="photo")
    assert answer.content == b"original"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "/" not in answer.headers["content-disposition"].split("''")[1]
    assert act(publisher, f"{at}/file", at, kind="sample").status_code == 404
    assert act(publisher, f"{at}/file", at, kind="../x").status_code == 400
    assert office.acts() == [("request.read_file", f"request {number}")]
    assert publisher.get(f"/requests/{number}/photo.jpg").status_code == 404
    act(publisher, f"{at}/publish", title="題", purpose="文", with_photo="1")
    public, ticked = f"/requests/{number}/photo.jpg", 'name="with_photo" value="1" checked'
    assert publisher.get(public).content == b"\xff\xd8picture"
    act(office.browser(Role.ADMIN), f"{at}/erase", at, certain="1")
    assert ticked in publisher.get(f"{at}/publish").text
    assert publisher.get(f"{at}/photo.jpg").content == b"\xff\xd8picture"
    act(publisher, f"{at}/publish", title="別の題", purpose="文", with_photo="1")
    assert publisher.get(public).content == b"\xff\xd8picture"
    act(publisher, f"{at}/publish", title="題", purpose="文")
    assert publisher.get(public).status_code == 404
    assert 'name="with_photo"' not in publisher.get(f"{at}/publish").text
    gone = act(publisher, f"{at}/publish", title="さらに別の題", purpose="文", with_photo="1")
    assert gone.status_code == 409
    assert "写真はすでになくなっています" in gone.text
    assert '<div class="field" id="photo"' in gone.text
    assert "さらに別の題" in gone.text


def test_the_desk_writes_templates_of_its_own(office: Office, publisher: TestClient) -> None:
    answer = act(
        publisher,
        "/staff/replies/new",
        title="道路課へ",
        state="declined",
        text="{番号}は道路課へ。",
    )
    assert answer.headers["location"] == "/staff/replies?lang=ja"
    assert "{番号}は道路課へ。" in publisher.get("/staff/replies").text
    wrong = act(publisher, "/staff/replies/1", title="道路課へ", state="", text="{名前}様")
    assert wrong.status_code == 400
    assert "「{名前}」には入れられるものがありません" in wrong.text
    assert "{名前}様" in wrong.text
    assert "ご要望" in publisher.get("/staff/replies/checking").text
    assert act(publisher, "/staff/replies/checking", title="t", text="t").status_code == 404
    assert act(publisher, "/staff/replies/1/remove", "/staff/replies/1").status_code == 303
    assert publisher.get("/staff/replies/1").status_code == 404
    assert [action for action, _ in office.acts()] == ["template.add", "template.remove"]


def test_a_request_that_is_none_is_not_found(publisher: TestClient) -> None:
    for number in ("1", "0", "-1", "x", "１", "9" * 30, "%00"):
        for path in ("", "/publish", "/decide", "/merge"):
            assert publisher.get(f"/staff/requests/{number}{path}").status_code == 404


def test_every_page_is_in_english_too(office: Office, publisher: TestClient) -> None:
    number = office.received()
    Answers(office.engine).answer(number, Wording(), Verdict("adopted", "理由"), actor=HANA)
    for path in (
        "",
        f"/{number}",
        f"/{number}/publish",
        f"/{number}/decide",
        f"/{number}/assign",
        f"/{number}/merge",
        "/new",
        "/new?kind=correction",
    ):
        joined = "&" if "?" in path else "?"
        page = publisher.get(f"/staff/requests{path}{joined}lang=en").text
        words = re.sub(r"(?s)<(select|textarea|script)\b.*?</\1>|<bdi.*?</bdi>|<[^>]*>", "", page)
        for own in (
            "AEDの場所",
            "大会の日に確かめたい",
            "理由",
            "日本語",
            "言語",
            "publisher です",
        ):
            words = words.replace(own, "")
        assert re.findall("[ぁ-んァ-ヶ一-龠]{2,}", words) == [], path


def test_what_may_reach_a_person_is_public_only_when_somebody_says_so(
    office: Office, publisher: TestClient
) -> None:
    at = f"/staff/requests/{office.received('太郎さんの家 090-1234-5678')}/publish"
    page = publisher.get(at).text
    assert "電話番号ではありませんか：「090-1234-5678」" in page
    assert "名前ではありませんか：「太郎」" in page
    words = {"title": "090-1234-5678", "purpose": "本文"}
    answer = act(publisher, at, **words)
    assert answer.status_code == 400
    assert 'id="error-confirmed"' in answer.text
    assert office.acts() == []
    assert act(publisher, at, **words, confirmed="1").status_code == 303


def test_what_its_sender_withdrew_is_not_made_public(office: Office, publisher: TestClient) -> None:
    form = RequestForm(title="t", purpose="p", category="fire")
    sent = office.requests.submit(form)
    at = f"/staff/requests/{sent.number}"
    page = publisher.get(f"{at}/publish")
    OwnRequest(office.engine, office.vault).withdraw(sent.number, sent.token)
    held = {"token": token_of(page), "seen": seen(page), "title": "t", "purpose": "p"}
    answer = publisher.post(f"{at}/publish", data=held)
    assert answer.status_code == 409
    assert "送った人：要望を取り下げました" in answer.text.replace(": ", "：")
    answer = publisher.post(f"{at}/publish", data={**held, "seen": seen(answer)})
    assert answer.status_code == 409
    assert "取り下げた要望なので、公開できません" in answer.text
    assert f"{at}/publish" not in publisher.get(at).text
    assert f'href="{at}' not in publisher.get("/staff/requests").text
    assert f'href="{at}' in publisher.get("/staff/requests?mark=withdrawn").text


def test_what_was_added_later_is_made_public_in_checked_words(
    office: Office, publisher: TestClient
) -> None:
    form = RequestForm(title="t", purpose="p", category="fire")
    sent = office.requests.submit(form)
    at = f"/staff/requests/{sent.number}"
    own = OwnRequest(office.engine, office.vault)
    own.add(sent.number, sent.token, "夜も使えますか 090-1234-5678", translator("ja"))
    act(publisher, f"{at}/publish", title="題", purpose="文")
    assert "夜も使えますか" in publisher.get(at).text
    assert "夜も" not in publisher.get(f"/requests/{sent.number}").text
    sent_as = {"supplement": "1", "text": "夜も使えますか 090-1234-5678"}
    answer = act(publisher, f"{at}/supplement", at, **sent_as)
    assert answer.status_code == 400
    assert 'id="error-confirmed"' in answer.text
    answer = act(publisher, f"{at}/supplement", at, supplement="1", text="夜も使えますか")
    assert answer.status_code == 303
    assert "夜も使えますか" in publisher.get(f"/requests/{sent.number}").text
    for wrong in ("", "2", "x", "9" * 20):
        answer = act(publisher, f"{at}/supplement", at, supplement=wrong, text="文")
        assert answer.status_code in (400, 409), wrong


def test_what_was_sent_in_confidence_is_erased_when_an_admin_says_so(office: Office) -> None:
    number = office.received(contact=CONTACT)
    at = f"/staff/requests/{number}"
    admin = office.browser(Role.ADMIN)
    act(admin, f"{at}/notes", at, note=NOTE)
    answer = act(admin, f"{at}/erase", at)
    assert answer.status_code == 400
    assert CONTACT in act(admin, f"{at}/contact", at).text
    assert act(admin, f"{at}/erase", at, certain="1").status_code == 303
    page = act(admin, f"{at}/contact", at).text
    assert CONTACT not in page
    assert NOTE not in page
    assert "連絡先などを消去しました" in page
