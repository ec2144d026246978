"""The photo and the file of sample data that came with a request, all sealed with its key.

Of a photo there is what was sent, for those at the desk, and the picture that was made of it, which
is copied when they publish it (`server.desk.answers.published_photos`). Deleting the request's key
erases them, from backups too.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    insert,
    select,
)

from server.database.engine import metadata, reading
from server.desk.confidential.vault import Vault
from server.desk.errors import Erased, RequestNotFound, Unreadable
from server.desk.failures import failures_logged
from server.desk.intake.requests import key_of, requests, require_number

PHOTO, PICTURE, SAMPLE = "photo", "picture", "sample"
# Of all together; a SQLite file is read whole when the service starts (`quick_check`).
MOST_BYTES = 1 << 30

LOG = logging.getLogger(__name__)

attachments = Table(
    "request_attachments",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("name", LargeBinary),  # sealed: it may be a person's
    Column("content", LargeBinary),  # sealed; None when there was no room for it
    info={"confidential": True},
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a request, as its sender called it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of an attachment without opening it: `size` in bytes, and whether it is kept.

    It is not when there was no room for it.
    """

    kind: str
    size: int
    is_kept: bool


Files = Mapping[str, Attachment]  # by kind


def digest(files: Files) -> str:
    """What tells these files from any others; "" for none."""
    if not files:
        return ""
    every = hashlib.sha256()
    for kind, file in sorted(files.items()):
        for part in (kind.encode(), file.name.encode(), file.content):
            every.update(b"%d:%b" % (len(part), part))
    return every.hexdigest()


def listed(connection: Connection, number: int) -> Sequence[Listed]:
    """The files that came with a request, unopened."""
    is_kept = attachments.c.content.is_not(None)
    columns = select(attachments.c.kind, attachments.c.size, is_kept)
    query = columns.where(attachments.c.number == number).order_by(attachments.c.kind)
    return [Listed(kind, size, bool(kept)) for kind, size, kept in connection.execute(query)]


def _attach(
    connection: Connection, vault: Vault, number: int, files: Files, most_bytes: int
) -> None:
    key = key_of(connection, vault, number)
    total = func.coalesce(func.sum(attachments.c.size), 0)
    kept = connection.execute(select(total).where(attachments.c.content.is_not(None))).scalar_one()
    has_room = kept + sum(len(file.content) for file in files.values()) <= most_bytes
    if not has_room:
        LOG.error("there is no room for more files of requests: %d bytes are kept", kept)
    connection.execute(
        insert(attachments),
        [
            {
                "number": number,
                "kind": kind,
                "size": len(file.content),
                "name": vault.seal(key, _what(kind, "name"), file.name.encode()),
                "content": vault.seal(key, _what(kind), file.content) if has_room else None,
            }
            for kind, file in files.items()
        ],
    )


class Attachments:
    """The files in a database. All raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine, vault: Vault, most_bytes: int = MOST_BYTES) -> None:
        self._engine, self._vault, self._most_bytes = engine, vault, most_bytes

    def attach(self, connection: Connection, number: int, files: Files) -> None:
        """Store the files of a request, in the transaction that stores the request.

        Where they and all others would be more than `most_bytes`, it is only noted that they came.
        """
        if files:
            _attach(connection, self._vault, number, files, self._most_bytes)

    def listed(self, number: int) -> Sequence[Listed]:
        """The files of a request, for its sender and for the desk."""
        require_number(number)
        with failures_logged(), reading(self._engine) as connection:
            return listed(connection, number)

    def opened(self, number: int) -> Files:
        """The files that are kept of a request, for the desk alone; none that were erased."""
        require_number(number)
        query = (
            select(attachments, requests.c.key)
            .join(requests)
            .where(attachments.c.number == number, attachments.c.content.is_not(None))
        )
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(query).all()
        files = {}
        for row in rows:
            try:
                name = self._vault.open(row.key, _what(row.kind, "name"), row.name).decode()
                content = self._vault.open(row.key, _what(row.kind), row.content)
            except Erased:
                continue
            files[row.kind] = Attachment(name, content)
        return files

    def picture(self, number: int) -> bytes:
        """The picture of a request, a JPEG, public or not. Raises `RequestNotFound` without one."""
        require_number(number)
        with failures_logged(), reading(self._engine) as connection:
            return picture_of(connection, self._vault, number)


def picture_of(connection: Connection, vault: Vault, number: int) -> bytes:
    """The picture that was made of a request's photo, a JPEG. Raises `RequestNotFound`."""
    is_picture = (attachments.c.number == number) & (attachments.c.kind == PICTURE)
    query = (
        select(attachments.c.content, requests.c.key)
        .join(requests)
        .where(is_picture, attachments.c.content.is_not(None))
    )
    row = connection.execute(query).first()
    if row is None:
        raise RequestNotFound
    try:
        return vault.open(row.key, _what(PICTURE), row.content)
    except (Erased, Unreadable):
        raise RequestNotFound from None


def _what(kind: str, part: str = "content") -> str:
    """What is sealed: neither can be put in the other's place."""
    return f"attachment {kind} {part}"
