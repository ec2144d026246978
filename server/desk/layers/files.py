"""The files that versions of layers are prepared from: in the database, by the SHA-256 of each.

So a backup of the database holds them, and every machine of a service can have them. A file is
stored in chunks, each in a transaction of its own: writers in between do not wait for a large one.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from layers.files import open_file
from server.database.engine import UtcDateTime, metadata, upsert
from server.desk.errors import LayerFilesFull
from server.desk.failures import failures_logged
from server.desk.layers.versions import lock_layers, referenced_files

CHUNK = 1_000_000  # bytes
# Of all together; a SQLite file is read whole when the service starts (`quick_check`).
MOST_BYTES = 2 << 30
ABANDONED = datetime.timedelta(days=1)  # after which what no version refers to is deleted

layer_files = Table(
    "layer_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("upload", String(32), nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("put_at", UtcDateTime, nullable=False),
)
layer_chunks = Table(
    "layer_chunks",
    metadata,
    Column("upload", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    Column("put_at", UtcDateTime, nullable=False, index=True),
)


def put_file(engine: Engine, path: Path) -> str:
    """Keep a file, unless one of the same content is kept; gives its SHA-256.

    Nothing refers to what a killed process left half done; it is deleted by a later call. Raises
    `OSError` for what cannot be read, `LayerFilesFull`, `DeskUnavailable`.
    """
    with failures_logged():
        with open_file(path) as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        with engine.begin() as connection:
            lock_layers(connection)
            same = update(layer_files).where(layer_files.c.sha256 == digest)
            if connection.execute(same.values(put_at=_now())).rowcount:
                return digest
            _sweep(connection, _now() - ABANDONED)
            _require_room(connection, path.stat().st_size)
        return _stored(engine, path)


def size_of(connection: Connection, sha256: str) -> int | None:
    """The length in bytes of a file that is kept; None for one that is not."""
    query = select(layer_files.c.size).where(layer_files.c.sha256 == sha256)
    return connection.execute(query).scalar()


def chunks_of(connection: Connection, sha256: str) -> Iterator[bytes]:
    """The content of a file that is kept, piece by piece."""
    query = select(layer_files.c.upload).where(layer_files.c.sha256 == sha256)
    upload = connection.execute(query).scalar_one()
    numbers = select(func.max(layer_chunks.c.number)).where(layer_chunks.c.upload == upload)
    last = connection.execute(numbers).scalar()
    for number in range(0 if last is None else last + 1):
        yield connection.execute(
            select(layer_chunks.c.content).where(
                layer_chunks.c.upload == upload, layer_chunks.c.number == number
            )
        ).scalar_one()


def _stored(engine: Engine, path: Path) -> str:
    """Store a file and give the SHA-256 of what was stored, whoever changes it meanwhile."""
    upload, digest, size = secrets.token_hex(16), hashlib.sha256(), 0
    with open_file(path) as content:
        for number, chunk in enumerate(iter(lambda: content.read(CHUNK), b"")):
            digest.update(chunk)
            size += len(chunk)
            row = {"upload": upload, "number": number, "content": chunk, "put_at": _now()}
            with engine.begin() as connection:
                connection.execute(insert(layer_chunks).values(row))
    file = {"sha256": digest.hexdigest(), "upload": upload, "size": size, "put_at": _now()}
    with engine.begin() as connection:
        put = upsert(connection, layer_files).values(file).on_conflict_do_nothing()
        if not connection.execute(put).rowcount:  # somebody else was quicker
            connection.execute(delete(layer_chunks).where(layer_chunks.c.upload == upload))
    return digest.hexdigest()


def _sweep(connection: Connection, before: datetime.datetime) -> None:
    """Delete what was put before an instant and belongs to no version, nor to a whole file."""
    old = select(layer_files.c.sha256).where(layer_files.c.put_at < before)
    abandoned = set(connection.scalars(old)) - referenced_files(connection)
    connection.execute(delete(layer_files).where(layer_files.c.sha256.in_(abandoned)))
    of_none = layer_chunks.c.upload.not_in(select(layer_files.c.upload))
    connection.execute(delete(layer_chunks).where(layer_chunks.c.put_at < before, of_none))


def _require_room(connection: Connection, size: int) -> None:
    kept: int = connection.execute(
        select(func.coalesce(func.sum(layer_files.c.size), 0))
    ).scalar_one()
    if kept + size > MOST_BYTES:
        raise LayerFilesFull(size, max(MOST_BYTES - int(kept), 0))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
