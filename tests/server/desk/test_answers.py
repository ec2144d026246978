"""What of requests is public and how they were decided, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from server.desk.answers import PAGE, Answers, Selection
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.form import Place, RequestForm
from server.desk.requests import Request, Requests
from server.desk.subject import Subject


def received(engine: Engine, title: str = "AEDの場所", **others: object) -> Request:
    """A request that was sent."""
    form = {"purpose": "大会の日に確かめたい", "category": "welfare", **others}
    return Requests(engine).submit(RequestForm(title=title, **form))  # type: ignore[arg-type]


def numbers(answers: Answers, selection: Selection | None = None, page: int = 1) -> list[int]:
    return [each.number for each in answers.page(selection or Selection(), page)[0]]


def test_nothing_is_public_before_it_is_published(engine: Engine) -> None:
    answers = Answers(engine)
    number = received(engine).number
    answers.decide(number, "checking")
    assert answers.page(Selection(), 1) == ([], 0)
    assert not answers.is_public(number)
    with pytest.raises(RequestNotFound):
        answers.public(number)
    answers.publish(number)
    assert answers.is_public(number)
    assert answers.public(number).title == "AEDの場所"
    answers.withdraw(number)
    assert answers.page(Selection(), 1) == ([], 0)
    with pytest.raises(RequestNotFound):
        answers.withdraw(number)


def test_what_is_public_may_be_said_in_other_words_and_without_its_place(engine: Engine) -> None:
    answers = Answers(engine)
    home = Place(35.8, 139.6)
    number = received(
        engine, "太郎の家の前の街灯 090-1234-5678", place=home, contact="t@example.jp"
    ).number
    answers.publish(number, "本町の街灯", "夜道が暗い", with_place=False)
    public = answers.public(number)
    assert (public.title, public.purpose, public.place) == ("本町の街灯", "夜道が暗い", None)
    for text in ("太郎", "090", "example.jp"):
        assert text not in repr(public)
        assert numbers(answers, Selection(text=text)) == []
    first = public.published_at
    answers.publish(number, "本町の街灯", "夜道が暗い")
    public = answers.public(number)
    assert public.place == home
    assert public.published_at == first
    assert public.changed_at > first


def test_a_decision_is_kept_with_those_before_it(engine: Engine) -> None:
    answers = Answers(engine)
    request = received(engine)
    answers.publish(request.number)
    answers.decide(request.number, "considering")
    answers.decide(request.number, "adopted", "来年度に調べて載せます。")
    answers.decide(request.number, "available", "載せました。", "aed")
    public = answers.public(request.number)
    assert public.state == "available"
    assert [(each.state, each.reason, each.layer) for each in public.decisions] == [
        ("considering", "", None),
        ("adopted", "来年度に調べて載せます。", None),
        ("available", "載せました。", "aed"),
    ]
    assert answers.of_request(request.number) == public.decisions
    assert Requests(engine).of_sender(request.number, request.token).state == "available"


@pytest.mark.parametrize("state", ["adopted", "declined", "available"])
def test_what_is_decided_has_a_reason(engine: Engine, state: str) -> None:
    answers = Answers(engine)
    number = received(engine).number
    for reason in ("", "  \n"):
        with pytest.raises(InvalidAnswer, match=r"reason is .* wanted a text"):
            answers.decide(number, state, reason)
    assert answers.of_request(number) == []


def test_a_state_that_is_none_and_a_request_that_is_none_are_refused(engine: Engine) -> None:
    answers = Answers(engine)
    number = received(engine).number
    with pytest.raises(InvalidAnswer, match="state is 'done'; wanted one of received, checking"):
        answers.decide(number, "done")
    with pytest.raises(InvalidAnswer, match="at most 100 characters"):
        answers.publish(number, "あ" * 101)
    for absent in (number + 1, 2**40):
        with pytest.raises(RequestNotFound):
            answers.public(absent)
    with pytest.raises(RequestNotFound):
        answers.decide(number + 1, "checking")
    with pytest.raises(RequestNotFound):
        answers.publish(number + 1)


def test_the_list_is_chosen_searched_ordered_and_paged(engine: Engine) -> None:
    answers = Answers(engine)
    aed = received(engine, "ＡＥＤの場所").number
    toilet = received(engine, "車いすのトイレ 100%", category="living").number
    error = received(engine, "消火栓がない", subject=Subject("hydrants"), category="fire").number
    for number in (aed, toilet, error):
        answers.publish(number)
    answers.decide(aed, "considering")
    assert numbers(answers) == [error, toilet, aed]
    assert numbers(answers, Selection(order="changed")) == [aed, error, toilet]
    assert numbers(answers, Selection(state="considering")) == [aed]
    assert numbers(answers, Selection(category="living")) == [toilet]
    assert numbers(answers, Selection(text="aed 場所")) == [aed]
    assert numbers(answers, Selection(text="%")) == [toilet]
    assert numbers(answers, Selection(text="_")) == []
    for number in range(PAGE):
        answers.publish(received(engine, f"t{number}").number)
    found, total = answers.page(Selection(), 1)
    assert (len(found), total) == (PAGE, PAGE + 3)
    assert numbers(answers, page=2) == [error, toilet, aed]
    assert numbers(answers, page=3) == []
