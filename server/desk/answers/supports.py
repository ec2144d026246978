"""How many support a request, each known by nothing but a secret that only its browser holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    String,
    Table,
    func,
    select,
    union_all,
)

from server.database.engine import metadata
from server.desk.answers.duplicates import merges

supports = Table(
    "request_supports",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),  # of the secret
    sqlite_with_rowid=False,
)


def support_counts(connection: Connection, numbers: Sequence[int]) -> Mapping[int, int]:
    """How many support each of these requests; none is left out of which there is one.

    Who supports a duplicate supports its original too.
    """
    own = select(supports.c.number).where(supports.c.number.in_(numbers))
    of_duplicates = (
        select(merges.c.original)
        .join(supports, supports.c.number == merges.c.number)
        .where(merges.c.original.in_(numbers))
    )
    every = union_all(own, of_duplicates).subquery()
    query = select(every.c.number, func.count().label("supporters")).group_by(every.c.number)
    return {row.number: row.supporters for row in connection.execute(query)}


def support_count(number: ColumnElement[int]) -> ColumnElement[int]:
    """How many support the request of the row in which `number` is, or a duplicate of it."""
    own = select(func.count()).where(supports.c.number == number).scalar_subquery()
    of_duplicates = (
        select(func.count())
        .select_from(supports.join(merges, merges.c.number == supports.c.number))
        .where(merges.c.original == number)
        .scalar_subquery()
    )
    return own + of_duplicates
