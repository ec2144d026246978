"""Mails go to a mail server of the tests' own, whatever happens to it or to the service."""

from __future__ import annotations

import asyncio
import datetime
import logging
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, select

from server.database.engine import reading
from server.database.following import Following
from server.desk.confidential.vault import Vault
from server.desk.mail.outbox import RULES, Claim, Outbox, outbox, put
from server.mail import MailCarrier, message_of
from server.sending import LAST_S, Sender
from server.settings import MailServer as Target
from tests.mail_sender import start_sender
from tests.mail_server import WAIT_S, MailServer, await_that, mail_server

AT_ONCE = datetime.timedelta(0)
SENDER = Address("朝霞市防災マップ", addr_spec="bosai@city.example.jp")
RECIPIENT = "taro.asaka@example.jp"
STOP = "https://map.city.asaka.example.lg.jp/requests/12/news/stop?key=abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def post_office(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path / "post office") as server:
        yield server


@pytest.fixture
def mails(engine: Engine, vault: Vault) -> Outbox:
    """An outbox that tries again at once."""
    return Outbox(engine, vault, replace(RULES, backoff=lambda _attempts: AT_ONCE))


def queue(engine: Engine, vault: Vault, *names: str, recipient: str = RECIPIENT) -> None:
    """Mails with these names as their subjects."""
    with engine.begin() as connection:
        for name in names:
            put(
                connection,
                vault,
                vault.new_key(),
                kind="news",
                recipient=recipient,
                subject=name,
                text="確認中です。",
                once=name,
                unsubscribe=STOP,
            )


def target(port: int) -> Target:
    return Target("127.0.0.1", port, "none")


def run_until(condition: Callable[[], bool], *senders: Sender[Claim]) -> None:
    """Send until a condition holds."""

    async def run() -> None:
        if senders:
            async with asyncio.timeout(WAIT_S), senders[0].kept_sending():
                await nested(list(senders[1:]))

    async def nested(others: list[Sender[Claim]]) -> None:
        if others:
            async with others[0].kept_sending():
                await nested(others[1:])
        else:
            await asyncio.to_thread(await_that, condition)

    asyncio.run(run())


def sending_to(mails: Outbox, server: Target) -> Sender[Claim]:
    carrier, following = MailCarrier(server, SENDER), Following(mails.engine, every=0)
    return Sender(mails, carrier, following, pause=0.02)


def mailer(mails: Outbox, port: int) -> Sender[Claim]:
    return sending_to(mails, target(port))


@contextmanager
def sender_process(database_url: str, secret: Path, port: int) -> Iterator[None]:
    """A process that sends; it is killed in the end."""
    process = start_sender(database_url, secret, port)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def ids(server: MailServer) -> list[str]:
    return [mail["Message-ID"] for mail in server.mails()]


def test_a_mail_arrives_as_it_was_queued(
    engine: Engine, vault: Vault, mails: Outbox, post_office: MailServer
) -> None:
    subject = "要望第12号の状態が「検討中」になりました。" * 3
    queue(engine, vault, subject)
    run_until(lambda: mails.standing().sent == 1, mailer(mails, post_office.port))
    [mail] = post_office.mails()
    assert mail["X-Rcpt"] == mail["To"] == RECIPIENT
    assert mail["From"].addresses == (SENDER,)
    assert mail["Subject"] == subject
    assert mail.get_content().replace("\r\n", "\n") == "確認中です。\n"
    assert mail.get_content_type() == "text/plain"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == f"<{STOP}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"].endswith("@city.example.jp>")
    raw = next(post_office.folder.glob("*.eml")).read_bytes()
    assert f"List-Unsubscribe: <{STOP}>\r\n".encode() in raw
    assert raw.isascii()


def test_a_long_japanese_subject_is_folded_between_characters() -> None:
    subject = "要望第12号の状態が「検討中」になりました。" * 5
    raw = message_of(claim(subject=subject), SENDER).as_bytes().decode()
    header = raw[raw.index("Subject:") : raw.index("Date:")]
    lines = header.rstrip("\r\n").split("\r\n")
    assert all(len(line) <= 78 for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])


def test_the_same_claim_makes_the_same_bytes() -> None:
    first = claim()
    again = replace(first, attempts=first.attempts + 1)
    assert message_of(first, SENDER).as_bytes() == message_of(again, SENDER).as_bytes()


def claim(**values: object) -> Claim:
    instant = datetime.datetime(2026, 4, 1, 9, 0, 0, 123, tzinfo=datetime.UTC)
    given = {
        "id": 1,
        "attempts": 1,
        "message_id": "a" * 32,
        "created_at": instant,
        "recipient": RECIPIENT,
        "subject": "s",
        "text": "t",
        "unsubscribe": None,
    }
    return Claim(**{**given, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("s\r\nBcc: other@example.jp", "t"),
        ("s\nBcc: other@example.jp", "t"),
        ("s\r\n\r\nother text", "t"),
        ("s\u2028Bcc: other@example.jp\x85X: y", "t\r\n.\r\nRCPT TO:<other@example.jp>\r\n"),
        ("=?utf-8?q?s=0D=0ABcc=3A_other=40example=2Ejp?=", ".\r\n..\r\n.x\n\x00\x1b[2J"),
        ("a" * 200, "x" * 20_000),
        ("あ" * 200, "い" * 20_000),
        ("<script>", "From x\n" * 1000),
    ],
)
def test_no_word_becomes_a_header_a_recipient_or_a_command(
    engine: Engine, vault: Vault, mails: Outbox, post_office: MailServer, subject: str, text: str
) -> None:
    with engine.begin() as connection:
        put(
            connection,
            vault,
            vault.new_key(),
            kind="news",
            recipient=RECIPIENT,
            subject=subject,
            text=text,
            once="1",
        )
    run_until(lambda: mails.standing().sent == 1, mailer(mails, post_office.port))
    [mail] = post_office.mails()
    assert mail["X-Rcpt"] == RECIPIENT
    assert "Bcc" not in mail
    assert "X" not in mail
    content = mail.get_content().replace("\r\n", "\n")
    assert content.startswith(text.splitlines()[0][:50])
    assert "\x00" not in content
    assert "\x1b" not in content


@pytest.mark.parametrize("wrong", [{"subject": "a" * 201}, {"text": "a" * 20_001}])
def test_too_many_words_are_not_queued(engine: Engine, vault: Vault, wrong: dict[str, str]) -> None:
    words = {"subject": "s", "text": "t", **wrong}
    with engine.begin() as connection, pytest.raises(ValueError, match="wanted at most"):
        put(
            connection,
            vault,
            vault.new_key(),
            kind="news",
            recipient=RECIPIENT,
            once="1",
            **words,
        )


def test_a_carriers_address_with_two_dots_is_sent_to(
    engine: Engine, vault: Vault, mails: Outbox, post_office: MailServer
) -> None:
    queue(engine, vault, "1", recipient="a..b@docomo.example.jp")
    run_until(lambda: mails.standing().sent == 1, mailer(mails, post_office.port))
    [mail] = post_office.mails()
    assert mail["X-Rcpt"] == "a..b@docomo.example.jp"
    raw = next(post_office.folder.glob("*.eml")).read_bytes()
    assert b'\r\nTo: "a..b"@docomo.example.jp\r\n' in raw


def test_a_mail_server_that_is_away_is_waited_for(
    engine: Engine, vault: Vault, mails: Outbox, post_office: MailServer
) -> None:
    post_office.kill()
    names = [f"要望第{number}号" for number in range(5)]
    queue(engine, vault, *names)
    sending = mailer(mails, post_office.port)
    run_until(lambda: mails.standing().failures == {"connect": 5}, sending)
    post_office.start()
    run_until(lambda: mails.standing().sent == 5, sending)
    assert sorted(mail["Subject"] for mail in post_office.mails()) == names
    assert len(set(ids(post_office))) == 5


def test_one_that_says_later_is_asked_later(
    engine: Engine, vault: Vault, mails: Outbox, post_office: MailServer
) -> None:
    post_office.answers("rcpt", "451 4.7.1 greylisted", "452 4.2.2 full", "250 OK")
    post_office.answers("data", "421 4.3.2 closing", "250 OK")
    queue(engine, vault, "1")
    run_until(lambda: mails.standing().sent == 1, mailer(mails, post_office.port))
    assert len(post_office.mails()) == 1


@pytest.mark.parametrize(
    ("command", "reply"), [("rcpt", "550 5.1.1 no such user taro.asaka"), ("data", "554 5.7.1 no")]
)
def test_one_that_says_never_is_not_asked_again(
    engine: Engine,
    vault: Vault,
    mails: Outbox,
    post_office: MailServer,
    caplog: pytest.LogCaptureFixture,
    command: str,
    reply: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    post_office.answers(command, reply)
    queue(engine, vault, "1")
    run_until(lambda: mails.standing().given_up == 1, mailer(mails, post_office.port))
    assert mails.standing().failures == {reply[:3]: 1}
    assert f"given up after attempt 1: {reply[:3]}" in caplog.text
    assert "taro" not in caplog.text
    post_office.answers(command, "250 OK")
    queue(engine, vault, "2")
    run_until(lambda: mails.standing().sent == 1, mailer(mails, post_office.port))
    assert [mail["Subject"] for mail in post_office.mails()] == ["2"]


def test_workers_that_send_at_once_send_each_mail_once(
    engine: Engine, vault: Vault, mails: Outbox, post_office: MailServer
) -> None:
    names = [f"要望第{number}号" for number in range(40)]
    queue(engine, vault, *names)
    sending = [mailer(mails, post_office.port) for _worker in range(3)]
    run_until(lambda: mails.standing().sent == 40, *sending)
    assert sorted(mail["Subject"] for mail in post_office.mails()) == sorted(names)
    assert len(set(ids(post_office))) == 40


def test_a_server_without_starttls_gets_nothing(
    engine: Engine, vault: Vault, mails: Outbox, post_office: MailServer
) -> None:
    queue(engine, vault, "1")
    demanding = replace(target(post_office.port), tls="starttls")
    sending = sending_to(mails, demanding)
    run_until(lambda: mails.standing().failures == {"tls": 1}, sending)
    assert not post_office.has_come()


def test_a_certificate_is_demanded_that_is_trusted_and_the_servers_own(
    engine: Engine,
    vault: Vault,
    mails: Outbox,
    post_office: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post_office.kill()
    write_certificate(post_office.folder, "localhost")
    post_office.start()
    queue(engine, vault, "1")

    def until(condition: Callable[[], bool], host: str) -> None:
        demanding = replace(target(post_office.port), host=host, tls="starttls")
        run_until(condition, sending_to(mails, demanding))

    until(lambda: mails.standing().failures == {"tls": 1}, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(post_office.folder / "cert.pem"))
    before = attempts(engine)
    until(lambda: attempts(engine) > before + 1, "127.0.0.1")  # the certificate is of another name
    assert mails.standing().failures == {"tls": 1}
    assert post_office.mails() == []
    until(lambda: mails.standing().sent == 1, "localhost")
    assert len(post_office.mails()) == 1


def attempts(engine: Engine) -> int:
    with reading(engine) as connection:
        count: int = connection.execute(select(outbox.c.attempts)).scalar_one()
        return count


def write_certificate(folder: Path, host: str) -> None:
    """A certificate for a host, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )


def test_a_mail_server_that_never_speaks_does_not_hold_up_the_end(
    engine: Engine, vault: Vault, mails: Outbox
) -> None:
    queue(engine, vault, "1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        begun: list[float] = []

        def is_connected() -> bool:
            link, _address = silent.accept()
            begun.append(time.monotonic())
            links.append(link)
            return True

        links: list[socket.socket] = []
        run_until(is_connected, mailer(mails, port))
        assert time.monotonic() - begun[0] < LAST_S + 5
        for link in links:
            link.close()
    assert mails.standing().waiting == 1


def test_a_sender_killed_before_it_knows_sends_the_same_mail_again(
    engine: Engine,
    vault: Vault,
    mails: Outbox,
    post_office: MailServer,
    database_url: str,
    tmp_path: Path,
) -> None:
    queue(engine, vault, *"abc")
    secret = tmp_path / "secret.key"
    post_office.begin("mute")
    with sender_process(database_url, secret, post_office.port):
        await_that(post_office.has_come)
    post_office.end("mute")
    assert mails.standing().waiting == 3
    with sender_process(database_url, secret, post_office.port):
        await_that(lambda: mails.standing().sent == 3)
    arrived = Counter(ids(post_office))
    assert sorted(arrived.values()) == [1, 1, 2]  # SMTP cannot tell
    twice = [mail for mail in post_office.mails() if arrived[mail["Message-ID"]] == 2]
    assert twice[0].as_bytes() == twice[1].as_bytes()


def test_a_mail_server_killed_before_it_took_a_mail_gets_it_once(
    engine: Engine,
    vault: Vault,
    mails: Outbox,
    post_office: MailServer,
    database_url: str,
    tmp_path: Path,
) -> None:
    queue(engine, vault, *"abc")
    post_office.begin("hold")
    with sender_process(database_url, tmp_path / "secret.key", post_office.port):
        await_that(post_office.has_come)
        post_office.kill()
        post_office.end("hold")
        await_that(lambda: bool(mails.standing().failures))
        post_office.start()
        await_that(lambda: mails.standing().sent == 3)
    assert sorted(Counter(ids(post_office)).values()) == [1, 1, 1]


@pytest.mark.parametrize("many", [40, pytest.param(2000, marks=pytest.mark.soak)])
def test_whoever_is_killed_whenever_every_mail_arrives(
    many: int,
    engine: Engine,
    vault: Vault,
    mails: Outbox,
    post_office: MailServer,
    database_url: str,
    tmp_path: Path,
) -> None:
    chance = random.Random(17)
    names = [str(number) for number in range(many)]
    queue(engine, vault, *names)
    kills = 0
    while mails.standing().sent < many:
        least = min(many, mails.standing().sent + chance.randrange(4, 12))
        with sender_process(database_url, tmp_path / "secret.key", post_office.port):
            await_that(lambda least=least: mails.standing().sent >= least)  # type: ignore[misc]
            if chance.random() < 0.5:
                post_office.kill()
        if chance.random() < 0.5:
            post_office.kill()
        post_office.start()
        kills += 1
    assert kills >= 4
    assert mails.standing().given_up == 0
    arrived = Counter(ids(post_office))
    assert len(arrived) == many
    assert {mail["Subject"] for mail in post_office.mails()} == set(names)
    assert sum(arrived.values()) <= many + kills
