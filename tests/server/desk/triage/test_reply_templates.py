"""Templates for replies: those that ship, the desk's own, and what is filled in."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine

from server.desk.accounts.roles import Actor, Role
from server.desk.answers.answers import REASON_LENGTH
from server.desk.errors import TemplateNotFound, TooManyTemplates
from server.desk.labels import REASONED, STATES
from server.desk.triage import reply_templates
from server.desk.triage.reply_templates import (
    Templates,
    built_in,
    fill,
    open_places,
    wrong_places,
)

HANA = Actor("hana", Role.EDITOR)
VALUES = {
    "番号": "17",
    "件名": "AED",
    "レイヤー": "AEDの場所",
    "リンク": "https://a.example/?layers=aed",
}


def test_the_templates_that_ship_are_whole_and_promise_nothing() -> None:
    templates = built_in()
    assert len({template.id for template in templates}) == len(templates)
    assert {template.state for template in templates} >= set(REASONED) | {"checking"}
    assert len([template for template in templates if template.state == "declined"]) >= 4
    for template in templates:
        assert template.state in STATES
        assert not template.is_own
        assert wrong_places(template.text) == []
        assert open_places(fill(template.text, VALUES)) == []
        assert len(template.text) <= REASON_LENGTH // 2
        assert not re.search("必ず|絶対|約束します|安全です|避難勧告|までに載せます", template.text)
        assert re.search(
            "(ます|ません|ください|ました|でした|いたします|かまいません)。", template.text
        )


def test_a_place_is_filled_in_once_and_by_nothing_that_a_sender_writes() -> None:
    text = "{番号} {件名} {レイヤー} {リンク}"
    assert fill(text, VALUES) == "17 AED AEDの場所 https://a.example/?layers=aed"
    hostile = {**VALUES, "件名": "{リンク} {0.__class__} \\g<0> %s"}
    assert fill("「{件名}」", hostile) == "「{リンク} {0.__class__} \\g<0> %s」"
    assert fill("{レイヤー}は{番号}", {"番号": "17", "レイヤー": ""}) == "{レイヤー}は17"
    assert open_places("{レイヤー}は17") == ["{レイヤー}"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{番号}の{件名}", []),
        ("{名前}様", ["{名前}"]),
        ("{ 番号 }", ["{ 番号 }"]),
        ("｛番号｝", ["｛番号｝"]),
        ("{番号", ["{番号"]),
        ("番号}", ["}"]),
        ("{{番号}}", ["{}"]),
        ("{0.__class__}", ["{0.__class__}"]),
        ("かっこのない文", []),
    ],
)
def test_what_cannot_be_filled_in_is_named(text: str, wrong: list[str]) -> None:
    assert wrong_places(text) == wrong


def test_the_desk_keeps_templates_of_its_own(engine: Engine) -> None:
    templates = Templates(engine)
    added = templates.add("道路課へ", "declined", "{番号}は道路課へ。", actor=HANA)
    assert [each.id for each in templates.all()] == [added, *(each.id for each in built_in())]
    assert templates.named(added).text == "{番号}は道路課へ。"
    templates.change(added, "道路の担当へ", None, "{件名}は担当へ。", actor=HANA)
    changed = templates.named(added)
    assert (changed.title, changed.state, changed.is_own) == ("道路の担当へ", None, True)
    templates.remove(added, actor=HANA)
    assert len(templates.all()) == len(built_in())
    for act in (
        lambda: templates.named(added),
        lambda: templates.remove(added, actor=HANA),
        lambda: templates.change(added, "t", None, "t", actor=HANA),
        lambda: templates.change("adopted", "t", None, "t", actor=HANA),
        lambda: templates.remove("9" * 40, actor=HANA),
        lambda: templates.remove("１", actor=HANA),
    ):
        with pytest.raises(TemplateNotFound):
            act()


def test_there_are_only_so_many(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_templates, "MOST", 2)
    templates = Templates(engine)
    for index in range(2):
        templates.add(f"t{index}", None, "文", actor=HANA)
    with pytest.raises(TooManyTemplates):
        templates.add("t3", None, "文", actor=HANA)
