"""Staff say whether shelters are open: chosen, pressed, and seen by everybody."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.query.listing import shelters_of
from server.database.engine import open_database
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.shelters.states import NOTE_LENGTH, Shelters, shelter_states
from tests.server.routes.staff.desk import Desk, desk as desk_in, post, token_of

AT = "/staff/shelters"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "{name} {0} %s %(x)s",
    "\u202e右から左\u202c",
    "\ufff9漢\ufffa<b>\ufffb",
    "\ufdd0ja\ufdd1<i>\ufdd2",
    "a\u0300\u0301\u0302",
    "'; DROP TABLE shelter_states; --",
    "&lt;b&gt;&amp;",
    "javascript:alert(1)",
    "👨‍👩‍👧‍👦" * 5,
    "\u200b\u200b見えない\u200b",
    "］］>]]><![CDATA[x",
)


@pytest.fixture(scope="module")
def desk(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    assert asaka.layers
    return desk_in(home, tmp_path_factory.mktemp("shelters"))


@pytest.fixture
def editor(desk: Desk) -> Iterator[TestClient]:
    yield desk.signed_in(Role.EDITOR)
    engine = open_database(desk.settings.database)
    with engine.begin() as connection:
        connection.execute(delete(shelter_states))
    engine.dispose()


def fields(page: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'name="(at:[^"]+)"', page)]


def states(desk: Desk) -> list[tuple[str, int, str | None, str]]:
    engine = open_database(desk.settings.database)
    with engine.connect() as connection:
        rows = connection.execute(select(shelter_states)).all()
    engine.dispose()
    return [(row.layer, row.feature, row.state, row.note) for row in rows]


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_every_designated_place_of_the_city_can_be_chosen(
    editor: TestClient, asaka: Catalog
) -> None:
    expected = {
        f"at:{layer.id}/{place.id}"
        for layer in asaka.layers.values()
        for place in shelters_of(layer)
    }
    assert len(expected) == 42 + 43
    assert set(fields(editor.get(AT).text)) == expected


def test_a_place_and_a_button_say_it(desk: Desk, editor: TestClient) -> None:
    field = fields(editor.get(AT).text)[0]
    answer = post(editor, AT, state="full", **{field: "1"})
    assert answer.status_code == 303
    page = editor.get(answer.headers["location"])
    assert "1か所を「満員」にしました。" in page.text
    assert re.search(r'class="opening is-full">満員（\d{4}年', page.text)
    layer, number = field.removeprefix("at:").split("/")
    assert states(desk) == [(layer, int(number), "full", "")]
    engine = open_database(desk.settings.database)
    with engine.connect() as connection:
        entry = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
    engine.dispose()
    assert (entry.actor, entry.action) == ("editor です", "shelter.set")
    assert entry.subject == f"shelter {layer}/{number}"
    admin = desk.signed_in(Role.ADMIN).get("/staff/audit").text
    assert "開設状況の設定" in admin
    assert "満員" in admin


def test_all_that_are_listed_are_chosen_at_once(desk: Desk, editor: TestClient) -> None:
    page = editor.get(f"{AT}?q=小学校&all=1")
    chosen = fields(page.text)
    assert 0 < len(chosen) < 85
    assert page.text.count(" checked") == len(chosen)
    answer = post(editor, AT, state="open", note="体育館のみ", **dict.fromkeys(chosen, "1"))
    assert len(states(desk)) == len(chosen)
    assert {(state, note) for _, _, state, note in states(desk)} == {("open", "体育館のみ")}
    assert f"{len(chosen)}か所を「開設」にしました。" in editor.get(answer.headers["location"]).text


def test_every_place_fits_into_one_form(desk: Desk, editor: TestClient) -> None:
    every = fields(editor.get(f"{AT}?all=1").text)
    assert post(editor, AT, state="closed", **dict.fromkeys(every, "1")).status_code == 303
    assert len(states(desk)) == len(every)


def test_pressed_twice_is_pressed_once(desk: Desk, editor: TestClient) -> None:
    field = fields(editor.get(AT).text)[0]
    for _ in range(2):
        assert post(editor, AT, state="full", **{field: "1"}).status_code == 303
    assert len(states(desk)) == 1


def test_it_can_be_taken_back(desk: Desk, editor: TestClient) -> None:
    field = fields(editor.get(AT).text)[0]
    post(editor, AT, state="open", **{field: "1"})
    answer = post(editor, AT, state="none", note="残らない", **{field: "1"})
    page = editor.get(answer.headers["location"]).text
    assert "1か所の開設状況を取り消しました。" in page
    assert "is-open" not in page
    assert states(desk)[0][2:] == (None, "")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"state": "open"}, "場所を一つ以上選んでください。"),
        ({"state": "ajar"}, "ボタンのどれかを押してください。"),
        ({}, "ボタンのどれかを押してください。"),
        ({"state": "open", "at:emergency_sites/7": "1"}, "今の地図にはありません。"),
        ({"state": "open", "at:hydrants/1": "1"}, "今の地図にはありません。"),
        ({"state": "open", "at:x/" + "9" * 40: "1"}, "場所を一つ以上選んでください。"),
        ({"state": "open", "at:/²": "1"}, "場所を一つ以上選んでください。"),
    ],
)
def test_what_cannot_be_said_is_said_why(
    desk: Desk, editor: TestClient, form: dict[str, str], said: str
) -> None:
    answer = post(editor, AT, **form)
    assert answer.status_code == 400
    assert said in answer.text
    assert states(desk) == []


def test_nothing_that_was_chosen_is_lost_when_a_note_is_too_long(
    desk: Desk, editor: TestClient
) -> None:
    field = fields(editor.get(AT).text)[3]
    answer = post(editor, AT, state="open", note="長" * (NOTE_LENGTH + 1), **{field: "1"})
    assert answer.status_code == 400
    assert re.search(rf'name="{re.escape(field)}" value="1" checked', answer.text)
    assert "長" * NOTE_LENGTH in answer.text
    assert states(desk) == []


def test_places_are_found_by_name_reading_and_width(editor: TestClient) -> None:
    one = fields(editor.get(f"{AT}?q=朝霞第一小学校").text)
    assert one
    assert fields(editor.get(f"{AT}?q=朝霞 第一　小学校").text) == one
    assert "この名前の場所はありません。" in editor.get(f"{AT}?q=ない名前").text
    assert editor.get(f"{AT}?q={'長' * 101}").status_code == 400


def test_a_place_that_is_gone_is_told_to_staff_alone(desk: Desk, editor: TestClient) -> None:
    engine = open_database(desk.settings.database)
    lost = {("emergency_sites", 12345): "なくなった<b>小学校"}
    Shelters(engine).set(lost, "open", "", actor=COMMAND_LINE)
    engine.dispose()
    page = poll(editor, AT, "今の地図にない場所の開設状況")
    assert "なくなった&lt;b&gt;小学校" in page
    assert editor.get("/shelters.json").json()["features"] == []


def poll(client: TestClient, address: str, wanted: str) -> str:
    """The page, once what another process said is seen: a cache knows it for two seconds."""
    for _ in range(100):
        page = client.get(address).text
        if wanted in page:
            return page
        time.sleep(0.1)
    raise AssertionError(f"{wanted} is not on the page")


def test_hostile_texts_are_texts(desk: Desk, editor: TestClient) -> None:
    field = fields(editor.get(AT).text)[0]
    for note in HOSTILE:
        assert post(editor, AT, state="crowded", note=note, **{field: "1"}).status_code == 303
        layer = field.removeprefix("at:").split("/")[0]
        for address in (AT, "/light", f"/layers/{layer}", f"/layers/{layer}/table", "/print"):
            page = editor.get(address)
            assert page.status_code == 200
            for markup in ("<script>alert", "<img src=x", "<i>", "<b>", "49{%"):
                assert markup not in page.text
        kept = states(desk)[0][3]
        assert not set(kept) & set("\ufff9\ufffa\ufffb\ufdd0\ufdd1\ufdd2\u202e")
        (feature,) = editor.get("/shelters.json").json()["features"]
        assert feature["properties"]["note"] == kept
        assert editor.get("/shelters.atom").status_code == 200


def test_when_it_cannot_be_saved_what_was_chosen_stays(desk: Desk, editor: TestClient) -> None:
    field = fields(editor.get(AT).text)[0]
    token = token_of(editor.get(AT))
    engine = open_database(desk.settings.database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE shelter_states RENAME TO elsewhere"))
    try:
        form = {"token": token, "state": "open", "note": "雨", field: "1"}
        answer = editor.post(AT, data=form)
        assert answer.status_code == 503
        assert "保存できませんでした。" in answer.text
        assert re.search(rf'name="{re.escape(field)}" value="1" checked', answer.text)
        assert 'value="雨"' in answer.text
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE elsewhere RENAME TO shelter_states"))
        engine.dispose()
