"""Requests for layers: taken in, and shown to their sender. Nothing here is public."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.errors import DeskFull, DeskUnavailable, RequestNotFound
from server.desk.form import Place, RequestForm
from server.desk.labels import RECEIVED
from server.desk.subject import Subject

TOKEN_BYTES = 24  # 192 bits: not to be guessed
# Beyond, somebody fills the disk: at 3 to 9 KB each these are at most some 90 MB.
MOST_WAITING = 10_000
LARGEST_NUMBER = 2**31 - 1  # PostgreSQL's integer
LONGEST_NUMBER = 10  # digits

LOG = logging.getLogger(__name__)

requests = Table(
    "requests",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("token", String(64), nullable=False),
    Column("submission", String(64), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("category", String(32), nullable=False),
    Column("latitude", Float(53)),
    Column("longitude", Float(53)),
    Column("state", String(32), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
    sqlite_autoincrement=True,  # a number is never given twice
)

# Apart from the requests, so that no page about a request can show it by oversight.
contacts = Table(
    "request_contacts",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("contact", Text, nullable=False),
)

# What corrections are about: a row makes a request one. A table of its own is created in databases
# that were there before it, where a new column would not be.
subjects = Table(
    "request_subjects",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("layer", Text),
    Column("feature", BigInteger),
    Column("name", Text),
    CheckConstraint("feature IS NULL OR layer IS NOT NULL", name="feature_of_a_layer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as its sender may see it. `received_at` is in UTC.

    `subject` is what a correction is about, None of a request for a layer.
    """

    number: int
    token: str
    title: str
    purpose: str
    category: str
    place: Place | None
    subject: Subject | None
    state: str
    received_at: datetime.datetime


class Requests:
    """The requests in a database whose tables exist (`server.database.schema`).

    No more are taken in while `most_waiting` are in the state in which they are received.
    """

    def __init__(self, engine: Engine, most_waiting: int = MOST_WAITING) -> None:
        self._engine, self._most_waiting = engine, most_waiting

    def submit(self, form: RequestForm) -> Request:
        """Store a request for good and give it a number.

        The same form from the same page gives the request it gave before. Raises `DeskUnavailable`,
        of which `DeskFull` is one.
        """
        submission = _submission(form)
        with failures_logged():
            return self._of_submission(submission) or self._store(form, submission)

    def _store(self, form: RequestForm, submission: str) -> Request:
        try:
            with self._engine.begin() as connection:
                self._refuse_more(connection)
                return _insert(connection, form, submission)
        except IntegrityError:  # the same form, pressed twice, was a moment quicker
            earlier = self._of_submission(submission)
            if earlier is None:
                raise
            return earlier

    def _refuse_more(self, connection: Connection) -> None:
        count = select(func.count()).where(requests.c.state == RECEIVED)
        waiting = connection.execute(count).scalar_one()
        if waiting >= self._most_waiting:
            LOG.error("%d requests wait to be read; no more are taken in", waiting)
            raise DeskFull(waiting)

    def of_sender(self, number: int, token: str) -> Request:
        """The request with this number, for whoever holds its token.

        Raises `RequestNotFound` and `DeskUnavailable`.
        """
        request = None
        if 0 < number <= LARGEST_NUMBER:
            with failures_logged(), reading(self._engine) as connection:
                request = _stored(connection, requests.c.number == number)
        stored = request.token if request else secrets.token_urlsafe(TOKEN_BYTES)
        if not hmac.compare_digest(stored.encode(), token.encode()) or request is None:
            raise RequestNotFound
        return request

    def _of_submission(self, submission: str) -> Request | None:
        with reading(self._engine) as connection:
            return _stored(connection, requests.c.submission == submission)


def read_number(number: str) -> int:
    """The number of a request, written in the one way there is. Raises `RequestNotFound`."""
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        raise RequestNotFound
    return int(number)


@contextmanager
def failures_logged() -> Iterator[None]:
    """Raise `DeskUnavailable` for whatever the database fails with, which is logged."""
    try:
        yield
    except SQLAlchemyError as error:
        LOG.exception("the database failed")
        raise DeskUnavailable from error


def _submission(form: RequestForm) -> str:
    """What tells one press of the button from another: the page it came from and its content.

    The content counts too, so that a form that is sent, gone back to and changed is not lost.
    """
    nonce = form.nonce or secrets.token_urlsafe(TOKEN_BYTES)
    content = json.dumps([nonce, *astuple(form)])
    return hashlib.sha256(content.encode()).hexdigest()


def _insert(connection: Connection, form: RequestForm, submission: str) -> Request:
    row = connection.execute(
        insert(requests)
        .values(
            token=secrets.token_urlsafe(TOKEN_BYTES),
            submission=submission,
            title=form.title,
            purpose=form.purpose,
            category=form.category,
            latitude=form.place.latitude if form.place else None,
            longitude=form.place.longitude if form.place else None,
            state=RECEIVED,
            received_at=datetime.datetime.now(datetime.UTC),
        )
        .returning(requests)
    ).one()
    if form.contact is not None:
        connection.execute(insert(contacts).values(number=row.number, contact=form.contact))
    if form.subject is not None:
        connection.execute(insert(subjects).values(number=row.number, **asdict(form.subject)))
    return _request(row, form.subject)


def _stored(connection: Connection, condition: ColumnElement[bool]) -> Request | None:
    """The request that meets the condition, with its subject."""
    row = connection.execute(select(requests).where(condition)).first()
    if row is None:
        return None
    about = connection.execute(
        select(subjects.c.layer, subjects.c.feature, subjects.c.name).where(
            subjects.c.number == row.number
        )
    ).first()
    return _request(row, Subject(*about) if about else None)


def _request(row: Row[tuple[object, ...]], subject: Subject | None) -> Request:
    latitude, longitude = row.latitude, row.longitude
    return Request(
        number=row.number,
        token=row.token,
        title=row.title,
        purpose=row.purpose,
        category=row.category,
        place=None if latitude is None else Place(latitude, longitude),
        subject=subject,
        state=row.state,
        received_at=row.received_at,
    )
