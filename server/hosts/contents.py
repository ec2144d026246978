"""Files in the database by their content: in chunks, each file once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from layers.files import open_file
from server.hosts.tables import published_chunks

CHUNK = 1_000_000  # bytes


class Damaged(Exception):
    """A file is not what it was written as: here, or in the database."""


def has_file(connection: Connection, sha256: str) -> bool:
    """Whether a file of this content is kept."""
    chunk = select(published_chunks.c.number).where(published_chunks.c.sha256 == sha256)
    return connection.execute(chunk.limit(1)).first() is not None


def put_file(connection: Connection, path: Path, sha256: str) -> None:
    """Keep a file that was written as `sha256`. Raises `OSError`, `Damaged`."""
    digest = hashlib.sha256()
    with connection.begin_nested(), open_file(path) as content:
        for number, chunk in enumerate(iter(lambda: content.read(CHUNK), b"")):
            digest.update(chunk)
            row = {"sha256": sha256, "number": number, "content": chunk}
            connection.execute(insert(published_chunks).values(row))
        if digest.hexdigest() != sha256:
            raise Damaged(path)


def get_file(connection: Connection, sha256: str, path: Path) -> None:
    """Write a file that is kept to a new `path`. Raises `OSError`, `Damaged`."""
    count = select(func.count()).where(published_chunks.c.sha256 == sha256)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for number in range(connection.execute(count).scalar_one()):
            chunk = select(published_chunks.c.content).where(
                published_chunks.c.sha256 == sha256, published_chunks.c.number == number
            )
            content: bytes = connection.execute(chunk).scalar_one()
            digest.update(content)
            file.write(content)
    if digest.hexdigest() != sha256:
        raise Damaged(sha256)


def keep_only(connection: Connection, wanted: Iterable[str]) -> None:
    """Delete every file but these."""
    connection.execute(delete(published_chunks).where(published_chunks.c.sha256.not_in(wanted)))
