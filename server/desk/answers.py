"""Requests in public: what of them everybody may read, and how they were decided.

Nothing of a request is public until somebody at the desk publishes it, in words that may be other
than the sender's: what names a person is left out there. A contact is in neither.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from layers.japanese.spelling import nfkc
from server.database.engine import UtcDateTime, metadata, reading
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.form import PURPOSE_LENGTH, TITLE_LENGTH, Place, storable
from server.desk.labels import CATEGORIES, REASONED, STATES
from server.desk.requests import LARGEST_NUMBER, failures_logged, requests, subjects
from server.desk.subject import Subject

REASON_LENGTH = 2000  # characters
PAGE = 20  # requests on a page of the list
Order = Literal["new", "changed"]

publications = Table(
    "request_publications",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("sought", Text, nullable=False),  # both in one spelling, to be searched
    Column("with_place", Boolean, nullable=False),
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


@dataclass(frozen=True, slots=True)
class Decision:
    """A state that a request was brought into: why, when (UTC), and the layer that answers it."""

    state: str
    reason: str
    layer: str | None
    decided_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRequest:
    """A request as everybody may read it. Instants are in UTC, `decisions` the oldest first."""

    number: int
    title: str
    purpose: str
    category: str
    place: Place | None
    subject: Subject | None
    state: str
    received_at: datetime.datetime
    published_at: datetime.datetime
    changed_at: datetime.datetime
    decisions: Sequence[Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which public requests, in which order: those of the state, the category and the text."""

    state: str | None = None
    category: str | None = None
    text: str = ""
    order: Order = "new"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a request is public: in other words than its sender's where they are given."""

    title: str | None = None
    purpose: str | None = None
    with_place: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, the reason that everybody may read, and the id of the layer that answers it."""

    state: str
    reason: str = ""
    layer: str | None = None


class Answers:
    """What the desk publishes of requests, and decides about them.

    All raise `DeskUnavailable` while the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answer(
        self, number: int, wording: Wording | None = None, verdict: Verdict | None = None
    ) -> None:
        """Publish a request in this wording, decide it so, or both: all of it or nothing.

        Raises `RequestNotFound` and `InvalidAnswer`.
        """
        now = _now()
        if verdict is not None:
            verdict = _checked(verdict)
        with failures_logged(), self._engine.begin() as connection:
            if wording is not None:
                _publish(connection, number, wording, now)
            if verdict is not None:
                _decide(connection, number, verdict, now)

    def withdraw(self, number: int) -> None:
        """Take a request out of the public. Raises `RequestNotFound` for one that is not public."""
        with failures_logged(), self._engine.begin() as connection:
            done = connection.execute(
                delete(publications)
                .where(publications.c.number == number)
                .returning(publications.c.number)
            ).first()
            if done is None:
                raise RequestNotFound

    def public(self, number: int) -> PublicRequest:
        """A request that is public. Raises `RequestNotFound` for any other."""
        found: list[PublicRequest] = []
        if number <= LARGEST_NUMBER:
            with failures_logged(), reading(self._engine) as connection:
                found = _public(connection, publications.c.number == number)
        if not found:
            raise RequestNotFound
        return found[0]

    def of_request(self, number: int) -> Sequence[Decision]:
        """How a request was decided, the oldest first; its sender may read it, public or not."""
        with failures_logged(), reading(self._engine) as connection:
            return _decisions(connection, [number]).get(number, [])

    def is_public(self, number: int) -> bool:
        """Whether a request is public."""
        with failures_logged(), reading(self._engine) as connection:
            where = publications.c.number == number
            return (
                connection.execute(select(publications.c.number).where(where)).first() is not None
            )

    def page(self, selection: Selection, page: int) -> tuple[Sequence[PublicRequest], int]:
        """The requests on a page of the list, the first being 1, and how many there are in all."""
        where = _condition(selection)
        joined = publications.join(requests)
        order = (
            publications.c.published_at if selection.order == "new" else publications.c.changed_at
        )
        with failures_logged(), reading(self._engine) as connection:
            count = select(func.count()).select_from(joined).where(where)
            total = connection.execute(count).scalar_one()
            found = _public(
                connection, where, (order.desc(), publications.c.number.desc()), (page - 1) * PAGE
            )
        return found, total


def _publish(connection: Connection, number: int, wording: Wording, now: datetime.datetime) -> None:
    request = _request(connection, number)
    words = {
        "title": _text("title", wording.title or request.title, TITLE_LENGTH),
        "purpose": _text("purpose", wording.purpose or request.purpose, PURPOSE_LENGTH),
    }
    before = connection.execute(
        delete(publications)
        .where(publications.c.number == number)
        .returning(publications.c.published_at)
    ).scalar()
    connection.execute(
        insert(publications).values(
            number=number,
            **words,
            sought=_one_spelling("\n".join(words.values())),
            with_place=wording.with_place,
            published_at=before or now,
            changed_at=now,
        )
    )


def _checked(verdict: Verdict) -> Verdict:
    if verdict.state not in STATES:
        raise InvalidAnswer("state", verdict.state, f"one of {', '.join(STATES)}")
    is_reasoned = verdict.state in REASONED
    return replace(
        verdict, reason=_text("reason", verdict.reason, REASON_LENGTH, required=is_reasoned)
    )


def _decide(connection: Connection, number: int, verdict: Verdict, now: datetime.datetime) -> None:
    _request(connection, number)
    connection.execute(
        insert(decisions).values(
            number=number,
            state=verdict.state,
            reason=verdict.reason,
            layer=verdict.layer,
            decided_at=now,
        )
    )
    connection.execute(
        update(requests).where(requests.c.number == number).values(state=verdict.state)
    )
    connection.execute(
        update(publications).where(publications.c.number == number).values(changed_at=now)
    )


def _condition(selection: Selection) -> ColumnElement[bool]:
    where: ColumnElement[bool] = publications.c.number > 0
    if selection.state is not None:
        where &= requests.c.state == selection.state
    if selection.category is not None:
        assert selection.category in CATEGORIES
        where &= requests.c.category == selection.category
    for word in _one_spelling(selection.text).split():
        where &= publications.c.sought.contains(word, autoescape=True)
    return where


def _public(
    connection: Connection,
    where: ColumnElement[bool],
    order: tuple[ColumnElement[object], ...] = (),
    offset: int = 0,
) -> list[PublicRequest]:
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
        )
        .select_from(publications.join(requests).outerjoin(subjects))
        .where(where)
        .order_by(*order)
        .limit(PAGE)
        .offset(offset)
    ).all()
    made = _decisions(connection, [row.number for row in rows])
    return [
        PublicRequest(
            number=row.number,
            title=row.title,
            purpose=row.purpose,
            category=row.category,
            place=(
                Place(row.latitude, row.longitude)
                if row.with_place and row.latitude is not None
                else None
            ),
            subject=None if row.corrects is None else Subject(row.layer, row.feature, row.name),
            state=row.state,
            received_at=row.received_at,
            published_at=row.published_at,
            changed_at=row.changed_at,
            decisions=made.get(row.number, []),
        )
        for row in rows
    ]


def _decisions(connection: Connection, numbers: Sequence[int]) -> Mapping[int, list[Decision]]:
    by_number: dict[int, list[Decision]] = {}
    rows = connection.execute(
        select(decisions).where(decisions.c.number.in_(numbers)).order_by(decisions.c.id)
    )
    for row in rows:
        decision = Decision(row.state, row.reason, row.layer, row.decided_at)
        by_number.setdefault(row.number, []).append(decision)
    return by_number


def _request(connection: Connection, number: int) -> Row[Any]:
    row = connection.execute(select(requests).where(requests.c.number == number)).first()
    if row is None:
        raise RequestNotFound
    return row


def _text(name: str, text: str, longest: int, *, required: bool = True) -> str:
    text = storable(text).strip()
    if required and not text:
        raise InvalidAnswer(name, text, "a text that everybody may read")
    if len(text) > longest:
        raise InvalidAnswer(name, f"{text[:20]}…", f"at most {longest} characters")
    return text


def _one_spelling(text: str) -> str:
    return nfkc(text).casefold()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
