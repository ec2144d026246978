"""What the sender of a request added to it later: sealed, until the desk publishes it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    insert,
    select,
)

from server.database.engine import UtcDateTime, metadata
from server.desk.confidential.vault import Vault
from server.desk.errors import Erased

SUPPLEMENT = "supplement"

supplements = Table(
    "request_supplements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("sealed", LargeBinary),  # None when it was erased
    Column("added_at", UtcDateTime, nullable=False),
    Column("public_text", Text),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Supplement:
    """What was added, and when (UTC). `text` is None when it was erased; `public_text` is what of
    it everybody may read, None while nothing is.
    """

    id: int
    text: str | None
    added_at: datetime.datetime
    public_text: str | None


@dataclass(frozen=True, slots=True)
class PublicSupplement:
    """What everybody may read of a supplement; `added_at` is in UTC."""

    text: str
    added_at: datetime.datetime


def supplements_of(
    connection: Connection, vault: Vault, number: int, key: str | None
) -> Sequence[Supplement]:
    """All that was added to a request, the oldest first. Raises `VaultClosed`, `Unreadable`."""
    query = select(supplements).where(supplements.c.number == number).order_by(supplements.c.id)
    return [
        Supplement(row.id, _opened(vault, key, row.sealed), row.added_at, row.public_text)
        for row in connection.execute(query).all()
    ]


def put_supplement(
    connection: Connection, vault: Vault, number: int, key: str, text: str, now: datetime.datetime
) -> None:
    """Store what was added, in the caller's transaction."""
    sealed = vault.seal(key, SUPPLEMENT, text.encode())
    connection.execute(insert(supplements).values(number=number, sealed=sealed, added_at=now))


def public_supplements(
    connection: Connection, numbers: Sequence[int]
) -> Mapping[int, Sequence[PublicSupplement]]:
    """What everybody may read of what was added, by the request's number, the oldest first."""
    by_number: dict[int, list[PublicSupplement]] = {}
    query = (
        select(supplements)
        .where(supplements.c.number.in_(numbers), supplements.c.public_text.is_not(None))
        .order_by(supplements.c.id)
    )
    for row in connection.execute(query):
        public = PublicSupplement(row.public_text, row.added_at)
        by_number.setdefault(row.number, []).append(public)
    return by_number


def _opened(vault: Vault, key: str | None, sealed: bytes | None) -> str | None:
    if sealed is None or key is None:
        return None
    try:
        return vault.open(key, SUPPLEMENT, sealed).decode()
    except Erased:
        return None
