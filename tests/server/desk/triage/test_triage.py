"""The desk's queue, who looks after what, and duplicates, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor, Role
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.assignments import NOBODY, Assignment
from server.desk.answers.changes import ChangedMeanwhile, Changes, last_change
from server.desk.answers.duplicates import relation_of
from server.desk.answers.publications import Selection as Public
from server.desk.errors import InvalidMerge, RequestNotFound
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests, requests
from server.desk.intake.subject import Subject
from server.desk.public.support import Support
from server.desk.triage.counter import Counter
from server.desk.triage.merges import Merges
from server.desk.triage.triage import PAGE, Selection, Triage
from tests.vaults import vault_of

HANA = Actor("hana", Role.PUBLISHER)
JIRO = Actor("jiro", Role.PUBLISHER)
FIRE = Actor("shobo", Role.EDITOR, "消防")
WELFARE = Actor("fukushi", Role.EDITOR, "福祉")
DAY = datetime.timedelta(days=1)
EVERY = Selection(state=None)


def received(engine: Engine, title: str = "AEDの場所", **others: Any) -> int:
    """The number of a request that was sent."""
    form = {"purpose": "大会の日に確かめたい", "category": "welfare", **others}
    return Requests(engine, vault_of(engine)).submit(RequestForm(title=title, **form)).number


def aged(engine: Engine, number: int, days: int) -> None:
    """Let a request have been received so many days ago."""
    at = datetime.datetime.now(datetime.UTC) - days * DAY
    with engine.begin() as connection:
        connection.execute(
            update(requests).where(requests.c.number == number).values(received_at=at)
        )


def numbers(engine: Engine, selection: Selection, actor: Actor = HANA) -> list[int]:
    rows, total = Triage(engine).queue(actor, selection, 1)
    assert total == len(rows)
    return [row.number for row in rows]


def seen(engine: Engine, number: int) -> int:
    with engine.connect() as connection:
        return last_change(connection, number)


def actions(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        query = select(audit.c.actor, audit.c.action, audit.c.subject).order_by(audit.c.id)
        return [(row.actor, row.action, row.subject) for row in connection.execute(query)]


def test_the_queue_is_chosen_by_all_that_tells_requests_apart(engine: Engine) -> None:
    aed = received(engine, "ＡＥＤの場所", contact="taro@example.jp")
    toilet = received(engine, "車いすのトイレ 100%", category="living")
    error = received(engine, "消火栓がない", subject=Subject("hydrants"), category="fire")
    form = RequestForm(title="井戸", purpose="ﾀﾝｸが空のとき", category="living")
    told = Counter(Requests(engine, vault_of(engine))).enter(
        form, "telephone", datetime.date(2026, 10, 1), actor=HANA
    )
    well = told.number
    answers = Answers(engine)
    answers.answer(toilet, Wording("多目的トイレ"), actor=HANA)
    answers.answer(error, verdict=Verdict("declined", "誤りではありません。"), actor=HANA)
    Triage(engine).assign(aed, Assignment("福祉", "fukushi"), actor=HANA)
    aged(engine, aed, 10)
    assert numbers(engine, Selection()) == [well, aed, toilet]
    assert numbers(engine, Selection(order="new")) == [toilet, aed, well]
    assert numbers(engine, EVERY) == [well, aed, toilet, error]
    for selection, expected in {
        Selection(state="declined"): [error],
        Selection(state="checking"): [],
        Selection(category="living"): [well, toilet],
        Selection(department="福祉"): [aed],
        Selection(department=""): [well, toilet],
        Selection(staff="fukushi"): [aed],
        Selection(days=7): [well, aed],
        Selection(is_public=True): [toilet],
        Selection(is_public=False): [well, aed],
        Selection(state=None, is_correction=True): [error],
        Selection(has_contact=True): [aed],
        Selection(channel="telephone"): [well],
        Selection(text="aed 場所"): [aed],
        Selection(text="タンク"): [well],
        Selection(text="多目的"): [toilet],
        Selection(text="100%"): [toilet],
        Selection(text="_"): [],
        Selection(text=f"#{aed}"): [aed],
        Selection(text="９" * 30): [],
        Selection(text="' OR 1=1 --"): [],
        Selection(text="taro@example.jp"): [],
    }.items():
        assert numbers(engine, selection) == expected, selection


def test_a_line_of_the_queue_tells_what_a_glance_needs(engine: Engine) -> None:
    number = received(engine, subject=Subject("hydrants"), contact="a@example.jp", category="fire")
    Triage(engine).assign(number, Assignment("消防"), actor=HANA)
    (row,), _total = Triage(engine).queue(HANA, Selection(), 1)
    assert (row.number, row.state, row.is_correction, row.is_public) == (
        number,
        "received",
        True,
        False,
    )
    assert (row.has_contact, row.channel, row.original) == (True, None, None)
    assert row.assignment == Assignment("消防")


def test_the_queue_has_pages(engine: Engine) -> None:
    every = [received(engine, f"t{index}") for index in range(PAGE + 2)]
    first, total = Triage(engine).queue(HANA, Selection(), 1)
    second, _total = Triage(engine).queue(HANA, Selection(), 2)
    assert total == PAGE + 2
    assert [row.number for row in (*first, *second)] == every
    assert Triage(engine).queue(HANA, Selection(), 3)[0] == []


def test_a_department_sees_its_own_and_what_is_nobodys(engine: Engine) -> None:
    triage, merges, answers = Triage(engine), Merges(engine), Answers(engine)
    own, other, free = (received(engine, title) for title in ("消火栓", "AED", "井戸"))
    triage.assign(own, Assignment("消防"), actor=HANA)
    triage.assign(other, Assignment("福祉"), actor=HANA)
    assert numbers(engine, Selection(), FIRE) == [own, free]
    assert numbers(engine, Selection(), HANA) == [own, other, free]
    assert triage.departments(FIRE) == ["消防"]
    assert sum(triage.counts(FIRE).by_state.values()) == 2
    before = actions(engine)
    for act in (
        lambda: triage.assign(other, NOBODY, actor=FIRE),
        lambda: merges.merge(own, other, actor=FIRE),
        lambda: merges.merge(other, own, actor=FIRE),
        lambda: merges.separate(other, actor=FIRE),
        lambda: answers.answer(other, Wording(), actor=FIRE),
        lambda: answers.answer(other, verdict=Verdict("checking"), actor=FIRE),
        lambda: answers.withdraw(other, actor=FIRE),
        lambda: Changes(engine).of(FIRE, other),
    ):
        with pytest.raises(RequestNotFound):
            act()
    assert actions(engine) == before
    triage.assign(free, Assignment("福祉"), actor=FIRE)
    assert numbers(engine, Selection(), FIRE) == [own]
    assert numbers(engine, Selection(), WELFARE) == [other, free]


def test_a_request_is_handed_on_and_given_back(engine: Engine) -> None:
    number, triage = received(engine), Triage(engine)
    triage.assign(number, Assignment("福祉", "fukushi"), actor=HANA)
    triage.assign(number, NOBODY, actor=WELFARE)
    (row,), _total = triage.queue(HANA, Selection(), 1)
    assert row.assignment == NOBODY
    changes = Changes(engine).of(HANA, number)
    assert [(change.actor, change.action) for change in changes] == [
        ("hana", "request.assign"),
        ("fukushi", "request.assign"),
    ]
    assert changes[1].before == {"department": "福祉", "staff": "fukushi"}


def test_the_second_of_two_who_answer_at_once_is_told_what_changed(engine: Engine) -> None:
    number, answers = received(engine), Answers(engine)
    looked_at = seen(engine, number)
    answers.answer(number, verdict=Verdict("adopted", "載せます。"), actor=HANA, seen=looked_at)
    for act in (
        lambda: answers.answer(
            number, verdict=Verdict("declined", "載せません。"), actor=JIRO, seen=looked_at
        ),
        lambda: answers.answer(number, Wording(), actor=JIRO, seen=looked_at),
        lambda: answers.withdraw(number, actor=JIRO, seen=looked_at),
        lambda: Triage(engine).assign(number, NOBODY, actor=JIRO, seen=looked_at),
        lambda: Merges(engine).merge(number, received(engine, "別"), actor=JIRO, seen=looked_at),
    ):
        with pytest.raises(ChangedMeanwhile) as error:
            act()
        (change,) = error.value.changes
        assert (change.actor, change.action) == ("hana", "request.decide")
        assert change.after["state"] == "adopted"
    assert [each.state for each in answers.standing(number).decisions] == ["adopted"]
    answers.answer(
        number,
        verdict=Verdict("declined", "載せません。"),
        actor=JIRO,
        seen=seen(engine, number),
    )


def test_of_many_who_decide_at_the_same_moment_one_does(engine: Engine) -> None:
    number, answers = received(engine), Answers(engine)

    def decide(index: int) -> bool:
        verdict, actor = Verdict("declined", f"理由{index}"), Actor(f"s{index}", Role.PUBLISHER)
        try:
            answers.answer(number, verdict=verdict, actor=actor, seen=0)
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(decide, range(8))) == [False] * 7 + [True]
    assert len(answers.standing(number).decisions) == 1


def test_counts_and_ages_are_of_what_one_may_see(engine: Engine) -> None:
    triage, answers = Triage(engine), Answers(engine)
    assert (triage.counts(HANA).oldest, triage.counts(HANA).days_to_decision) == (None, None)
    first, second, third, copy = (received(engine, title) for title in "あいうえ")
    for number, days in ((first, 30), (second, 4), (third, 2)):
        aged(engine, number, days)
    Merges(engine).merge(copy, first, actor=HANA)
    answers.answer(second, verdict=Verdict("checking"), actor=HANA)
    for number in (second, third):
        answers.answer(number, verdict=Verdict("declined", "理由"), actor=HANA)
    answers.answer(second, verdict=Verdict("adopted", "理由"), actor=HANA)
    counts = triage.counts(HANA)
    assert counts.by_state == {"received": 1, "adopted": 1, "declined": 1}
    assert counts.oldest is not None
    assert (datetime.datetime.now(datetime.UTC) - counts.oldest) // DAY == 30
    assert counts.days_to_decision == pytest.approx(3, abs=0.1)


def relation(engine: Engine, number: int) -> tuple[int | None, list[int]]:
    with engine.connect() as connection:
        related = relation_of(connection, number)
    original = related.original.number if related.original else None
    return original, [duplicate.number for duplicate in related.duplicates]


def test_a_duplicate_stands_with_its_original_and_can_be_separated(engine: Engine) -> None:
    a, b, c, d = (received(engine, title) for title in "abcd")
    merges = Merges(engine)
    assert merges.merge(c, b, actor=HANA) == b
    assert merges.merge(b, a, actor=HANA) == a
    assert merges.merge(d, c, actor=HANA) == a
    assert relation(engine, a) == (None, [b, c, d])
    assert relation(engine, c) == (a, [])
    assert numbers(engine, Selection(is_duplicate=True)) == [b, c, d]
    assert merges.separate(b, actor=HANA) == a
    assert relation(engine, a) == (None, [])
    assert relation(engine, b) == (None, [c, d])
    assert relation(engine, d) == (b, [])
    assert merges.merge(a, b, actor=HANA) == b
    assert relation(engine, b) == (None, [a, c, d])


def test_a_request_is_no_duplicate_of_itself_nor_of_its_own(engine: Engine) -> None:
    a, b, c = (received(engine, title) for title in "abc")
    merges = Merges(engine)
    merges.merge(b, a, actor=HANA)
    merges.merge(c, b, actor=HANA)
    for duplicate, original, reason in (
        (a, a, "itself"),
        (a, b, "duplicate"),
        (a, c, "duplicate"),
        (b, c, "merged"),
    ):
        with pytest.raises(InvalidMerge) as error:
            merges.merge(duplicate, original, actor=HANA)
        assert error.value.reason == reason
    with pytest.raises(InvalidMerge, match="separate"):
        merges.separate(a, actor=HANA)
    for absent in (c + 1, 2**40, 0):
        with pytest.raises(RequestNotFound):
            merges.merge(a, absent, actor=HANA)
    assert relation(engine, a) == (None, [b, c])


def test_merges_that_meet_leave_no_circle_and_no_chain(engine: Engine) -> None:
    a, b, c = (received(engine, title) for title in "abc")
    merges = Merges(engine)

    def merge(pair: tuple[int, int]) -> None:
        with suppress(InvalidMerge):
            merges.merge(*pair, actor=HANA)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(merge, [(a, b), (b, a), (b, c), (c, b), (c, a), (a, c)]))
    relations = {number: relation(engine, number) for number in (a, b, c)}
    (root,) = [number for number, (original, _copies) in relations.items() if original is None]
    assert all(original in (None, root) for original, _copies in relations.values())
    assert len(relations[root][1]) == 2


def test_a_public_page_points_to_a_public_original_only(engine: Engine) -> None:
    a, b = received(engine), received(engine, "AED")
    merges, answers = Merges(engine), Answers(engine)
    answers.answer(b, Wording(), actor=HANA)
    merges.merge(b, a, actor=HANA)
    assert (answers.public(b).original, answers.standing(b).original) == (None, None)
    assert [request.number for request in answers.page(Public(), 1)[0]] == [b]
    answers.answer(a, Wording(), actor=HANA)
    assert (answers.public(b).original, answers.standing(b).original) == (a, a)
    assert (answers.public(a).original, answers.standing(a).original) == (None, None)
    requests_listed, total = answers.page(Public(), 1)
    assert ([request.number for request in requests_listed], total) == ([a], 1)
    merges.separate(b, actor=HANA)
    assert (answers.public(b).original, answers.standing(b).original) == (None, None)
    assert answers.page(Public(), 1)[1] == 2


def test_support_of_a_duplicate_counts_for_its_original(engine: Engine) -> None:
    a, b = received(engine), received(engine, "AED")
    merges, answers, support = Merges(engine), Answers(engine), Support(engine)
    for number in (a, b):
        answers.answer(number, Wording(), actor=HANA)
        support.give(number, f"{number}" * 40)
    merges.merge(b, a, actor=HANA)
    assert (answers.public(a).supports, answers.public(b).supports) == (2, 1)
    other = received(engine, "井戸")
    answers.answer(other, Wording(), actor=HANA)
    support.give(other, "o" * 40)
    listed, _total = answers.page(Public(order="supported"), 1)
    assert [request.number for request in listed] == [a, other]
    merges.separate(b, actor=HANA)
    assert answers.public(a).supports == 1


def test_every_act_is_in_the_audit_and_no_words_are(engine: Engine) -> None:
    a, b = received(engine, "秘密の題"), received(engine, "秘密の題2")
    Triage(engine).assign(a, Assignment("消防"), actor=HANA)
    Merges(engine).merge(b, a, actor=HANA)
    Merges(engine).separate(b, actor=HANA)
    assert actions(engine) == [
        ("hana", "request.assign", f"request {a}"),
        ("hana", "request.merge", f"request {b}"),
        ("hana", "request.separate", f"request {b}"),
    ]
    with engine.connect() as connection:
        assert "秘密" not in repr(connection.execute(select(audit)).all())
