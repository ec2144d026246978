"""Notes of the desk: private, sealed, erased with the request's key; on SQLite and PostgreSQL."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, select, update

from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor, Role
from server.desk.answers.assignments import Assignment
from server.desk.confidential.vault import Vault
from server.desk.errors import RequestNotFound
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests, requests
from server.desk.triage.notes import Notes, notes
from server.desk.triage.request_export import Exports, to_csv, to_geojson
from server.desk.triage.triage import Selection, Triage
from server.texts import translator
from tests.vaults import vault_of

HANA = Actor("hana", Role.EDITOR)
FIRE = Actor("shobo", Role.EDITOR, "消防")
PLANTED = "山田さんに電話で確認済み"


@pytest.fixture
def number(engine: Engine) -> int:
    """The number of a request that was sent."""
    form = RequestForm(title="AED", purpose="p", category="welfare")
    return Requests(engine, vault_of(engine)).submit(form).number


def texts(engine: Engine, vault: Vault, number: int) -> list[tuple[str, str | None]]:
    return [(note.author, note.text) for note in Notes(engine, vault).of(number, actor=HANA)]


def test_a_note_has_its_author_and_its_time(engine: Engine, vault: Vault, number: int) -> None:
    desk = Notes(engine, vault)
    desk.add(number, PLANTED, actor=HANA)
    desk.add(number, "二つ目\n<b>", actor=FIRE)
    first, second = desk.of(number, actor=HANA)
    assert (first.author, first.text, second.author) == ("hana", PLANTED, "shobo")
    assert first.written_at <= second.written_at
    assert second.text == "二つ目\n<b>"


def test_a_note_is_nowhere_in_plain_words(engine: Engine, vault: Vault, number: int) -> None:
    Notes(engine, vault).add(number, PLANTED, actor=HANA)
    with engine.connect() as connection:
        (sealed,) = connection.execute(select(notes.c.sealed)).scalars()
        entries = connection.execute(select(audit.c.action, audit.c.after)).all()
    assert PLANTED.encode() not in sealed
    assert entries == [("request.note", {"length": len(PLANTED)})]
    every, exports = Selection(state=None), Exports(engine)
    table = "".join(to_csv(exports.requests(HANA, every, "csv"), translator("ja")))
    places = "".join(to_geojson(exports.requests(HANA, every, "geojson")))
    assert "AED" in table
    assert json.loads(places)["features"]
    assert PLANTED not in table + places


def test_a_note_goes_with_the_key_and_the_next_one_has_another(
    engine: Engine, vault: Vault, number: int
) -> None:
    Notes(engine, vault).add(number, PLANTED, actor=HANA)
    with engine.connect() as connection:
        key = connection.execute(select(requests.c.key)).scalar()
    assert key is not None
    vault.erase(key)
    assert texts(engine, vault, number) == [("hana", None)]
    Notes(engine, vault).add(number, "あとから", actor=HANA)
    assert texts(engine, vault, number) == [("hana", None), ("hana", "あとから")]


def test_a_note_cannot_be_moved_to_another_request(
    engine: Engine, vault: Vault, number: int
) -> None:
    desk = Notes(engine, vault)
    other = (
        Requests(engine, vault_of(engine))
        .submit(RequestForm(title="t", purpose="p", category="fire"))
        .number
    )
    for each in (number, other):
        desk.add(each, PLANTED, actor=HANA)
    with engine.begin() as connection:
        connection.execute(update(notes).where(notes.c.number == number).values(number=other))
    assert texts(engine, vault, other) == [("hana", None), ("hana", PLANTED)]


def test_another_departments_request_has_no_notes_for_one(
    engine: Engine, vault: Vault, number: int
) -> None:
    desk = Notes(engine, vault)
    Triage(engine).assign(number, Assignment("福祉"), actor=HANA)
    for act in (
        lambda: desk.add(number, "x", actor=FIRE),
        lambda: desk.of(number, actor=FIRE),
        lambda: desk.add(number + 1, "x", actor=HANA),
        lambda: desk.add(2**40, "x", actor=HANA),
    ):
        with pytest.raises(RequestNotFound):
            act()
    assert texts(engine, vault, number) == []
