"""Mails wait, once each, held by one worker at a time, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
import logging
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text

from server.desk.confidential.vault import Vault
from server.desk.intake.mail_address import InvalidAddress, mailbox, read_address, same_mailbox
from server.desk.mail.outbox import RULES, Claim, MailStanding, Outbox, drop, outbox, put

AT_ONCE = datetime.timedelta(0)
NEVER = datetime.timedelta(days=999)
ADDRESS = "taro.asaka@example.jp"


def queue(engine: Engine, vault: Vault, once: str = "1", key: str | None = None) -> str:
    """A mail to the planted address, in a transaction of its own; its request's key."""
    key = key or vault.new_key()
    with engine.begin() as connection:
        put(
            connection,
            vault,
            key,
            kind="news",
            recipient=ADDRESS,
            subject="要望第1号",
            text="確認中です。",
            once=once,
        )
    return key


def claimed(mails: Outbox) -> Claim:
    claim = mails.claim()
    assert claim is not None
    return claim


def test_a_mail_is_queued_once_and_with_what_it_tells_of(engine: Engine, vault: Vault) -> None:
    key = queue(engine, vault)
    queue(engine, vault, key=key)
    with engine.connect() as connection:  # rolled back
        put(
            connection,
            vault,
            key,
            kind="news",
            recipient=ADDRESS,
            subject="s",
            text="t",
            once="other",
        )
    mails = Outbox(engine, vault)
    claim = claimed(mails)
    assert (claim.recipient, claim.subject, claim.text) == (ADDRESS, "要望第1号", "確認中です。\n")
    assert mails.claim() is None  # held
    mails.sent(claim)
    assert mails.claim() is None
    assert mails.standing() == MailStanding(0, 1, 0, None, {})
    queue(engine, vault, key=key)
    assert mails.claim() is None


def test_the_message_id_is_the_same_at_each_attempt_and_no_other_mails(
    engine: Engine, vault: Vault
) -> None:
    queue(engine, vault)
    queue(engine, vault, "2")
    mails = Outbox(engine, vault, replace(RULES, lease=AT_ONCE))
    ids = [claimed(mails).message_id for _attempt in range(4)]
    assert len(set(ids)) == 2
    assert {ids.count(each) for each in ids} == {2}


def test_who_let_the_lease_run_out_changes_nothing_of_the_next_holder(
    engine: Engine, vault: Vault
) -> None:
    queue(engine, vault)
    slow, quick = Outbox(engine, vault, replace(RULES, lease=AT_ONCE)), Outbox(engine, vault)
    first = claimed(slow)
    second = claimed(quick)
    slow.failed(first, "timeout", is_final=True)
    assert quick.standing().waiting == 1
    slow.sent(first)  # the mail server took it after all
    quick.failed(second, "550", is_final=True)
    assert quick.standing() == MailStanding(0, 1, 0, None, {})


def test_a_mail_is_tried_again_later_and_given_up_in_the_end(
    engine: Engine, vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    queue(engine, vault)
    asked: list[int] = []

    def backoff(attempts: int) -> datetime.timedelta:
        asked.append(attempts)
        return AT_ONCE

    mails = Outbox(engine, vault, replace(RULES, backoff=backoff))
    for _attempt in range(3):
        mails.failed(claimed(mails), "451")
    assert asked == [1, 2, 3]
    assert mails.standing().failures == {"451": 1}
    patient = Outbox(engine, vault, replace(RULES, backoff=lambda _attempts: NEVER))
    patient.failed(claimed(patient), "connect")
    assert patient.claim() is None
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET due_at = created_at"))
    impatient = Outbox(engine, vault, replace(RULES, patience=AT_ONCE))
    impatient.failed(claimed(impatient), "connect")
    standing = impatient.standing()
    assert (standing.waiting, standing.given_up, standing.failures) == (0, 1, {"connect": 1})
    assert "given up after attempt 5: connect" in caplog.text


def test_a_refusal_for_good_gives_up_at_once(engine: Engine, vault: Vault) -> None:
    queue(engine, vault)
    mails = Outbox(engine, vault)
    mails.failed(claimed(mails), "550", is_final=True)
    assert mails.standing() == MailStanding(0, 0, 1, None, {"550": 1})


def test_of_an_erased_request_no_mail_is_sent(engine: Engine, vault: Vault) -> None:
    key = queue(engine, vault)
    queue(engine, vault, "2")
    vault.erase(key)
    mails = Outbox(engine, vault)
    mails.sent(claimed(mails))
    assert mails.claim() is None
    assert mails.standing() == MailStanding(0, 1, 1, None, {"erased": 1})


def test_what_waits_is_taken_back(engine: Engine, vault: Vault) -> None:
    key = queue(engine, vault)
    queue(engine, vault, "2")
    with engine.begin() as connection:
        drop(connection, key, "confirmation")
        drop(connection, key, "news")
    mails = Outbox(engine, vault)
    assert mails.standing().waiting == 1


def test_what_is_done_with_keeps_nothing_of_anybody(
    engine: Engine, vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    queue(engine, vault)
    with engine.begin() as connection:
        rows = connection.execute(select(outbox)).all()
    assert all(part not in repr(rows) for part in ("taro", "asaka", "要望", "確認中"))
    mails = Outbox(engine, vault)
    claim = claimed(mails)
    assert "taro" not in repr(claim)
    mails.sent(claim)
    with engine.begin() as connection:
        assert connection.execute(select(outbox.c.sealed)).scalars().all() == [None]
        connection.execute(text("UPDATE outbox SET due_at = '2020-01-01 00:00:00+00:00'"))
    mails.forget()
    assert mails.standing().sent == 0
    assert "taro" not in caplog.text


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("taro@example.jp", "taro@example.jp"),
        (" Taro.Asaka+map@EXAMPLE.jp ", "Taro.Asaka+map@example.jp"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp"),
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"),
        ("taro@防災.example.jp", "taro@xn--eox771f.example.jp"),
        ("o'neil@example.co.jp", "o'neil@example.co.jp"),
    ],
)
def test_addresses_are_taken_as_people_type_them(typed: str, address: str) -> None:
    assert read_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "taro",
        "@example.jp",
        "taro@",
        "taro@localhost",
        "taro@example",
        "taro@[127.0.0.1]",
        "taro@127.0.0.1",
        "taro@-example.jp",
        "taro@example..jp",
        "太郎@example.jp",
        "taro@example.jp\r\nBcc: other@example.jp",
        "taro@example.jp\nRCPT TO:<x@example.jp>",
        "taro\r\n@example.jp",
        "taro@example.jp\r",
        "\ntaro@example.jp",
        "taro@example.jp\x00",
        "taro@example.jp, other@example.jp",
        "taro@example.jp other@example.jp",
        "Taro <taro@example.jp>",
        '"taro asaka"@example.jp',
        "taro@@example.jp",
        "taro@example.jp>",
        "a" * 65 + "@example.jp",
        "taro@" + "a." * 130 + "jp",
        "taro@" + "あ" * 100_000,
        "taro@example.jp\u2028x",
        "taro@exam\u200bple.jp\u202e",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        read_address(typed)
    assert "taro" not in str(refused.value)


def test_a_mailbox_has_one_name_in_commands_and_one_in_limits() -> None:
    assert mailbox("taro@example.jp") == "taro@example.jp"
    assert mailbox("a..b@docomo.ne.jp") == '"a..b"@docomo.ne.jp'
    assert mailbox("a.@docomo.ne.jp") == '"a."@docomo.ne.jp'
    assert same_mailbox("Taro+1@example.jp") == same_mailbox("taro+2@example.jp")
