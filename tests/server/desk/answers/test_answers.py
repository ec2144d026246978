"""What of requests is public and how they were decided, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.publications import PAGE, Selection
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Request, Requests
from server.desk.intake.subject import Subject
from tests.cases import queued, received_of
from tests.vaults import vault_of


def received(engine: Engine, title: str = "AEDの場所", **others: object) -> Request:
    """A request that was sent."""
    form = {"purpose": "大会の日に確かめたい", "category": "welfare", **others}
    return Requests(engine, vault_of(engine)).submit(RequestForm(title=title, **form))  # type: ignore[arg-type]


def publish(
    answers: Answers,
    number: int,
    title: str | None = None,
    purpose: str | None = None,
    *,
    with_place: bool = True,
) -> None:
    """Publish a request, in these words where they are given."""
    answers.answer(number, Wording(title, purpose, with_place), actor=COMMAND_LINE)


def decide(answers: Answers, number: int, *verdict: str) -> None:
    """Bring a request into a state, for a reason, answered by a layer."""
    answers.answer(number, verdict=Verdict(*verdict), actor=COMMAND_LINE)


def numbers(answers: Answers, selection: Selection | None = None, page: int = 1) -> list[int]:
    return [each.number for each in answers.page(selection or Selection(), page)[0]]


def test_nothing_is_public_before_it_is_published(engine: Engine) -> None:
    answers = Answers(engine)
    number = received(engine).number
    decide(answers, number, "checking")
    assert answers.page(Selection(), 1) == ([], 0)
    assert not answers.standing(number).is_public
    with pytest.raises(RequestNotFound):
        answers.public(number)
    publish(answers, number)
    assert answers.standing(number).is_public
    assert answers.public(number).title == "AEDの場所"
    answers.withdraw(number, actor=COMMAND_LINE)
    assert answers.page(Selection(), 1) == ([], 0)
    with pytest.raises(RequestNotFound):
        answers.withdraw(number, actor=COMMAND_LINE)


def test_what_is_public_may_be_said_in_other_words_and_without_its_place(engine: Engine) -> None:
    answers = Answers(engine)
    home = Place(35.8, 139.6)
    number = received(
        engine, "太郎の家の前の街灯 090-1234-5678", place=home, contact="t@example.jp"
    ).number
    publish(answers, number, "本町の街灯", "夜道が暗い", with_place=False)
    public = answers.public(number)
    assert (public.title, public.purpose, public.place) == ("本町の街灯", "夜道が暗い", None)
    for text in ("太郎", "090", "example.jp"):
        assert text not in repr(public)
        assert numbers(answers, Selection(text=text)) == []
    first = public.published_at
    publish(answers, number, "本町の街灯", "夜道が暗い")
    public = answers.public(number)
    assert public.place == home
    assert public.published_at == first
    assert public.changed_at > first


def test_a_decision_is_kept_with_those_before_it(engine: Engine) -> None:
    answers = Answers(engine)
    request = received(engine)
    publish(answers, request.number)
    decide(answers, request.number, "considering")
    decide(answers, request.number, "adopted", "来年度に調べて載せます。")
    decide(answers, request.number, "available", "載せました。", "aed")
    public = answers.public(request.number)
    assert public.state == "available"
    assert [(each.state, each.reason, each.layer) for each in public.decisions] == [
        ("considering", "", None),
        ("adopted", "来年度に調べて載せます。", None),
        ("available", "載せました。", "aed"),
    ]
    assert answers.standing(request.number).decisions == public.decisions
    assert (
        Requests(engine, vault_of(engine)).of_sender(request.number, request.token).state
        == "available"
    )


@pytest.mark.parametrize("state", ["adopted", "declined", "available"])
def test_what_is_decided_has_a_reason(engine: Engine, state: str) -> None:
    answers = Answers(engine)
    number = received(engine).number
    for reason in ("", "  \n"):
        with pytest.raises(InvalidAnswer, match=r"reason is .* wanted a text"):
            decide(answers, number, state, reason)
    assert answers.standing(number).decisions == []


def test_a_state_that_is_none_and_a_request_that_is_none_are_refused(engine: Engine) -> None:
    answers = Answers(engine)
    number = received(engine).number
    with pytest.raises(InvalidAnswer, match="state is 'done'; wanted one of received, checking"):
        decide(answers, number, "done")
    with pytest.raises(InvalidAnswer, match="at most 100 characters"):
        publish(answers, number, "あ" * 101)
    for absent in (number + 1, 2**40):
        with pytest.raises(RequestNotFound):
            answers.public(absent)
    for absent in (number + 1, 2**40, 0):
        with pytest.raises(RequestNotFound):
            decide(answers, absent, "checking")
        with pytest.raises(RequestNotFound):
            publish(answers, absent)
        with pytest.raises(RequestNotFound):
            answers.withdraw(absent, actor=COMMAND_LINE)


def test_the_list_is_chosen_searched_ordered_and_paged(engine: Engine) -> None:
    answers = Answers(engine)
    aed = received(engine, "ＡＥＤの場所").number
    toilet = received(engine, "車いすのトイレ 100%", category="living").number
    error = received(engine, "消火栓がない", subject=Subject("hydrants"), category="fire").number
    for number in (aed, toilet, error):
        publish(answers, number)
    decide(answers, aed, "considering")
    assert numbers(answers) == [error, toilet, aed]
    assert numbers(answers, Selection(order="changed")) == [aed, error, toilet]
    assert numbers(answers, Selection(state="considering")) == [aed]
    assert numbers(answers, Selection(category="living")) == [toilet]
    assert numbers(answers, Selection(text="aed 場所")) == [aed]
    assert numbers(answers, Selection(text="%")) == [toilet]
    assert numbers(answers, Selection(text="_")) == []
    for number in range(PAGE):
        publish(answers, received(engine, f"t{number}").number)
    found, total = answers.page(Selection(), 1)
    assert (len(found), total) == (PAGE, PAGE + 3)
    assert numbers(answers, page=2) == [error, toilet, aed]
    assert numbers(answers, page=3) == []


def test_an_answer_is_written_whole_or_not_at_all(engine: Engine) -> None:
    answers = Answers(engine)
    number = received(engine).number
    with pytest.raises(InvalidAnswer):
        answers.answer(number, Wording(), Verdict("declined"), actor=COMMAND_LINE)
    with pytest.raises(InvalidAnswer):
        answers.answer(number, Wording("あ" * 101), Verdict("declined", "理由"), actor=COMMAND_LINE)
    assert not answers.standing(number).is_public
    assert answers.standing(number).decisions == []
    assert received_of(engine, number).request.state == "received"
    answers.answer(number, Wording(), Verdict("declined", "理由"), actor=COMMAND_LINE)
    assert answers.public(number).state == "declined"


def test_the_desk_reads_all_that_was_sent(engine: Engine) -> None:
    place, subject = Place(35.8, 139.6), Subject("hydrants", 7, "角")
    sent = received(engine, contact="t@example.jp", place=place, subject=subject)
    received_request = received_of(engine, sent.number)
    assert (received_request.request, received_request.contact) == (sent, "t@example.jp")
    assert (sent.place, sent.subject, received_request.is_public) == (place, subject, False)
    publish(Answers(engine), sent.number)
    assert received_of(engine, sent.number).is_public
    other = received(engine, "次のもの")
    decide(Answers(engine), other.number, "checking")
    assert [(each.number, each.is_public) for each in queued(engine)] == [
        (sent.number, True),
        (other.number, False),
    ]
    assert [each.number for each in queued(engine, "checking")] == [other.number]
    with pytest.raises(RequestNotFound):
        received_of(engine, 2**40)
