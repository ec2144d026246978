"""Who is signed in: sessions, each known by a random token of which only the hash is kept.

However somebody proves who they are, it ends in `Sessions.begin`.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.accounts.account import Account, account_of, accounts
from server.desk.accounts.audit import record
from server.desk.failures import failures_logged

IDLE = datetime.timedelta(minutes=30)
ABSOLUTE = datetime.timedelta(hours=12)
NOTED = datetime.timedelta(minutes=1)  # how exactly it is known when a session was last used
TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_DEVICE = 60  # characters

sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column(
        "account",
        Integer,
        ForeignKey("staff_accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("device", Text, nullable=False),
    Column("proof", String(16), nullable=False, server_default="password"),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)


class Proof(StrEnum):
    """By what somebody has proved to be the owner of an account."""

    PASSWORD = "password"  # noqa: S105 - the word
    OPENID = "openid"


@dataclass(frozen=True, slots=True)
class Session:
    """A session of an account. Instants are in UTC; `device` is what the browser calls itself."""

    id: int
    account: Account
    device: str
    begun_at: datetime.datetime
    seen_at: datetime.datetime
    proof: Proof


def now_utc() -> datetime.datetime:
    """The present."""
    return datetime.datetime.now(datetime.UTC)


def new_token() -> str:
    """A random token, not to be guessed: 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class Sessions:
    """The sessions in a database. All raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime.datetime] = now_utc) -> None:
        self._engine, self._clock = engine, clock

    def begin(self, account: Account, device: str = "", proof: Proof = Proof.PASSWORD) -> str:
        """The token of a new session of somebody who has proved to be the account's owner."""
        token, now = new_token(), self._clock()
        with failures_logged(), self._engine.begin() as connection:
            connection.execute(delete(sessions).where(_expired(now)))
            number = connection.execute(
                insert(sessions)
                .values(
                    digest=_digest(token),
                    account=account.id,
                    device=device[:LONGEST_DEVICE],
                    proof=proof.value,
                    begun_at=now,
                    seen_at=now,
                )
                .returning(sessions.c.id)
            ).scalar_one()
            after = {"session": number}
            if proof is Proof.OPENID:
                after["openid"] = True
            record(connection, account.actor, "session.begin", subject_of(account), None, after)
        return token

    def of(self, token: str) -> Session | None:
        """The session of a token, which is in use now; None of one that has ended or never was."""
        if not TOKEN.fullmatch(token):
            return None
        now = self._clock()
        where = (sessions.c.digest == _digest(token)) & ~_expired(now)
        with failures_logged():
            with reading(self._engine) as connection:
                matches = _sessions(connection, where & accounts.c.disabled_at.is_(None))
            if not matches:
                return None
            (session,) = matches
            if now - session.seen_at >= NOTED:
                with self._engine.begin() as connection:
                    used = update(sessions).where(sessions.c.id == session.id).values(seen_at=now)
                    connection.execute(used)
        return session

    def of_account(self, account: Account) -> Sequence[Session]:
        """Those of an account, the one used last first."""
        where = (sessions.c.account == account.id) & ~_expired(self._clock())
        with failures_logged(), reading(self._engine) as connection:
            return _sessions(connection, where)

    def end(self, account: Account, number: int) -> None:
        """End one of the account's; nothing happens to what is not."""
        self._end(account, sessions.c.id == number, {"session": number})

    def end_all(self, account: Account) -> None:
        """End all of the account's."""
        self._end(account, sessions.c.id > 0, {"session": "all"})

    def _end(self, account: Account, which: ColumnElement[bool], before: dict[str, object]) -> None:
        with failures_logged(), self._engine.begin() as connection:
            ended = connection.execute(
                delete(sessions).where(sessions.c.account == account.id, which)
            )
            if ended.rowcount:
                record(connection, account.actor, "session.end", subject_of(account), before, None)


def end_sessions(connection: Connection, account: int) -> None:
    """End all of an account's, in the transaction of what makes it necessary."""
    connection.execute(delete(sessions).where(sessions.c.account == account))


def subject_of(account: Account) -> str:
    """What the audit calls an account."""
    return f"account {account.id}"


def _expired(now: datetime.datetime) -> ColumnElement[bool]:
    return or_(sessions.c.seen_at <= now - IDLE, sessions.c.begun_at <= now - ABSOLUTE)


def _sessions(connection: Connection, where: ColumnElement[bool]) -> list[Session]:
    rows = connection.execute(
        select(
            accounts,
            sessions.c.id.label("session"),
            sessions.c.device,
            sessions.c.begun_at,
            sessions.c.seen_at,
            sessions.c.proof,
        )
        .select_from(sessions.join(accounts))
        .where(where)
        .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
    )
    return [
        Session(
            row.session, account_of(row), row.device, row.begun_at, row.seen_at, Proof(row.proof)
        )
        for row in rows
    ]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
