"""Requests in public: what of them everybody may read, and how they were decided."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    false,
    select,
)

from server.database.engine import UtcDateTime, metadata
from server.database.spelling import one_spelling
from server.desk.answers.duplicates import merges
from server.desk.answers.supports import support_count, support_counts
from server.desk.intake.areas import areas, ring_in
from server.desk.intake.form import Place
from server.desk.intake.requests import requests, subjects
from server.desk.intake.subject import Subject
from server.desk.intake.supplements import PublicSupplement, public_supplements
from server.desk.labels import CATEGORIES

PAGE = 20  # requests on a page of the list
Order = Literal["new", "changed", "supported"]

publications = Table(
    "request_publications",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("sought", Text, nullable=False),  # both in one spelling, to be searched
    Column("with_place", Boolean, nullable=False),
    Column("with_photo", Boolean, nullable=False, server_default=false()),
    Column("published_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
decisions = Table(
    "request_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("layer", Text),
    Column("decided_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)
# Duplicates whose original everybody can read.
public_merges = (
    select(merges.c.number, merges.c.original)
    .join(publications, publications.c.number == merges.c.original)
    .subquery("public_merges")
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A state that a request was brought into: why, when (UTC), and the layer that answers it."""

    state: str
    reason: str
    layer: str | None
    decided_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRequest:
    """A request as everybody may read it. Instants are in UTC, `decisions` the oldest first.

    `original` is the public request that it is a duplicate of, None for none; `supports` is how
    many support it.
    """

    number: int
    title: str
    purpose: str
    category: str
    place: Place | None
    has_photo: bool
    subject: Subject | None
    state: str
    received_at: datetime.datetime
    published_at: datetime.datetime
    changed_at: datetime.datetime
    supports: int
    decisions: Sequence[Decision]
    original: int | None
    supplements: Sequence[PublicSupplement] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which public requests, in which order: those of the state, the category and the text."""

    state: str | None = None
    category: str | None = None
    text: str = ""
    order: Order = "new"


# Newest first, and so on: each in descending order.
ORDERED_BY: Mapping[Order, ColumnElement[Any]] = {
    "new": publications.c.published_at,
    "changed": publications.c.changed_at,
    "supported": support_count(publications.c.number),
}


def condition_of(selection: Selection) -> ColumnElement[bool]:
    """What a publication and its request, joined, meet that are selected."""
    # A duplicate is found by way of its original.
    where: ColumnElement[bool] = publications.c.number.not_in(select(public_merges.c.number))
    if selection.state is not None:
        where &= requests.c.state == selection.state
    if selection.category is not None:
        assert selection.category in CATEGORIES
        where &= requests.c.category == selection.category
    for word in one_spelling(selection.text).split():
        where &= publications.c.sought.contains(word, autoescape=True)
    return where


def public_requests(
    connection: Connection,
    where: ColumnElement[bool],
    order: tuple[ColumnElement[object], ...] = (),
    offset: int = 0,
    most: int = PAGE,
) -> list[PublicRequest]:
    """The public requests that meet the condition, in this order, from the `offset`th on."""
    rows = connection.execute(
        select(
            publications,
            requests.c.category,
            requests.c.latitude,
            requests.c.longitude,
            requests.c.state,
            requests.c.received_at,
            subjects.c.number.label("corrects"),
            subjects.c.layer,
            subjects.c.feature,
            subjects.c.name,
            public_merges.c.original,
            areas.c.area,
        )
        .select_from(
            publications.join(requests)
            .outerjoin(subjects, subjects.c.number == requests.c.number)
            .outerjoin(areas, areas.c.number == requests.c.number)
            .outerjoin(public_merges, public_merges.c.number == requests.c.number)
        )
        .where(where)
        .order_by(*order)
        .limit(most)
        .offset(offset)
    ).all()
    numbers = [row.number for row in rows]
    by_number, counts = decisions_of(connection, numbers), support_counts(connection, numbers)
    added = public_supplements(connection, numbers)
    return [
        PublicRequest(
            number=row.number,
            title=row.title,
            purpose=row.purpose,
            category=row.category,
            place=(
                Place(row.latitude, row.longitude, ring_in(row.area))
                if row.with_place and row.latitude is not None
                else None
            ),
            has_photo=row.with_photo,
            subject=None if row.corrects is None else Subject(row.layer, row.feature, row.name),
            state=row.state,
            received_at=row.received_at,
            published_at=row.published_at,
            changed_at=row.changed_at,
            supports=counts.get(row.number, 0),
            decisions=by_number.get(row.number, []),
            supplements=added.get(row.number, []),
            original=row.original,
        )
        for row in rows
    ]


def decisions_of(connection: Connection, numbers: Sequence[int]) -> Mapping[int, list[Decision]]:
    """How requests were decided, the oldest decision first, by number."""
    by_number: dict[int, list[Decision]] = {}
    rows = connection.execute(
        select(decisions).where(decisions.c.number.in_(numbers)).order_by(decisions.c.id)
    )
    for row in rows:
        decision = Decision(row.state, row.reason, row.layer, row.decided_at)
        by_number.setdefault(row.number, []).append(decision)
    return by_number


def is_public(connection: Connection, number: int) -> bool:
    """Whether everybody may read a request."""
    publication = select(publications.c.number).where(publications.c.number == number)
    return connection.execute(publication).first() is not None
