"""The audit: only added to, in the transaction of what it tells, and it tells nothing private."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from server.database.engine import reading
from server.desk.accounts.audit import audit, record
from server.desk.accounts.roles import COMMAND_LINE, Actor, Role
from server.desk.answers import answers as desk
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from tests.vaults import vault_of

EDITOR = Actor("山田", Role.EDITOR, "危機管理室")


def entries(engine: Engine) -> list[tuple[object, ...]]:
    columns = (audit.c.actor, audit.c.role, audit.c.action, audit.c.subject)
    with reading(engine) as connection:
        rows = connection.execute(
            select(*columns, audit.c.before, audit.c.after).order_by(audit.c.id)
        )
        return [tuple(row) for row in rows]


def received(engine: Engine) -> int:
    form = RequestForm(
        title="街灯", purpose="太郎の家の前", category="fire", contact="t@example.jp"
    )
    return Requests(engine, vault_of(engine)).submit(form).number


INSERTED = "INTO audit (id, at, actor, role, action, subject) VALUES (1, :at, 'x', 'x', 'x', 'x')"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody'",
        "UPDATE audit SET id = 7",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
        f"INSERT {INSERTED} ON CONFLICT (id) DO UPDATE SET actor = 'nobody'",
        f"INSERT OR REPLACE {INSERTED}",  # of SQLite alone
        "TRUNCATE audit",  # of PostgreSQL alone
    ],
)
def test_an_entry_is_neither_changed_nor_deleted(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        record(connection, EDITOR, "request.note", "request 1", None, {"length": 3})
    kept = entries(engine)
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(
            text(statement), {"at": "2026-01-01 00:00:00"} if ":at" in statement else {}
        )
    assert entries(engine) == kept
    assert kept == [("山田", "editor", "request.note", "request 1", None, {"length": 3})]


def test_what_is_published_decided_and_withdrawn_is_told_without_its_words(engine: Engine) -> None:
    answers, number = Answers(engine), received(engine)
    answers.answer(
        number,
        Wording("本町の街灯", with_place=False),
        Verdict("adopted", "来年度に調べます。", "lamps"),
        actor=EDITOR,
    )
    answers.withdraw(number, actor=COMMAND_LINE)
    subject = f"request {number}"
    assert entries(engine) == [
        (
            "山田",
            "editor",
            "request.publish",
            subject,
            {"is_public": False},
            {
                "is_public": True,
                "with_place": False,
                "with_photo": False,
                "own_words": ["title"],
            },
        ),
        (
            "山田",
            "editor",
            "request.decide",
            subject,
            {"state": "received"},
            {"state": "adopted", "layer": "lamps", "reason": 9},
        ),
        ("cli", "admin", "request.withdraw", subject, {"is_public": True}, {"is_public": False}),
    ]
    for private in ("太郎", "街灯", "example", "来年度"):
        assert private not in repr(entries(engine))


def test_what_cannot_be_recorded_is_not_done(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    answers, number = Answers(engine), received(engine)
    answers.answer(number, Wording(), actor=EDITOR)
    kept = entries(engine)
    monkeypatch.setattr(desk, "record", fail)
    with pytest.raises(RuntimeError):
        answers.answer(number, verdict=Verdict("checking"), actor=EDITOR)
    with pytest.raises(RuntimeError):
        answers.withdraw(number, actor=EDITOR)
    assert answers.standing(number).is_public
    assert answers.standing(number).decisions == []
    assert entries(engine) == kept


def test_a_role_may_what_those_before_it_may() -> None:
    for place, role in enumerate(Role):
        assert [role.may(least) for least in Role] == [place >= least for least in range(4)]


def test_a_department_sees_its_own_and_what_is_nobodys() -> None:
    assert EDITOR.sees("危機管理室")
    assert EDITOR.sees(None)
    assert not EDITOR.sees("道路課")
    assert COMMAND_LINE.sees("道路課")
