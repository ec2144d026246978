"""What is published, as the hosts of a service share it in PostgreSQL.

`published` is one row: the record of `layers.store.record`, and the SHA-256 of the base map that it
names. `published_revisions` are the revisions that may be asked for, each with the SHA-256 of its
files; a file's content is in chunks, once however many revisions have it. `accepted_data` is what a
person lets in next, until the layer has another revision.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
)

from server.database.engine import metadata

published = Table(
    "published",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("base", String(64), nullable=False),
)
published_revisions = Table(
    "published_revisions",
    metadata,
    Column("layer", String(255), primary_key=True),
    Column("revision", String(64), primary_key=True),
    Column("files", JSON, nullable=False),
)
published_chunks = Table(
    "published_chunks",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
accepted_data = Table(
    "accepted_data",
    metadata,
    Column("city", String(64), primary_key=True),
    Column("layer", String(255), primary_key=True),
    Column("data", String(64), nullable=False),
)
