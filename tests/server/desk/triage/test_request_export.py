"""Requests handed on as a table and as GeoJSON: without contacts, safe in a spreadsheet."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor, Role
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.assignments import Assignment
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from server.desk.intake.subject import Subject
from server.desk.triage import request_export
from server.desk.triage.counter import Counter
from server.desk.triage.merges import Merges
from server.desk.triage.request_export import BOM, FORMULA, Exports, defused, to_csv, to_geojson
from server.desk.triage.triage import Selection, Triage
from server.texts import translator
from tests.vaults import vault_of

HANA = Actor("hana", Role.PUBLISHER)
FIRE = Actor("shobo", Role.READER, "消防")
EVERY = Selection(state=None)
FORMULAS = (
    '=HYPERLINK("https://example.com/"&A1)',
    "+81-48",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＠SUM(A1)",
    "'=1",
    "'",
    'a","=1',
    "ふつうの題",
)


def received(engine: Engine, title: str = "AEDの場所", **others: Any) -> int:
    form = {"purpose": "大会の日に確かめたい", "category": "welfare", **others}
    return Requests(engine, vault_of(engine)).submit(RequestForm(title=title, **form)).number


def table(engine: Engine, lang: str = "ja", actor: Actor = HANA) -> list[dict[str, str]]:
    """The exported table, as a program reads it."""
    text = "".join(to_csv(Exports(engine).requests(actor, EVERY, "csv"), translator(lang)))
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def features(engine: Engine, actor: Actor = HANA) -> list[dict[str, Any]]:
    document = json.loads("".join(to_geojson(Exports(engine).requests(actor, EVERY, "geojson"))))
    assert document["type"] == "FeatureCollection"
    every: list[dict[str, Any]] = document["features"]
    return every


def test_the_table_tells_how_each_request_stands(engine: Engine) -> None:
    first = received(engine, place=Place(35.8, 139.6), subject=Subject("hydrants", 7, "角"))
    form = RequestForm(title="井戸", purpose="断水のとき\n使う", category="living")
    counter = Counter(Requests(engine, vault_of(engine)))
    second = counter.enter(form, "letter", datetime.date(2026, 11, 2), actor=HANA).number
    Triage(engine).assign(first, Assignment("消防", "shobo"), actor=HANA)
    Merges(engine).merge(second, first, actor=HANA)
    answers = Answers(engine)
    answers.answer(
        first, Wording("公開の題"), Verdict("available", "直しました。", "hydrants"), actor=HANA
    )
    correction, wish = table(engine)
    assert list(correction.values())[2:] == [
        "フォーム",
        "地図の誤り",
        "福祉・子育て",
        "地図を直しました",
        "AEDの場所",
        "大会の日に確かめたい",
        "35.8",
        "139.6",
        "hydrants",
        "7",
        "公開の題",
        "大会の日に確かめたい",
        "",
        "消防",
        "shobo",
        correction["直近の決定日時"],
        "直しました。",
        "hydrants",
    ]
    assert (wish["受付日時"], wish["届いた方法"], wish["重複の元"]) == (
        "2026-11-02 12:00",
        "手紙・ファクス",
        str(first),
    )
    assert wish["送られた本文"] == "断水のとき\n使う"
    assert list(table(engine, "en")[0])[:3] == ["Request number", "Received", "How it came"]


def test_geojson_has_places_where_there_are_some(engine: Engine) -> None:
    placed, placeless = received(engine, place=Place(35.8, 139.6)), received(engine)
    first, second = features(engine)
    assert (first["id"], second["id"]) == (placed, placeless)
    assert first["geometry"] == {"type": "Point", "coordinates": [139.6, 35.8]}
    assert second["geometry"] is None
    assert first["properties"]["category"] == "welfare"
    assert first["properties"]["decided_at"] is None
    assert features(engine, FIRE) == [first, second]


def test_a_department_takes_away_its_own_alone(engine: Engine) -> None:
    own, other = received(engine), received(engine)
    triage = Triage(engine)
    triage.assign(own, Assignment("消防"), actor=HANA)
    triage.assign(other, Assignment("福祉"), actor=HANA)
    assert [feature["id"] for feature in features(engine, FIRE)] == [own]
    assert [row["受付番号"] for row in table(engine, actor=FIRE)] == [str(own)]


def test_no_contact_and_no_key_leaves_the_desk(engine: Engine) -> None:
    form = RequestForm(title="t", purpose="p", category="fire", contact="planted@example.jp")
    sent = Requests(engine, vault_of(engine)).submit(form)
    for text in (json.dumps(features(engine)), str(table(engine))):
        assert "planted" not in text
        assert sent.token not in text


@pytest.mark.parametrize("title", FORMULAS)
def test_no_cell_is_a_formula_and_each_can_be_read_back(engine: Engine, title: str) -> None:
    number = received(engine, title, purpose=title)
    Answers(engine).answer(number, Wording(), Verdict("declined", title + "。"), actor=HANA)
    (row,) = table(engine)
    for cell in row.values():
        assert not cell.startswith(FORMULA)
    assert row["送られた件名"] == defused(title)
    assert row["送られた件名"].removeprefix("'") == title or not title.startswith("'")
    if title.startswith(("'", *FORMULA)):
        assert row["送られた件名"][1:] == title
    else:
        assert row["送られた件名"] == title


def test_every_export_is_in_the_audit(engine: Engine) -> None:
    list(Exports(engine).requests(HANA, Selection(category="fire", text="山田"), "csv"))
    with engine.connect() as connection:
        (entry,) = connection.execute(select(audit)).all()
    assert (entry.actor, entry.action, entry.subject) == ("hana", "request.export", "requests")
    assert entry.after == {"as": "csv", "state": "open", "category": "fire"}


def test_many_requests_are_read_in_parts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_export, "ROWS", 2)
    for count in range(1, 6):
        received(engine, f"t{count}")
        assert [row["送られた件名"] for row in table(engine)] == [f"t{n + 1}" for n in range(count)]
