"""What senders do with their requests, on SQLite and on PostgreSQL."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.database.engine import metadata, reading
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.answers.publications import Selection
from server.desk.confidential.vault import Vault
from server.desk.errors import Erased, InvalidAnswer, InvalidForm, RequestNotFound
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Request, Requests
from server.desk.public.own_request import MOST_SUPPLEMENTS, OwnRequest
from server.desk.triage.supplement_answers import SupplementAnswers
from server.texts import translator
from tests.cases import queued, received_of

PLANTED = "planted-090-1234-5678@example.jp"
_ = translator("en")


@pytest.fixture
def own(engine: Engine, vault: Vault) -> OwnRequest:
    return OwnRequest(engine, vault)


def send(engine: Engine, vault: Vault, title: str = "AEDの場所") -> Request:
    form = RequestForm(title=title, purpose="大会の日", category="welfare", contact=PLANTED)
    return Requests(engine, vault).submit(form)


def files_of(engine: Engine, vault: Vault) -> list[Path]:
    """All the files of a SQLite database and its keys."""
    paths = [Path(each.url.database or "") for each in (engine, vault.keys)]
    return [file for path in paths for file in path.parent.glob(f"{path.name}*")]


def holds(engine: Engine, vault: Vault, planted: str) -> bool:
    """Whether a text is anywhere in the database, in plain bytes."""
    if engine.dialect.name == "sqlite":
        return any(planted.encode() in file.read_bytes() for file in files_of(engine, vault))
    with reading(engine) as connection:
        rows = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    return planted in repr(rows)


def test_a_contact_is_in_no_byte_of_the_database(
    engine: Engine, vault: Vault, own: OwnRequest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    request = send(engine, vault)
    own.add(request.number, request.token, f"また {PLANTED}", _)
    Answers(engine).answer(request.number, Wording(), Verdict("checking"), actor=COMMAND_LINE)
    assert not holds(engine, vault, PLANTED)
    assert holds(engine, vault, "AEDの場所")
    received = received_of(engine, request.number)
    assert received.contact == PLANTED
    assert [each.text for each in received.supplements] == [f"また {PLANTED}"]
    assert PLANTED not in caplog.text
    assert PLANTED not in repr(Answers(engine).public(request.number))


def test_what_is_added_is_public_when_the_desk_publishes_it(
    engine: Engine, vault: Vault, own: OwnRequest
) -> None:
    request, answers = send(engine, vault), Answers(engine)
    number = request.number
    answers.answer(number, Wording(), actor=COMMAND_LINE)
    for words in ("夜も使えるか", "夜も使えるか", "電話 090-1234-5678"):
        own.add(number, request.token, words, _)
    night, telephone = own.supplements(number, request.token)
    assert (night.text, night.public_text) == ("夜も使えるか", None)
    assert answers.public(number).supplements == []
    desk = SupplementAnswers(engine, vault)
    desk.publish(number, night.id, actor=COMMAND_LINE)
    with pytest.raises(InvalidAnswer, match="personal is 'telephone'"):
        desk.publish(number, telephone.id, actor=COMMAND_LINE)
    with pytest.raises(InvalidAnswer, match="supplement is 99"):
        desk.publish(number, 99, actor=COMMAND_LINE)
    desk.publish(number, telephone.id, "電話あり", actor=COMMAND_LINE)
    public = answers.public(number)
    assert [each.text for each in public.supplements] == ["夜も使えるか", "電話あり"]
    assert answers.page(Selection(), 1)[0] == [public]


def test_so_many_texts_can_be_added_and_no_more(
    engine: Engine, vault: Vault, own: OwnRequest
) -> None:
    request = send(engine, vault)
    for number in range(MOST_SUPPLEMENTS):
        own.add(request.number, request.token, f"t{number}", _)
    with pytest.raises(InvalidForm, match="No more than 20 texts"):
        own.add(request.number, request.token, "t20", _)
    own.add(request.number, request.token, "t3", _)  # pressed twice
    assert len(own.supplements(request.number, request.token)) == MOST_SUPPLEMENTS


def test_what_is_withdrawn_leaves_the_public_and_cannot_be_published(
    engine: Engine, vault: Vault, own: OwnRequest
) -> None:
    request, answers = send(engine, vault), Answers(engine)
    answers.answer(request.number, Wording(), actor=COMMAND_LINE)
    own.withdraw(request.number, request.token)
    own.withdraw(request.number, request.token)
    with pytest.raises(RequestNotFound):
        answers.public(request.number)
    with pytest.raises(InvalidAnswer, match="sender has not withdrawn"):
        answers.answer(request.number, Wording(), actor=COMMAND_LINE)
    stored = Requests(engine, vault).of_sender(request.number, request.token)
    assert (stored.state, stored.withdrawn_at is None) == ("received", False)
    assert [each.is_withdrawn for each in queued(engine)] == [True]
    assert send(engine, vault, "次").number == request.number + 1
    form = RequestForm(title="t", purpose="p", category="fire")
    assert Requests(engine, vault, most_waiting=2).submit(form).number == request.number + 2


def test_what_is_deleted_is_nowhere_but_its_number(
    engine: Engine, vault: Vault, own: OwnRequest
) -> None:
    request, answers = send(engine, vault, "planted-title"), Answers(engine)
    other = send(engine, vault, "other")
    own.add(request.number, request.token, "planted-more", _)
    (added,) = own.supplements(request.number, request.token)
    answers.answer(request.number, Wording(), Verdict("checking"), actor=COMMAND_LINE)
    SupplementAnswers(engine, vault).publish(request.number, added.id, actor=COMMAND_LINE)
    own.delete(request.number, request.token)
    assert not any(holds(engine, vault, each) for each in (PLANTED, "planted-", request.token))
    assert request.key is not None
    with pytest.raises(Erased):
        vault.seal(request.key, "contact", b"")
    with pytest.raises(RequestNotFound):
        Requests(engine, vault).of_sender(request.number, request.token)
    with pytest.raises(RequestNotFound):
        answers.public(request.number)
    with pytest.raises(RequestNotFound):
        own.delete(request.number, request.token)
    assert received_of(engine, other.number).contact == PLANTED
    assert send(engine, vault, "third").number == other.number + 1
    with reading(engine) as connection:
        about = select(audit).where(audit.c.subject == f"request {request.number}")
        entries = connection.execute(about.order_by(audit.c.id)).all()
    assert [each.action for each in entries][-1] == "request.delete"
    assert "planted" not in repr(entries)


def test_nothing_is_done_with_another_token(engine: Engine, vault: Vault, own: OwnRequest) -> None:
    request, other = send(engine, vault), send(engine, vault, "other")
    for number, token in (
        (request.number, other.token),
        (request.number, ""),
        (other.number + 1, request.token),
        (0, request.token),
        (2**40, request.token),
    ):
        for use in (own.supplements, own.withdraw, own.delete):
            with pytest.raises(RequestNotFound):
                use(number, token)
        with pytest.raises(RequestNotFound):
            own.add(number, token, "t", _)
    assert received_of(engine, request.number).request.withdrawn_at is None


def test_whatever_belongs_to_a_request_goes_with_it() -> None:
    rules = {
        str(key.parent): key.ondelete
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "requests"
    }
    assert rules
    assert set(rules.values()) <= {"CASCADE", "SET NULL"}


def test_what_may_reach_a_person_is_published_when_somebody_confirms_it(
    engine: Engine, vault: Vault
) -> None:
    answers = Answers(engine)
    number = send(engine, vault, "消防署 048-463-0119 の電話").number
    with pytest.raises(InvalidAnswer, match="personal is 'telephone'; wanted words without it"):
        answers.answer(number, Wording(), actor=COMMAND_LINE)
    answers.answer(number, Wording("消防署の電話"), actor=COMMAND_LINE)
    answers.answer(number, Wording(confirmed=True), actor=COMMAND_LINE)
    assert answers.public(number).title == "消防署 048-463-0119 の電話"
