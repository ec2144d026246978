"""Requests for layers: taken in, and shown to their sender. Nothing here is public."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass, replace

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
    update,
)
from sqlalchemy.exc import IntegrityError

from layers.geometry.drawn_area import Ring
from server.database.engine import UtcDateTime, metadata, reading
from server.desk.confidential.contacts import put_contact
from server.desk.confidential.vault import Vault
from server.desk.errors import DeskFull, RequestNotFound
from server.desk.failures import failures_logged
from server.desk.intake.areas import areas, ring_in, stored_area
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.subject import Subject
from server.desk.labels import RECEIVED

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
    Column("urgency", String(16)),
    Column("today", Text),
    Column("latitude", Float(53)),
    Column("longitude", Float(53)),
    Column("state", String(32), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("key", String(32)),  # of `vault`; None of a request of before there were keys
    Column("withdrawn_at", UtcDateTime),  # by its sender
    Column("erased_at", UtcDateTime),  # what its sender sent in confidence
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
    sqlite_autoincrement=True,  # a number is never given twice
)

# What corrections are about: a row makes a request one.
subjects = Table(
    "request_subjects",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("layer", Text),
    Column("feature", BigInteger),
    Column("name", Text),
    Column("revision", String(32)),
    CheckConstraint("feature IS NULL OR layer IS NOT NULL", name="feature_of_a_layer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as its sender may see it. Instants are in UTC.

    `subject` is what a correction is about, None of a request for a layer. What was sent in
    confidence is sealed with `key`, which is gone after `erased_at`.
    """

    number: int
    token: str
    title: str
    purpose: str
    category: str
    urgency: str | None
    today: str | None
    place: Place | None
    subject: Subject | None
    state: str
    received_at: datetime.datetime
    key: str | None = None
    withdrawn_at: datetime.datetime | None = None
    erased_at: datetime.datetime | None = None


class Requests:
    """The requests in a database whose tables exist (`server.database.schema`).

    No more are taken in while `most_waiting` are in the state in which they are received.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        most_waiting: int = MOST_WAITING,
        *,
        at_once: Callable[[Connection, int], None] | None = None,
    ) -> None:
        """`at_once` is done with each new request in its transaction, after all else."""
        self._engine, self._vault, self._most_waiting = engine, vault, most_waiting
        self._at_once = at_once

    def submit(
        self, form: RequestForm, also: Callable[[Connection, int], None] | None = None
    ) -> Request:
        """Store a request for good and give it a number; with it what `also` writes about it.

        The same form from the same page gives the request it gave before. Raises `DeskUnavailable`,
        of which `DeskFull` is one.
        """
        submission = _submission(form)
        with failures_logged():
            return self._of_submission(submission) or self._store(form, submission, also)

    def _store(
        self,
        form: RequestForm,
        submission: str,
        also: Callable[[Connection, int], None] | None,
    ) -> Request:
        try:
            with self._engine.begin() as connection:
                self._refuse_more(connection)
                request = _insert(connection, self._vault, form, submission)
                if also is not None:
                    also(connection, request.number)
                if self._at_once is not None:
                    self._at_once(connection, request.number)
                return request
        except IntegrityError:  # the same form, pressed twice, was a moment quicker
            earlier = self._of_submission(submission)
            if earlier is None:
                raise
            return earlier

    def _refuse_more(self, connection: Connection) -> None:
        count = select(func.count()).where(
            requests.c.state == RECEIVED, requests.c.withdrawn_at.is_(None)
        )
        waiting = connection.execute(count).scalar_one()
        if waiting >= self._most_waiting:
            LOG.error("%d requests wait to be read; no more are taken in", waiting)
            raise DeskFull(waiting)

    def of_sender(self, number: int, token: str) -> Request:
        """The request with this number, for whoever holds its token.

        Raises `RequestNotFound` and `DeskUnavailable`.
        """
        require_number(number)
        with failures_logged(), reading(self._engine) as connection:
            request = stored_request(connection, requests.c.number == number)
        return require_token(request, token)

    def _of_submission(self, submission: str) -> Request | None:
        with reading(self._engine) as connection:
            return stored_request(connection, requests.c.submission == submission)


def require_token(request: Request | None, token: str) -> Request:
    """The request, for whoever holds its token. Raises `RequestNotFound`.

    How long it takes tells neither the token nor whether there is such a request.
    """
    stored = request.token if request else secrets.token_urlsafe(TOKEN_BYTES)
    if not hmac.compare_digest(stored.encode(), token.encode()) or request is None:
        raise RequestNotFound
    return request


def require_number(number: int) -> None:
    """Raise `RequestNotFound` for a number that no request can have."""
    if not 0 < number <= LARGEST_NUMBER:
        raise RequestNotFound


def read_number(number: str) -> int:
    """The number of a request, written in the one way there is. Raises `RequestNotFound`."""
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        raise RequestNotFound
    return int(number)


def _submission(form: RequestForm) -> str:
    """What tells one press of the button from another: the page it came from and its content.

    The content counts too, so that a form that is sent, gone back to and changed is not lost.
    """
    nonce = form.nonce or secrets.token_urlsafe(TOKEN_BYTES)
    content = json.dumps([nonce, *astuple(form)])
    return hashlib.sha256(content.encode()).hexdigest()


def _insert(connection: Connection, vault: Vault, form: RequestForm, submission: str) -> Request:
    row = connection.execute(
        insert(requests)
        .values(
            token=secrets.token_urlsafe(TOKEN_BYTES),
            submission=submission,
            title=form.title,
            purpose=form.purpose,
            category=form.category,
            urgency=form.urgency,
            today=form.today,
            latitude=form.place.latitude if form.place else None,
            longitude=form.place.longitude if form.place else None,
            state=RECEIVED,
            received_at=datetime.datetime.now(datetime.UTC),
        )
        .returning(requests)
    ).one()
    key = key_of(connection, vault, row.number)
    if form.contact is not None:
        put_contact(connection, vault, row.number, key, form.contact)
    if form.subject is not None:
        connection.execute(insert(subjects).values(number=row.number, **asdict(form.subject)))
    ring = form.place.area if form.place else None
    if ring is not None:
        connection.execute(insert(areas).values(number=row.number, area=stored_area(ring)))
    return replace(_request(row, form.subject, ring), key=key)


def key_of(connection: Connection, vault: Vault, number: int) -> str:
    """The key that what belongs to the request is sealed with.

    A new one of a request that has none yet, or whose key was erased. Raises `VaultClosed`.
    """
    of_request = requests.c.number == number
    key: str | None = connection.execute(select(requests.c.key).where(of_request)).scalar_one()
    if key is None or not vault.has(key):
        key = vault.new_key()
        connection.execute(update(requests).where(of_request).values(key=key, erased_at=None))
    return key


def stored_request(connection: Connection, condition: ColumnElement[bool]) -> Request | None:
    """The request that meets the condition, with its subject and its area."""
    row = connection.execute(select(requests).where(condition)).first()
    if row is None:
        return None
    about = connection.execute(
        select(subjects.c.layer, subjects.c.feature, subjects.c.name, subjects.c.revision).where(
            subjects.c.number == row.number
        )
    ).first()
    area = connection.execute(select(areas.c.area).where(areas.c.number == row.number)).scalar()
    return _request(row, Subject(*about) if about else None, ring_in(area))


def _request(row: Row[tuple[object, ...]], subject: Subject | None, area: Ring | None) -> Request:
    latitude, longitude = row.latitude, row.longitude
    return Request(
        number=row.number,
        token=row.token,
        title=row.title,
        purpose=row.purpose,
        category=row.category,
        urgency=row.urgency,
        today=row.today,
        place=None if latitude is None else Place(latitude, longitude, area),
        subject=subject,
        state=row.state,
        received_at=row.received_at,
        key=row.key,
        withdrawn_at=row.withdrawn_at,
        erased_at=row.erased_at,
    )
