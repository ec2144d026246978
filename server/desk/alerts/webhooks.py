"""Alerts for other programs (webhooks), sent in order, as `server.desk.message_queue` has it.

The body is written when it is queued, so that it is the same at each attempt. A message of an
alert is due after those before it at the same address: nobody hears of an end before its beginning.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    Row,
    String,
    Text,
    exists,
    func,
    insert,
    select,
)

from server.database.engine import reading
from server.desk.alerts.alert import Alert, AlertMessage
from server.desk.alerts.words import in_words
from server.desk.failures import failures_logged
from server.desk.message_queue import WAITING, Held, MessageQueue, Rules, message_table, waiting
from server.texts import LANGUAGES, plain, translator

webhooks = message_table(
    "alert_webhooks",
    Column("target", String(64), nullable=False),  # hash of the address: it may hold a secret
    Column("number", ForeignKey("notices.number", ondelete="CASCADE"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
_earlier = webhooks.alias()


@dataclass(frozen=True, slots=True)
class Delivery(Held):
    """A message that its holder is to send now."""

    url: str = field(repr=False)
    body: str = field(repr=False)


def backoff(attempts: int) -> datetime.timedelta:
    """How long to wait after so many attempts: five seconds at first, ten minutes at the most."""
    return datetime.timedelta(seconds=min(5 * 2 ** (attempts - 1), 600))


RULES = Rules(
    lease=datetime.timedelta(minutes=1),  # more than `server.webhooks` takes for one at the most
    backoff=backoff,
    patience=datetime.timedelta(days=2),
)


def queue(connection: Connection, urls: Sequence[str], alert: Alert, message: AlertMessage) -> None:
    """Queue what is told of an alert for each address, in the caller's transaction."""
    for url in dict.fromkeys(urls):
        message_id = f"msg_{secrets.token_hex(16)}"
        connection.execute(
            insert(webhooks).values(
                target=_target(url),
                number=alert.number,
                sequence=message.sequence,
                message_id=message_id,
                body=body_of(alert, message),
                **waiting(),
            )
        )


def body_of(alert: Alert, message: AlertMessage) -> str:
    """The JSON that other programs are sent. Of a drill its type says so too."""
    subject = "drill" if alert.drill else "alert"
    act = {"issue": "issued", "extend": "extended", "end": "ended"}[message.act]
    ended = alert.ended_at.isoformat() if alert.ended_at else None
    document = {
        "type": f"{subject}.{act}",
        "timestamp": message.sent_at.isoformat(),
        "data": {
            "number": alert.number,
            "sequence": message.sequence,
            "status": "Exercise" if alert.drill else "Actual",  # as in CAP
            "drill": alert.drill,
            "kind": alert.kind,
            "level": alert.level,
            "issued_at": alert.issued_at.isoformat(),
            "expires_at": alert.expires_at.isoformat(),
            "ended_at": ended,
            "cap": f"/alerts/{alert.number}.cap.xml",
            "layers": [*alert.layers],
            "places": [place.name for place in alert.places],
            "words": {lang: _words(alert, lang) for lang in LANGUAGES},
        },
    }
    return json.dumps(document, ensure_ascii=False)


def _words(alert: Alert, lang: str) -> dict[str, object]:
    words = in_words(alert, lang, translator(lang))
    texts = {name: plain(getattr(words, name)) for name in ("title", "call", "area", "text")}
    return {
        **texts,
        "issuer": plain(words.issuer),
        "marks": [plain(mark) for mark in words.marks],
        "facts": [plain(fact) for fact in words.facts],
    }


class Webhooks(MessageQueue[Delivery]):
    """The messages in a database for these addresses.

    What waits for an address that is none of them any more is given up when its turn comes.
    """

    table = webhooks
    noun = "webhook message"
    held_up = exists().where(
        _earlier.c.target == webhooks.c.target,
        _earlier.c.number == webhooks.c.number,
        _earlier.c.state == WAITING,
        _earlier.c.sequence < webhooks.c.sequence,
    )

    def __init__(self, engine: Engine, urls: Sequence[str], rules: Rules = RULES) -> None:
        super().__init__(engine, rules)
        self._urls = {_target(url): url for url in urls}

    def standing(self, number: int) -> dict[str, int]:
        """How many messages of an alert are in each state."""
        count = (
            select(webhooks.c.state, func.count())
            .where(webhooks.c.number == number)
            .group_by(webhooks.c.state)
        )
        with failures_logged(), reading(self.engine) as connection:
            return {row[0]: row[1] for row in connection.execute(count)}

    def _message(self, row: Row[Any]) -> Delivery | None:
        url = self._urls.get(row.target)
        if url is None:
            self.failed(row, "address", is_final=True)
            return None
        return Delivery(row.id, row.attempts, row.message_id, row.created_at, url, row.body)


def _target(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
