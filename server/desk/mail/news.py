"""News about a request by e-mail, to the address that its sender gave: never to another.

An address is asked first. Until somebody opens the link in that mail and presses the button, it is
sent nothing else, and the mail says nothing that was typed: the form cannot be used to write to
others. From then on each change queues one mail, in the transaction of the change. Every mail leads
to the page that ends them, which erases the address.

No mail holds the key of the sender's page: who mistyped the address has not given that away.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import logging
import secrets
from urllib.parse import urlencode

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault
from server.desk.errors import Erased, RequestNotFound, Unreadable
from server.desk.failures import failures_logged
from server.desk.intake.mail_address import read_address, same_mailbox
from server.desk.intake.requests import TOKEN_BYTES, key_of, require_number, subjects
from server.desk.mail.news_words import NewsItem, confirmation_words, news_words
from server.desk.mail.outbox import drop, put

ASKED, CONFIRMED = "asked", "confirmed"
REFUSED, EXPIRED, STOPPED = "refused", "expired", "stopped"  # without an address
TO_CONFIRM = datetime.timedelta(days=7)
ADDRESS = "news address"  # what is sealed
ASKING = "hashes of addresses that are asked"  # what the secret is used for
CONFIRMATION, NEWS = "confirmation", "news"  # kinds of mail

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
# Confirmation mails at the most: who is behind one carrier's address are many, a mailbox is one.
MOST_TO_MAILBOX_HOURLY, MOST_TO_MAILBOX_DAILY = 1, 3
MOST_OF_NETWORK_HOURLY, MOST_OF_ALL_HOURLY = 5, 60
ASKING_LOCK = 7_112_276  # any number of our own

LOG = logging.getLogger(__name__)

subscriptions = Table(
    "request_news",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("request_key", String(64), nullable=False),
    Column("lang", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("token", String(64), nullable=False),  # its hash
    Column("sealed", LargeBinary),  # address, token and base URL
    Column("asked_at", UtcDateTime, nullable=False),
    info={"confidential": True},
)
# Apart from the requests: hashes that only this service's secret can make, for a day.
asked = Table(
    "news_asked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mailbox", String(64), nullable=False),
    Column("network", String(64)),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)


class News:
    """Who is sent news about which request. All raise `DeskUnavailable` while the database fails.

    `base_url` is where the service is, for links in mails; None where no mail is set up. Nobody is
    asked then; who confirmed before is told nevertheless, once mail is sent again, or by another
    process. `secret` keeps the hashes of addresses from being guessed.
    """

    def __init__(
        self, engine: Engine, vault: Vault, secret: Secret, base_url: str | None = None
    ) -> None:
        self._engine, self._vault = engine, vault
        self._secret, self._base_url = secret, base_url

    def ask(
        self,
        connection: Connection,
        number: int,
        address: str,
        lang: str,
        network: str | None = None,
    ) -> None:
        """Queue the mail that asks an address to confirm, in the transaction of the request.

        `lang` is the language of all its mails, `network` where the form came from. Where too many
        were asked lately, none is queued and the address not kept: `state` then says so. Raises
        `InvalidAddress`.
        """
        if self._base_url is None:
            return
        address = read_address(address)
        request_key = key_of(connection, self._vault, number)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        is_asked = self._take(connection, address, network)
        content = json.dumps(
            {"address": address, "token": token, "base_url": self._base_url}
        ).encode()
        connection.execute(
            insert(subscriptions).values(
                number=number,
                request_key=request_key,
                lang=lang,
                state=ASKED if is_asked else REFUSED,
                token=_hash(token),
                sealed=self._vault.seal(request_key, ADDRESS, content) if is_asked else None,
                asked_at=_now(),
            )
        )
        if not is_asked:
            return
        link, stop = (
            _link(self._base_url, number, action, token, lang) for action in ("confirm", "stop")
        )
        subject, text = confirmation_words(number, lang, self._base_url, link)
        put(
            connection,
            self._vault,
            request_key,
            kind=CONFIRMATION,
            recipient=address,
            subject=subject,
            text=text,
            once=f"confirmation {number}",
            unsubscribe=stop,
        )

    def tell(
        self,
        connection: Connection,
        number: int,
        item: NewsItem,
        once: str,
        original: int | None = None,
    ) -> None:
        """Queue the mail about a change, in its transaction, if somebody confirmed to be told.

        `once` tells this change from every other of the request. The change is of its `original`
        where one is given.
        """
        row = connection.execute(
            select(subscriptions).where(
                subscriptions.c.number == number, subscriptions.c.state == CONFIRMED
            )
        ).first()
        if row is None:
            return
        try:
            sealed = self._vault.open(row.request_key, ADDRESS, row.sealed)
        except Erased:  # with all that was sent in confidence
            _erase(connection, subscriptions.c.number == number, STOPPED)
            return
        except Unreadable:
            LOG.exception("there is no mail about request %d", number)
            return
        content = json.loads(sealed)
        about = number if original is None else original
        is_correction = select(subjects.c.number).where(subjects.c.number == about)
        base_url = self._base_url or content["base_url"]
        stop = _link(base_url, number, "stop", content["token"], row.lang)
        subject, text = news_words(
            about,
            row.lang,
            base_url,
            item,
            stop,
            corrects=connection.execute(is_correction).first() is not None,
            duplicate=None if original is None else number,
        )
        put(
            connection,
            self._vault,
            row.request_key,
            kind=NEWS,
            recipient=content["address"],
            subject=subject,
            text=text,
            once=f"news {number} {once}",
            unsubscribe=stop,
        )

    def state(self, number: int) -> str | None:
        """How it stands with the address that was given; None where none was."""
        query = select(subscriptions).where(subscriptions.c.number == number)
        with failures_logged(), reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _state(row)

    def of_token(self, number: int, token: str) -> str:
        """The state, for who holds the token of a mail. Raises `RequestNotFound`."""
        with failures_logged(), reading(self._engine) as connection:
            return _state(_subscription(connection, number, token))

    def confirm(self, number: int, token: str) -> str:
        """Send news from now on; gives the state: one that is over stays so.

        Raises `RequestNotFound`.
        """
        with failures_logged(), self._engine.begin() as connection:
            row = _subscription(connection, number, token)
            if _state(row) == ASKED:
                connection.execute(
                    update(subscriptions)
                    .where(subscriptions.c.number == number)
                    .values(state=CONFIRMED)
                )
                return CONFIRMED
            return _state(row)

    def stop(self, number: int, token: str) -> str:
        """Send nothing more, of what is queued neither, and erase the address; gives the state.

        Raises `RequestNotFound`.
        """
        with failures_logged(), self._engine.begin() as connection:
            row = _subscription(connection, number, token)
            for kind in (CONFIRMATION, NEWS):
                drop(connection, row.request_key, kind)
            _erase(connection, subscriptions.c.number == number, STOPPED)
        return STOPPED

    def forget(self) -> None:
        """Erase the addresses that nobody confirmed in time, and when others were asked."""
        now = _now()
        late = (subscriptions.c.state == ASKED) & (subscriptions.c.asked_at < now - TO_CONFIRM)
        with failures_logged(), self._engine.begin() as connection:
            for row in connection.execute(select(subscriptions).where(late)).all():
                drop(connection, row.request_key, CONFIRMATION)
            _erase(connection, late, EXPIRED)
            connection.execute(delete(asked).where(asked.c.asked_at < now - DAY))

    def _take(self, connection: Connection, address: str, network: str | None) -> bool:
        """Count one more that is asked, unless there were too many."""
        if connection.dialect.name == "postgresql":  # SQLite has one writer
            connection.execute(select(func.pg_advisory_xact_lock(ASKING_LOCK)))
        now = _now()
        mailbox = self._digest("mailbox", same_mailbox(address))
        line = None if network is None else self._digest("network", network)

        def count(since: datetime.timedelta, *conditions: ColumnElement[bool]) -> int:
            query = select(func.count()).where(asked.c.asked_at > now - since, *conditions)
            number: int = connection.execute(query).scalar_one()
            return number

        is_refused = (
            count(HOUR, asked.c.mailbox == mailbox) >= MOST_TO_MAILBOX_HOURLY
            or count(DAY, asked.c.mailbox == mailbox) >= MOST_TO_MAILBOX_DAILY
            or count(HOUR) >= MOST_OF_ALL_HOURLY
            or (line and count(HOUR, asked.c.network == line) >= MOST_OF_NETWORK_HOURLY)
        )
        if is_refused:
            LOG.warning("an address is not asked to confirm: too many were asked lately")
            return False
        connection.execute(insert(asked).values(mailbox=mailbox, network=line, asked_at=now))
        return True

    def _digest(self, what: str, text: str) -> str:
        return hmac.new(
            self._secret.key(ASKING), f"{what} {text}".encode(), hashlib.sha256
        ).hexdigest()


def _link(base_url: str, number: int, action: str, token: str, lang: str) -> str:
    query = urlencode({"key": token, "lang": lang})
    return f"{base_url}/requests/{number}/news/{action}?{query}"


def _subscription(connection: Connection, number: int, token: str) -> Row[tuple[object, ...]]:
    require_number(number)
    query = select(subscriptions).where(subscriptions.c.number == number)
    row = connection.execute(query).first()
    stored = row.token if row is not None else _hash(secrets.token_urlsafe(TOKEN_BYTES))
    if not hmac.compare_digest(stored, _hash(token)) or row is None:
        raise RequestNotFound
    return row


def _state(row: Row[tuple[object, ...]]) -> str:
    is_late = row.state == ASKED and row.asked_at < _now() - TO_CONFIRM
    state: str = EXPIRED if is_late else row.state
    return state


def _erase(connection: Connection, condition: ColumnElement[bool], state: str) -> None:
    connection.execute(update(subscriptions).where(condition).values(state=state, sealed=None))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
