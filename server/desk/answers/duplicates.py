"""Requests for the same thing: which one is a duplicate of which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Table, select

from server.database.engine import UtcDateTime, metadata
from server.desk.intake.requests import requests

# `original` is never a duplicate itself. `chosen` is the request that somebody named, which was
# perhaps a duplicate, or became one: so that a merge that is undone leaves the others as they were.
merges = Table(
    "request_merges",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column(
        "original", ForeignKey("requests.number", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("chosen", ForeignKey("requests.number", ondelete="SET NULL")),
    Column("merged_at", UtcDateTime, nullable=False),
    CheckConstraint("number <> original", name="not_of_itself"),
)


@dataclass(frozen=True, slots=True)
class Relative:
    """Another request, with its title as it was sent."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Relation:
    """The request that one is a duplicate of, None for none, and the duplicates of this one."""

    original: Relative | None
    duplicates: Sequence[Relative]


def relation_of(connection: Connection, number: int) -> Relation:
    """How a request stands to others."""
    titles = select(requests.c.number, requests.c.title).order_by(requests.c.number)
    copies = titles.join(merges, merges.c.number == requests.c.number)
    original = titles.join(merges, merges.c.original == requests.c.number)
    row = connection.execute(original.where(merges.c.number == number)).first()
    rows = connection.execute(copies.where(merges.c.original == number))
    return Relation(Relative(*row) if row else None, [Relative(*row) for row in rows])


def duplicates_of(connection: Connection, number: int) -> Sequence[int]:
    """The duplicates of a request."""
    query = select(merges.c.number).where(merges.c.original == number).order_by(merges.c.number)
    return connection.execute(query).scalars().all()


def original_of(connection: Connection, number: int) -> int | None:
    """The request that this one is a duplicate of; None for none."""
    return connection.execute(select(merges.c.original).where(merges.c.number == number)).scalar()
