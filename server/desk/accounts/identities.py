"""The city's own accounts (OpenID Connect) that may be used to sign in to accounts of the desk.

An admin writes down what the provider calls a colleague. The first to sign in under that name, as
the provider has proved, is bound to the account by the provider's own key for the person (`sub`),
for good: names change hands, the key never does. Signing in makes no account.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.accounts.account import Account, account_of, accounts
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.accounts.sessions import end_sessions, now_utc, subject_of
from server.desk.errors import IdentityUnknown, InvalidAccount, SignInRefused
from server.desk.failures import failures_logged

LONGEST = 255  # characters, as of a `sub` (OpenID Connect Core 1.0, 2)
USED_KEPT = datetime.timedelta(hours=1)  # longer than a sign-in may be under way

identities = Table(
    "staff_identities",
    metadata,
    Column(
        "account",
        Integer,
        ForeignKey("staff_accounts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("name", Text, nullable=False),  # as the admin wrote it
    Column("folded", Text, nullable=False, unique=True),
    Column("issuer", Text),  # None until somebody has signed in
    Column("subject", Text),
    Column("bound_at", UtcDateTime),
    UniqueConstraint("issuer", "subject", name="one_account_each"),
)
used = Table(
    "staff_openid_used",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("used_at", UtcDateTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider has proved somebody to be: its key, and the names that it vouches for."""

    issuer: str
    subject: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What an account may be signed in to with, and whether somebody has."""

    name: str
    is_bound: bool


class Identities:
    """The links in a database. All raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime.datetime] = now_utc) -> None:
        self._engine, self._clock = engine, clock

    def links(self) -> Mapping[int, Link]:
        """Every link, by the number of its account."""
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(select(identities))
            return {row.account: Link(row.name, row.subject is not None) for row in rows}

    def link(self, account: Account, name: str, *, actor: Actor) -> None:
        """Let what the provider calls `name` be used for an account; "" for nothing any more.

        Whoever was bound before is not any longer. All sessions end. Raises `InvalidAccount`.
        """
        if actor.name == account.name:
            raise InvalidAccount("account", "account_own")
        with failures_logged():
            try:
                with self._engine.begin() as connection:
                    write_link(connection, account, name, actor=actor)
            except IntegrityError:
                raise InvalidAccount("openid", "openid_taken") from None

    def account(self, identity: Identity, once: str) -> Account:
        """The account that this person is bound to, or is now.

        `once` is the hash of what the answer belongs to, which is answered once. Raises
        `SignInRefused` of an answer that comes again, `IdentityUnknown` of everybody else.
        """
        now = self._clock()
        with failures_logged():
            try:
                with self._engine.begin() as connection:
                    connection.execute(delete(used).where(used.c.used_at < now - USED_KEPT))
                    connection.execute(insert(used).values(digest=once, used_at=now))
            except IntegrityError:
                raise SignInRefused from None
            try:
                with self._engine.begin() as connection:
                    return _account(connection, identity, now)
            except (IntegrityError, IdentityUnknown):
                # The same person in another browser may have been bound a moment before.
                with self._engine.begin() as connection:
                    return _account(connection, identity, now)


def read_name(typed: str) -> str:
    """What a provider may call somebody. Raises `InvalidAccount`."""
    name = typed.strip()
    if len(name) > LONGEST:
        raise InvalidAccount("openid", "openid_long")
    if not (name.isascii() and name.isprintable() and " " not in name):
        raise InvalidAccount("openid", "openid_unprintable")
    return name


def write_link(connection: Connection, account: Account, typed: str, *, actor: Actor) -> None:
    """Link an account, in the transaction of what else is done with it. Raises `InvalidAccount`."""
    name = read_name(typed)
    own = identities.c.account == account.id
    was_linked = connection.execute(delete(identities).where(own)).rowcount > 0
    if name:
        others = select(identities.c.account).where(identities.c.folded == name.lower())
        if connection.execute(others).first() is not None:
            raise InvalidAccount("openid", "openid_taken")
        values = {"account": account.id, "name": name, "folded": name.lower()}
        connection.execute(insert(identities).values(values))
    before, after = {"openid": was_linked}, {"openid": bool(name)}
    record(connection, actor, "account.link", subject_of(account), before, after)
    end_sessions(connection, account.id)


def _account(connection: Connection, identity: Identity, now: datetime.datetime) -> Account:
    bound = (identities.c.issuer == identity.issuer) & (identities.c.subject == identity.subject)
    row = connection.execute(select(accounts).join(identities).where(bound)).first()
    if row is not None:
        if row.disabled_at is not None:
            raise IdentityUnknown
        return account_of(row)
    names = [name.lower() for name in identity.names if name.isascii() and name.isprintable()]
    is_free = identities.c.subject.is_(None) & accounts.c.disabled_at.is_(None)
    is_meant = (identities.c.name == identity.subject) | identities.c.folded.in_(names)
    rows = connection.execute(select(accounts).join(identities).where(is_free, is_meant)).all()
    if len(rows) != 1:  # of several it cannot be told which is meant
        raise IdentityUnknown
    account = account_of(rows[0])
    values = {"issuer": identity.issuer, "subject": identity.subject, "bound_at": now}
    changed = connection.execute(
        update(identities)
        .where(identities.c.account == account.id, identities.c.subject.is_(None))
        .values(values)
    )
    if changed.rowcount != 1:
        raise IdentityUnknown
    record(connection, account.actor, "account.bind", subject_of(account), None, None)
    return account
