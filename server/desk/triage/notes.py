"""Notes of the desk about a request, for the desk alone: sealed with the request's key."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    insert,
    select,
)

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.assignments import require_visible
from server.desk.answers.changes import begin_change, subject_of
from server.desk.confidential.vault import Vault
from server.desk.errors import Erased, Unreadable
from server.desk.failures import failures_logged
from server.desk.intake.requests import key_of, requests

NOTE_LENGTH = 2000  # characters
SEALED_AS = "note"

notes = Table(
    "request_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
    info={"confidential": True},
)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody at the desk wrote, when (UTC); `text` is None once its key was erased."""

    author: str
    text: str | None
    written_at: datetime.datetime


class Notes:
    """The notes in a database. All raise `RequestNotFound` and `DeskUnavailable`."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault

    def add(self, number: int, text: str, *, actor: Actor) -> None:
        """Add a note. The audit knows its length alone."""
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, None)
            key = key_of(connection, self._vault, number)
            connection.execute(
                insert(notes).values(
                    number=number,
                    author=actor.name,
                    sealed=self._vault.seal(key, SEALED_AS, text.encode()),
                    written_at=datetime.datetime.now(datetime.UTC),
                )
            )
            record(
                connection, actor, "request.note", subject_of(number), None, {"length": len(text)}
            )

    def of(self, number: int, *, actor: Actor) -> Sequence[Note]:
        """The notes about a request, the oldest first."""
        query = (
            select(notes.c.author, notes.c.sealed, notes.c.written_at, requests.c.key)
            .join(requests, requests.c.number == notes.c.number)
            .where(notes.c.number == number)
            .order_by(notes.c.id)
        )
        with failures_logged(), reading(self._engine) as connection:
            require_visible(connection, actor, number)
            rows = connection.execute(query).all()
        return [Note(row.author, self._open(row.key, row.sealed), row.written_at) for row in rows]

    def _open(self, key: str | None, sealed: bytes) -> str | None:
        try:
            return None if key is None else self._vault.open(key, SEALED_AS, sealed).decode()
        except (Erased, Unreadable):
            return None
