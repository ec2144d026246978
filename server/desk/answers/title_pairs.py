"""An index of public requests by the pairs of letters of their titles.

Without it every title would be compared. It holds what `layers.japanese.likeness` makes of them: a
change there needs a step of the schema that fills it anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    func,
    insert,
    select,
)

from layers.japanese.likeness import letters, pairs
from server.database.engine import metadata

title_pairs = Table(
    "request_title_pairs",
    metadata,
    Column("pair", String(2), primary_key=True),
    Column(
        "number",
        ForeignKey("request_publications.number", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("pairs", Integer, nullable=False),  # that the title has in all
    sqlite_with_rowid=False,
)


def index_title(connection: Connection, number: int, title: str) -> None:
    """Write down the pairs of a title that has just been published."""
    own = pairs(letters(title))
    if own:
        rows = [{"pair": pair, "number": number, "pairs": len(own)} for pair in sorted(own)]
        connection.execute(insert(title_pairs), rows)


def numbers_with_pairs_of(connection: Connection, title: str, most: int) -> Sequence[int]:
    """The numbers of the public requests whose titles have most of the pairs of this one."""
    own = pairs(letters(title))
    share = func.count() * 2.0 / (title_pairs.c.pairs + len(own))  # Dice's coefficient of pairs
    query = (
        select(title_pairs.c.number)
        .where(title_pairs.c.pair.in_(sorted(own)))
        .group_by(title_pairs.c.number, title_pairs.c.pairs)
        .order_by(share.desc(), title_pairs.c.number.desc())
        .limit(most)
    )
    return connection.scalars(query).all()
