"""Mails that wait to be sent, are sent, or are given up.

A mail is queued once, sent as `server.desk.message_queue` has it. SMTP cannot tell whether a mail
was taken: the copy that is sent again is the same to the byte, with the Message-ID that was fixed
when it was queued, by which a mailbox knows it again.

Recipient and words are sealed with the key of the request, and gone once the mail is done with.
"""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Engine, LargeBinary, Row, String, delete, func, select

from server.database.engine import reading, upsert
from server.desk.confidential.vault import Vault
from server.desk.errors import Erased, Unreadable
from server.desk.failures import failures_logged
from server.desk.intake.form import storable
from server.desk.intake.mail_address import read_address
from server.desk.message_queue import (
    GIVEN_UP,
    SENT,
    WAITING,
    Held,
    MessageQueue,
    Rules,
    message_table,
    waiting,
)

LONGEST_SUBJECT, LONGEST_TEXT = 200, 20_000  # characters

outbox = message_table(
    "outbox",
    Column("once", String(128), nullable=False, unique=True),
    Column("request_key", String(64), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("sealed", LargeBinary),
)


@dataclass(frozen=True, slots=True)
class Claim(Held):
    """A mail that its holder is to send now. `message_id` is what stands before the @ of it.

    `unsubscribe` is the address of the page that ends such mails.
    """

    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    unsubscribe: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailStanding:
    """How many mails are in each state, since when the oldest waits (UTC), and why by code."""

    waiting: int
    sent: int
    given_up: int
    oldest_waiting: datetime.datetime | None
    failures: Mapping[str, int]


def backoff(attempts: int) -> datetime.timedelta:
    """How long to wait after so many attempts: a minute at first, four hours at the most."""
    return datetime.timedelta(minutes=min(4 ** (attempts - 1), 240))


RULES = Rules(
    lease=datetime.timedelta(minutes=3),  # more than `server.mail` takes for one at the most
    backoff=backoff,
    patience=datetime.timedelta(days=4),  # RFC 5321, 4.5.4.1: at least four to five days
)


def put(
    connection: Connection,
    vault: Vault,
    request_key: str,
    *,
    kind: str,
    recipient: str,
    subject: str,
    text: str,
    once: str,
    unsubscribe: str | None = None,
) -> None:
    """Queue a mail in the caller's transaction; nothing if there is one of this `once`.

    No word of it can become a header: the subject is one line, and control characters are left out.
    Raises `InvalidAddress`, and `ValueError` for words that are too many.
    """
    content = {
        "recipient": read_address(recipient),
        "subject": " ".join(storable(subject).split()),
        "text": "\n".join(storable(text).splitlines()) + "\n",
        "unsubscribe": unsubscribe,
    }
    if len(subject) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise ValueError(
            f"the mail has {len(subject)} and {len(text)} characters; "
            f"wanted at most {LONGEST_SUBJECT} and {LONGEST_TEXT}"
        )
    sealed = vault.seal(request_key, _what(once), json.dumps(content).encode())
    connection.execute(
        upsert(connection, outbox)
        .values(
            once=once,
            request_key=request_key,
            kind=kind,
            message_id=secrets.token_hex(16),
            sealed=sealed,
            **waiting(),
        )
        .on_conflict_do_nothing(index_elements=["once"])
    )


def drop(connection: Connection, request_key: str, kind: str) -> None:
    """Take back what waits of this kind, in the caller's transaction."""
    connection.execute(
        delete(outbox).where(
            outbox.c.request_key == request_key,
            outbox.c.kind == kind,
            outbox.c.state == WAITING,
        )
    )


class Outbox(MessageQueue[Claim]):
    """The mails in a database. What one said, and to whom, is not kept once it is done with."""

    table = outbox
    noun = "mail"
    erased = ("sealed",)

    def __init__(self, engine: Engine, vault: Vault, rules: Rules = RULES) -> None:
        super().__init__(engine, rules)
        self._vault = vault

    def standing(self) -> MailStanding:
        """How many mails wait, were sent and were given up in the last `KEPT`."""
        count = select(outbox.c.state, func.count(), func.min(outbox.c.created_at))
        failures = (
            select(outbox.c.failure, func.count())
            .where(outbox.c.failure.is_not(None))
            .group_by(outbox.c.failure)
        )
        with failures_logged(), reading(self.engine) as connection:
            rows = connection.execute(count.group_by(outbox.c.state)).all()
            by_failure: dict[str, int] = {row[0]: row[1] for row in connection.execute(failures)}
        by_state = {state: number for state, number, _oldest in rows}
        oldest = {state: instant for state, _number, instant in rows}
        return MailStanding(
            by_state.get(WAITING, 0),
            by_state.get(SENT, 0),
            by_state.get(GIVEN_UP, 0),
            oldest.get(WAITING),
            by_failure,
        )

    def _message(self, row: Row[Any]) -> Claim | None:
        try:
            with failures_logged():
                sealed = self._vault.open(row.request_key, _what(row.once), row.sealed)
        except Erased:
            self.failed(row, "erased", is_final=True)
        except Unreadable:
            self.failed(row, "unreadable")  # the operator's key may still be restored
        else:
            return Claim(row.id, row.attempts, row.message_id, row.created_at, **json.loads(sealed))
        return None


def _what(once: str) -> str:
    """What is sealed: the content of one mail, which cannot stand in another's place."""
    return f"mail {once}"
