"""How often signing in may be tried: pauses that grow, and that lock nobody out for good.

A browser that an account was signed in with before has a token of its own (a device cookie, after
OWASP's "Slow Down Online Guessing Attacks with Device Cookies"): what is tried with it counts for
it alone, so that a stranger's guessing, from however many networks, keeps no one from their work.
What is tried without one counts for the account from that network, and for the account from all
strangers together, whose pauses are short. Names that no account has are counted alike. The command
line (`bosai staff password`) asks nobody and forgets the counts.

Nothing that is typed is kept: a key is a hash. An attempt is counted before the password is
looked at, so that attempts at the same time are no way around it.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
)

from server.database.engine import UtcDateTime, metadata, upsert
from server.desk.accounts.account import accounts
from server.desk.errors import SignInPaused

FIRST_PAUSE = datetime.timedelta(seconds=30)  # doubled by each further failure
FORGOTTEN = datetime.timedelta(hours=24)  # after the last failure
MOST_KEPT = 10_000  # rows, some megabytes: made-up names fill no disk
MOST_DEVICES = 20  # of an account
DEVICE_BYTES = 32

attempts = Table(
    "staff_attempts",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("name", String(64), nullable=False),  # of the account, as a hash
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
    Column("until", UtcDateTime, nullable=False),
)
devices = Table(
    "staff_devices",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column(
        "account",
        Integer,
        ForeignKey("staff_accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("seen_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Patience:
    """So many failures are `free`; then come pauses, of which none is longer than `longest`."""

    free: int
    longest: datetime.timedelta

    def pause(self, failures: int) -> datetime.timedelta:
        """How long to wait after so many failures."""
        beyond = failures - self.free
        if beyond < 0:
            return datetime.timedelta(0)
        return min(FIRST_PAUSE * (1 << min(beyond, 20)), self.longest)


OF_DEVICE = Patience(10, datetime.timedelta(minutes=15))
OF_NETWORK = Patience(5, datetime.timedelta(hours=1))
OF_STRANGERS = Patience(50, datetime.timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Counted:
    """One of the counts that an attempt is in: its key and that of the account's name."""

    key: str
    name: str
    patience: Patience


def counts_of(folded: str, network: str | None, device: str | None) -> Sequence[Counted]:
    """The counts of an attempt: by a device of the account's, or by a stranger.

    `network` is None where an address tells none, as behind a proxy that is not trusted: then all
    who come through it are strangers together.
    """
    name = digest("name", folded)
    if device is not None:
        return [Counted(digest("device", folded, device), name, OF_DEVICE)]
    strangers = Counted(digest("strangers", folded), name, OF_STRANGERS)
    if network is None:
        return [strangers]
    return [Counted(digest("network", folded, network), name, OF_NETWORK), strangers]


def own_counts(folded: str) -> Sequence[Counted]:
    """The counts of who is signed in and is asked for the password again."""
    return [Counted(digest("own", folded), digest("name", folded), OF_DEVICE)]


def take(connection: Connection, counts: Sequence[Counted], now: datetime.datetime) -> None:
    """Count an attempt as failed until it succeeds. Raises `SignInPaused`, and then counts none."""
    connection.execute(delete(attempts).where(attempts.c.last_at <= now - FORGOTTEN))
    for counted in counts:
        failures, until = _count(connection, counted, now)
        if until > now:
            raise SignInPaused((until - now).total_seconds())
        connection.execute(
            attempts.update()
            .where(attempts.c.key == counted.key)
            .values(last_at=now, until=now + counted.patience.pause(failures))
        )
    kept = select(attempts.c.key).order_by(attempts.c.last_at.desc()).limit(MOST_KEPT)
    connection.execute(delete(attempts).where(attempts.c.key.not_in(kept)))


def _count(
    connection: Connection, counted: Counted, now: datetime.datetime
) -> tuple[int, datetime.datetime]:
    """The failures with one more, and until when it is paused; others wait for the row."""
    first = upsert(connection, attempts).values(
        key=counted.key, name=counted.name, failures=1, last_at=now, until=now
    )
    further = first.on_conflict_do_update(
        index_elements=[attempts.c.key], set_={"failures": attempts.c.failures + 1}
    )
    row = connection.execute(further.returning(attempts.c.failures, attempts.c.until)).one()
    return row.failures, row.until


def succeed(connection: Connection, counts: Sequence[Counted]) -> None:
    """Forget the failures of who has proved who they are; those of strangers stay counted."""
    for counted in counts:
        own = attempts.c.key == counted.key
        if counted.patience is OF_STRANGERS:
            before = {"failures": attempts.c.failures - 1, "until": attempts.c.last_at}
            connection.execute(attempts.update().where(own).values(before))
        else:
            connection.execute(delete(attempts).where(own))


def forget(connection: Connection, account: int, folded: str) -> None:
    """Forget who failed as the account, and which devices are its own."""
    connection.execute(delete(devices).where(devices.c.account == account))
    connection.execute(delete(attempts).where(attempts.c.name == digest("name", folded)))


def new_device(connection: Connection, account: int, now: datetime.datetime) -> str:
    """The token of a browser that the account is signed in with for the first time."""
    token = secrets.token_urlsafe(DEVICE_BYTES)
    connection.execute(
        insert(devices).values(digest=digest("device", token), account=account, seen_at=now)
    )
    own = devices.c.account == account
    kept = (
        select(devices.c.digest).where(own).order_by(devices.c.seen_at.desc()).limit(MOST_DEVICES)
    )
    connection.execute(delete(devices).where(own, devices.c.digest.not_in(kept)))
    return token


def is_device(connection: Connection, folded: str, token: str) -> bool:
    """Whether the account was signed in with this browser."""
    query = (
        select(devices.c.digest)
        .select_from(devices.join(accounts))
        .where(devices.c.digest == digest("device", token), accounts.c.folded == folded)
    )
    return connection.execute(query).first() is not None


def digest(*parts: str) -> str:
    """The key of a count or a device."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()
