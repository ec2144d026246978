"""States of shelters: said, renewed, taken back, run out, read while the database is away."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, insert, select, text, update

from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor, Role
from server.desk.errors import DeskUnavailable
from server.desk.shelters.board import REMEMBERED, ShelterBoard
from server.desk.shelters.states import REPEATED, Shelters, shelter_states

EDITOR = Actor("夜番", Role.EDITOR, "学校教育課")
SCHOOL, HALL = ("emergency_sites", 1), ("evacuation_shelters", 2**53 - 1)
BOTH = {SCHOOL: "第一小学校", HALL: "公民館"}
HOURS = 12


@pytest.fixture
def shelters(engine: Engine) -> Shelters:
    return Shelters(engine)


@pytest.fixture
def board(engine: Engine) -> ShelterBoard:
    return ShelterBoard(engine, reuse_s=0)


def in_force(board: ShelterBoard) -> Mapping[object, object]:
    states = board.current().in_force(HOURS).states
    return {key: (state.state, state.note) for key, state in states.items()}


def entries(engine: Engine) -> list[tuple[str, object, object]]:
    with engine.connect() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id)).all()
    return [(row.subject, row.before, row.after) for row in rows]


def age(engine: Engine, by: datetime.timedelta) -> None:
    """Let all states be older."""
    with engine.begin() as connection:
        for row in connection.execute(select(shelter_states)).all():
            connection.execute(
                update(shelter_states)
                .where(shelter_states.c.layer == row.layer)
                .values(set_at=row.set_at - by)
            )


def test_one_press_says_it_of_many(shelters: Shelters, board: ShelterBoard) -> None:
    shelters.set(BOTH, "open", "体育館のみ", actor=EDITOR)
    assert in_force(board) == {SCHOOL: ("open", "体育館のみ"), HALL: ("open", "体育館のみ")}
    state = board.current().states[SCHOOL]
    assert (state.name, state.set_by) == ("第一小学校", "夜番")
    assert state.set_at.tzinfo is not None


def test_said_twice_is_said_once(engine: Engine, shelters: Shelters, board: ShelterBoard) -> None:
    shelters.set(BOTH, "full", "", actor=EDITOR)
    first = board.current().states
    shelters.set(BOTH, "full", "", actor=EDITOR)
    assert board.current().states == first
    assert len(entries(engine)) == 2


def test_said_again_later_is_renewed(
    engine: Engine, shelters: Shelters, board: ShelterBoard
) -> None:
    shelters.set(BOTH, "full", "", actor=EDITOR)
    age(engine, REPEATED)
    then = board.current().states[SCHOOL].set_at
    shelters.set(BOTH, "full", "", actor=EDITOR)
    assert board.current().states[SCHOOL].set_at > then
    assert len(entries(engine)) == 4


def test_the_audit_knows_who_said_what_but_not_the_note(engine: Engine, shelters: Shelters) -> None:
    shelters.set({SCHOOL: "第一小学校"}, "open", "", actor=EDITOR)
    shelters.set({SCHOOL: "第一小学校"}, "closed", "雨漏り", actor=EDITOR)
    subject = "shelter emergency_sites/1"
    assert entries(engine) == [
        (subject, None, {"opening": "open"}),
        (subject, {"opening": "open"}, {"opening": "closed", "length": 3}),
    ]


def test_what_is_taken_back_is_shown_no_more_and_known_still(
    shelters: Shelters, board: ShelterBoard
) -> None:
    shelters.set(BOTH, "open", "", actor=EDITOR)
    shelters.set({SCHOOL: "第一小学校"}, None, "", actor=EDITOR)
    assert in_force(board) == {HALL: ("open", "")}
    assert board.current().states[SCHOOL].state is None


def test_a_state_runs_out(engine: Engine, shelters: Shelters, board: ShelterBoard) -> None:
    shelters.set(BOTH, "open", "", actor=EDITOR)
    age(engine, datetime.timedelta(hours=HOURS - 1))
    assert len(in_force(board)) == 2
    age(engine, datetime.timedelta(hours=1))
    assert in_force(board) == {}
    assert board.current().in_force(HOURS + 2).states
    age(engine, REMEMBERED)
    assert board.current().states == {}


def test_a_row_that_is_none_hides_no_other(
    engine: Engine, shelters: Shelters, board: ShelterBoard
) -> None:
    shelters.set(BOTH, "open", "", actor=EDITOR)
    now = datetime.datetime.now(datetime.UTC)
    odd = {"layer": "x", "feature": 3, "name": "", "note": "", "set_at": now, "set_by": ""}
    with engine.begin() as connection:
        connection.execute(insert(shelter_states).values(**odd, state="ajar"))
    assert set(in_force(board)) == set(BOTH)


def test_while_the_database_is_away_the_last_states_are_shown_with_their_age(
    engine: Engine, shelters: Shelters
) -> None:
    is_away = False
    board = ShelterBoard(engine, reuse_s=0, is_away=lambda: is_away)
    shelters.set(BOTH, "full", "", actor=EDITOR)
    before = board.current().in_force(HOURS)
    assert (before.is_current, before.unchecked_since) == (True, None)
    is_away = True
    after = board.current().in_force(HOURS)
    assert after.states == before.states
    assert (after.is_current, after.unchecked_since) == (False, before.checked_at)
    assert after.key != before.key
    late = before.checked_at
    assert late is not None
    run_out = board.current().in_force(HOURS, late + datetime.timedelta(hours=HOURS, seconds=1))
    assert run_out.states == {}


def test_a_database_that_fails_is_one_that_is_away(engine: Engine, shelters: Shelters) -> None:
    board = ShelterBoard(engine, reuse_s=0)
    shelters.set(BOTH, "full", "", actor=EDITOR)
    assert board.current().is_current
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE shelter_states RENAME TO gone"))
    assert not board.current().is_current
    assert set(in_force(board)) == set(BOTH)
    with pytest.raises(DeskUnavailable):
        shelters.set(BOTH, "open", "", actor=EDITOR)


def test_nothing_is_known_before_the_database_told(engine: Engine) -> None:
    board = ShelterBoard(engine, is_away=lambda: True)
    nothing = board.current().in_force(HOURS)
    assert (nothing.states, nothing.checked_at, nothing.is_current) == ({}, None, False)


def test_an_answer_is_used_for_a_while_until_something_is_said_here(
    engine: Engine, shelters: Shelters
) -> None:
    now = 100.0
    board = ShelterBoard(engine, clock=lambda: now)
    assert in_force(board) == {}
    shelters.set(BOTH, "open", "", actor=EDITOR)
    assert in_force(board) == {}
    now += 2
    assert len(in_force(board)) == 2
    shelters.set(BOTH, None, "", actor=EDITOR)
    board.forget()
    assert in_force(board) == {}


def test_a_page_changes_with_a_state_and_not_with_the_time(
    shelters: Shelters, board: ShelterBoard
) -> None:
    empty = board.current().in_force(HOURS).key
    shelters.set(BOTH, "open", "", actor=EDITOR)
    first = board.current().in_force(HOURS).key
    assert first != empty
    assert board.current().in_force(HOURS).key == first
    shelters.set(BOTH, "open", "増えました", actor=EDITOR)
    assert board.current().in_force(HOURS).key != first
