"""What was sent in confidence is erased when its time has come, and what is of before is sealed."""

from __future__ import annotations

import datetime
import secrets
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update

from server.database.engine import reading
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict
from server.desk.confidential.contacts import contacts, sealed_contact
from server.desk.confidential.vault import Vault
from server.desk.errors import RequestNotFound
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Request, Requests, requests
from server.desk.public.own_request import OwnRequest
from server.desk.retention.keeping import Keeping, seal_contacts, vault_upkeep
from server.desk.retention.retention import Erasure, Retention
from server.texts import translator
from tests.cases import received_of
from tests.server.conftest import VaultAt
from tests.server.desk.public.test_own_request import PLANTED, holds

RETENTION = Retention(180)


def send(engine: Engine, vault: Vault, title: str) -> Request:
    form = RequestForm(title=title, purpose="p", category="fire", contact="t@example.jp")
    return Requests(engine, vault).submit(form)


def in_days(days: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)


def test_what_is_settled_is_erased_sooner_than_what_is_open(engine: Engine, vault: Vault) -> None:
    answers, own = Answers(engine), OwnRequest(engine, vault)
    waiting, declined, adopted, withdrawn = (
        send(engine, vault, title) for title in ("waiting", "declined", "adopted", "withdrawn")
    )
    for request, state in ((declined, "declined"), (adopted, "adopted")):
        verdict = Verdict(state, "理由")
        answers.answer(request.number, verdict=verdict, actor=COMMAND_LINE)
    own.withdraw(withdrawn.number, withdrawn.token)
    erasure = Erasure(engine, vault, RETENTION)
    assert erasure.by_rule(in_days(179)) == []
    assert erasure.by_rule(in_days(181)) == [declined.number, withdrawn.number]
    assert erasure.by_rule(in_days(181)) == []
    received = received_of(engine, declined.number)
    assert (received.contact, received.request.erased_at is None) == (None, False)
    assert received_of(engine, waiting.number).contact == "t@example.jp"
    assert erasure.by_rule(in_days(364)) == []
    assert erasure.by_rule(in_days(366)) == [waiting.number, adopted.number]
    assert answers.standing(declined.number).decisions[0].reason == "理由"
    with reading(engine) as connection:
        assert connection.execute(select(contacts)).all() == []
        entries = select(audit.c.subject).where(audit.c.action == "request.erase")
        assert len(connection.execute(entries).all()) == 4


def test_who_adds_to_a_request_is_kept_longer_and_can_add_after_it_was_erased(
    engine: Engine, vault: Vault
) -> None:
    request, own = send(engine, vault, "t"), OwnRequest(engine, vault)
    answers, erasure = Answers(engine), Erasure(engine, vault, RETENTION)
    answers.answer(request.number, verdict=Verdict("declined", "理由"), actor=COMMAND_LINE)
    own.add(request.number, request.token, "before", translator("en"))
    erasure.now(request.number, actor=COMMAND_LINE)
    assert [each.text for each in own.supplements(request.number, request.token)] == [None]
    own.add(request.number, request.token, "after", translator("en"))
    added = [each.text for each in own.supplements(request.number, request.token)]
    assert added == [None, "after"]
    assert erasure.by_rule(in_days(179)) == []
    assert erasure.by_rule(in_days(181)) == [request.number]
    with pytest.raises(RequestNotFound):
        erasure.now(request.number + 1, actor=COMMAND_LINE)


def of_before(engine: Engine, contact: str | None) -> None:
    """A request as it was stored when there were no keys."""
    row = {"token": "t", "submission": secrets.token_hex(), "title": "t", "purpose": "p"}
    with engine.begin() as connection:
        number = connection.execute(
            requests.insert()
            .values(**row, category="fire", state="received", received_at=in_days(0))
            .returning(requests.c.number)
        ).scalar_one()
        if contact is not None:
            connection.execute(contacts.insert().values(number=number, contact=contact))


def test_contacts_of_before_are_sealed_and_leave_the_database(engine: Engine, vault: Vault) -> None:
    for contact in (PLANTED, None, *(f"c{number}" for number in range(300))):
        of_before(engine, contact)
    assert holds(engine, vault, PLANTED)
    assert received_of(engine, 1).contact == PLANTED
    assert seal_contacts(engine, vault)
    assert not holds(engine, vault, PLANTED)
    assert [received_of(engine, number).contact for number in (1, 2, 3, 302)] == [
        PLANTED,
        None,
        "c0",
        "c299",
    ]
    with reading(engine) as connection:
        sealed = connection.execute(select(contacts).order_by(contacts.c.number)).all()
    assert seal_contacts(engine, vault)  # once is enough
    with reading(engine) as connection:
        assert connection.execute(select(contacts).order_by(contacts.c.number)).all() == sealed


def test_sealing_that_was_cut_off_is_taken_up_again(engine: Engine, vault: Vault) -> None:
    for contact in ("a", "b"):
        of_before(engine, contact)
    with engine.begin() as connection:  # the first was sealed, and then the power failed
        key = vault.new_key()
        connection.execute(update(requests).where(requests.c.number == 1).values(key=key))
        sealed = sealed_contact(vault, key, "a")
        connection.execute(update(contacts).where(contacts.c.number == 1).values(contact=sealed))
    assert seal_contacts(engine, vault)
    assert [received_of(engine, number).contact for number in (1, 2)] == ["a", "b"]


def test_without_the_secret_nothing_is_made_sealed_or_erased(
    engine: Engine,
    vault: Vault,
    vault_at: VaultAt,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    send(engine, vault, "t")
    (tmp_path / "secret.key").rename(tmp_path / "away")
    upkeep = vault_upkeep(engine, vault_at(tmp_path / "secret.key"))
    upkeep.look()
    assert upkeep.problem is not None
    assert "the secret is missing" in upkeep.problem
    assert not (tmp_path / "secret.key").exists()
    assert "the secret is missing" in caplog.text
    erasure = Erasure(engine, vault, RETENTION)
    Keeping(engine, vault, erasure, lambda: upkeep.problem is None).look()
    (tmp_path / "away").rename(tmp_path / "secret.key")
    upkeep.look()
    assert upkeep.problem is None


def test_a_database_of_people_s_requests_gets_no_new_keys(
    engine: Engine, vault: Vault, vault_at: VaultAt, tmp_path: Path
) -> None:
    send(engine, vault, "t")
    with vault.keys.begin() as connection:
        connection.execute(text("DELETE FROM request_keys"))
    if engine.dialect.name == "sqlite":
        Path(vault.keys.url.database or "").unlink()
    upkeep = vault_upkeep(engine, vault_at(tmp_path / "secret.key"))
    upkeep.look()
    assert upkeep.problem is not None
    assert "the requests' keys are gone" in upkeep.problem
    if engine.dialect.name == "sqlite":
        assert not Path(vault.keys.url.database or "").exists()
