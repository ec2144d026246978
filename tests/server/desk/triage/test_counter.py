"""Requests of people who telephone, write or come: entered by staff, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Engine, select

from layers.japanese.time_zone import JAPAN_TIME
from server.desk.accounts.audit import audit
from server.desk.accounts.roles import Actor, Role
from server.desk.errors import DeskFull
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from server.desk.triage.counter import CHANNELS, Counter
from server.desk.triage.triage import Selection, Triage
from server.texts import translator
from server.texts.staff_requests import channel_labels
from tests.vaults import vault_of

HANA = Actor("hana", Role.EDITOR)
FORM = RequestForm(
    title="井戸の場所",
    purpose="断水のとき",
    category="living",
    contact="048-463-1111",
    nonce="n" * 22,
)


def test_what_was_told_by_telephone_stands_in_the_queue_at_its_day(engine: Engine) -> None:
    counter = Counter(Requests(engine, vault_of(engine)))
    today = datetime.datetime.now(JAPAN_TIME).date()
    earlier = today - datetime.timedelta(days=40)
    entered = counter.enter(FORM, "telephone", earlier, actor=HANA)
    (row,), _total = Triage(engine).queue(HANA, Selection(), 1)
    assert (row.number, row.channel, row.has_contact) == (entered.number, "telephone", True)
    assert row.received_at.astimezone(JAPAN_TIME).date() == earlier
    other = RequestForm(title="AED", purpose="p", category="living")
    number = counter.enter(other, "counter", today, actor=HANA).number
    received = Requests(engine, vault_of(engine)).of_sender
    rows, _total = Triage(engine).queue(HANA, Selection(), 1)
    assert [row.number for row in rows] == [entered.number, number]
    assert rows[1].received_at <= datetime.datetime.now(datetime.UTC)
    assert received(entered.number, entered.token).title == "井戸の場所"


def test_a_form_pressed_twice_is_one_request(engine: Engine) -> None:
    counter, day = Counter(Requests(engine, vault_of(engine))), datetime.date(2026, 11, 2)
    first, again = (counter.enter(FORM, "letter", day, actor=HANA) for _ in range(2))
    assert first.number == again.number
    with engine.connect() as connection:
        entries = connection.execute(select(audit)).all()
    assert [(entry.actor, entry.action, entry.after) for entry in entries] == [
        ("hana", "request.enter", {"channel": "letter", "received_on": "2026-11-02"})
    ]


def test_of_what_is_not_taken_nothing_is_written(engine: Engine) -> None:
    with pytest.raises(DeskFull):
        Counter(Requests(engine, vault_of(engine), most_waiting=0)).enter(
            FORM, "email", datetime.date(2026, 11, 2), actor=HANA
        )
    with engine.connect() as connection:
        assert connection.execute(select(audit)).all() == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_channel_has_a_name(lang: str) -> None:
    assert set(channel_labels(translator(lang))) == set(CHANNELS)
