"""Departments are written to once for each time that is due, whoever looks and how often."""

from __future__ import annotations

import datetime
from dataclasses import replace

from sqlalchemy import Engine, func, select

from server.desk.confidential.vault import Vault, keys as vault_keys
from server.desk.freshness.notices import OverdueMail, OverdueNotices
from server.desk.mail.outbox import Outbox

MAIL = OverdueMail(
    layer="hydrants",
    due_on=datetime.date(2026, 4, 1),
    recipient="shobo@city.example",
    subject="更新の時期を過ぎました：消防水利",
    text="レイヤー「消防水利」は…",
)


def claimed(outbox: Outbox) -> list[str]:
    """Who is written to, each once."""
    recipients = []
    while (claim := outbox.claim()) is not None:
        recipients.append(claim.recipient)
        outbox.sent(claim)
    return recipients


def test_a_mail_is_queued_once_for_each_time_due(engine: Engine, vault: Vault) -> None:
    notices, outbox = OverdueNotices(engine, vault), Outbox(engine, vault)
    assert notices.queue([MAIL]) == 1
    assert notices.queue([MAIL]) == 0
    assert OverdueNotices(engine, vault).queue([MAIL]) == 0
    later = replace(MAIL, due_on=datetime.date(2027, 4, 1))
    assert notices.queue([MAIL, later, replace(MAIL, layer="aed")]) == 2
    assert claimed(outbox) == [MAIL.recipient] * 3
    assert notices.queue([MAIL, later]) == 0


def test_when_it_was_queued_is_told(engine: Engine, vault: Vault) -> None:
    notices = OverdueNotices(engine, vault)
    assert notices.queued() == {}
    before = datetime.datetime.now(datetime.UTC)
    notices.queue([MAIL])
    assert (
        before <= notices.queued()["hydrants"][MAIL.due_on] <= datetime.datetime.now(datetime.UTC)
    )


def test_who_is_second_queues_nothing_and_leaves_no_key(engine: Engine, vault: Vault) -> None:
    first, second = OverdueNotices(engine, vault), OverdueNotices(engine, vault)
    first.queue([MAIL])
    with vault.keys.connect() as connection:
        before = connection.execute(select(func.count()).select_from(vault_keys)).scalar()
    assert second._queue(MAIL) is False  # looked before the first had queued it
    with vault.keys.connect() as connection:
        after = connection.execute(select(func.count()).select_from(vault_keys)).scalar()
    assert before == after
