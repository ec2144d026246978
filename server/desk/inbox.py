"""What people sent, for those who answer it: all of it, contacts too."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from server.database.engine import reading
from server.desk.answers import publications
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.form import Place
from server.desk.labels import STATES
from server.desk.requests import LARGEST_NUMBER, contacts, failures_logged, requests, subjects
from server.desk.subject import Subject


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the list; `received_at` is in UTC."""

    number: int
    title: str
    state: str
    is_public: bool
    received_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it was sent; `contact` is None where none was given."""

    number: int
    title: str
    purpose: str
    category: str
    place: Place | None
    subject: Subject | None
    state: str
    is_public: bool
    received_at: datetime.datetime
    contact: str | None


class Inbox:
    """The requests in a database. All raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, state: str | None = None) -> Sequence[Waiting]:
        """All requests, or those in a state, the oldest first. Raises `InvalidAnswer`."""
        if state is not None and state not in STATES:
            raise InvalidAnswer("state", state, f"one of {', '.join(STATES)}")
        query = select(
            requests.c.number,
            requests.c.title,
            requests.c.state,
            publications.c.number.is_not(None).label("is_public"),
            requests.c.received_at,
        ).select_from(requests.outerjoin(publications))
        if state is not None:
            query = query.where(requests.c.state == state)
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(query.order_by(requests.c.number)).all()
        return [
            Waiting(row.number, row.title, row.state, bool(row.is_public), row.received_at)
            for row in rows
        ]

    def request(self, number: int) -> Received:
        """A request with all that was sent. Raises `RequestNotFound`."""
        query = (
            select(
                requests,
                publications.c.published_at,
                subjects.c.number.label("corrects"),
                subjects.c.layer,
                subjects.c.feature,
                subjects.c.name,
                contacts.c.contact,
            )
            .select_from(requests.outerjoin(publications).outerjoin(subjects).outerjoin(contacts))
            .where(requests.c.number == number)
        )
        if number > LARGEST_NUMBER:
            raise RequestNotFound
        with failures_logged(), reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise RequestNotFound
        return Received(
            number=row.number,
            title=row.title,
            purpose=row.purpose,
            category=row.category,
            place=None if row.latitude is None else Place(row.latitude, row.longitude),
            subject=None if row.corrects is None else Subject(row.layer, row.feature, row.name),
            state=row.state,
            is_public=row.published_at is not None,
            received_at=row.received_at,
            contact=row.contact,
        )
