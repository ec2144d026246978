"""The desk's queue: which requests wait, for how long, and who looks after them."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Row,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
)

from server.database.engine import UtcDateTime, reading
from server.database.spelling import in_one_spelling, one_spelling
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.assignments import Assignment, assignment_of, assignments, visible
from server.desk.answers.changes import begin_change, subject_of
from server.desk.answers.duplicates import merges
from server.desk.answers.publications import decisions, publications
from server.desk.confidential.contacts import contacts
from server.desk.failures import failures_logged
from server.desk.intake.attachments import attachments
from server.desk.intake.requests import LONGEST_NUMBER, requests, subjects
from server.desk.labels import REASONED
from server.desk.triage.counter import channels

PAGE = 50  # requests on a page of the queue
MEASURED_DAYS = 365  # of the decisions whose time is measured
OPEN = "open"  # the states that somebody has still to bring to an end
Order = Literal["old", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which requests, in which order; a field that is None or "" leaves none out.

    `state` is one, or `OPEN`: neither decided nor withdrawn; `department` "" are those of none;
    `days` those received at least so long ago; `text` words of the sender or of the public page, or
    a number.
    """

    state: str | None = OPEN
    category: str | None = None
    department: str | None = None
    staff: str | None = None
    days: int | None = None
    text: str = ""
    is_public: bool | None = None
    is_correction: bool | None = None
    is_duplicate: bool | None = None
    is_withdrawn: bool | None = None
    has_contact: bool | None = None
    has_file: bool | None = None
    channel: str | None = None
    order: Order = "old"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A line of the queue; `received_at` is in UTC. `channel` is None for what came by the form."""

    number: int
    title: str
    category: str
    state: str
    is_correction: bool
    is_public: bool
    is_withdrawn: bool
    has_contact: bool
    has_file: bool
    urgency: str | None
    received_at: datetime.datetime
    channel: str | None
    assignment: Assignment
    original: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many requests are in each state, and how long they take.

    `oldest` is when the one that waits longest was received (UTC), `days_to_decision` the median
    from the receipt to the first decision, of those decided within a year; None without any.
    """

    by_state: Mapping[str, int]
    oldest: datetime.datetime | None
    days_to_decision: float | None


class Triage:
    """The requests in a database as somebody at the desk sees them.

    Of another department's requests nothing is told. All raise `DeskUnavailable` while the database
    fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def queue(self, actor: Actor, selection: Selection, page: int) -> tuple[Sequence[Queued], int]:
        """The requests on a page, the first being 1, and how many there are in all."""
        where = condition(actor, selection)
        oldest = (requests.c.received_at, requests.c.number)
        order = [column.desc() for column in oldest] if selection.order == "new" else oldest
        with failures_logged(), reading(self._engine) as connection:
            total = connection.execute(joined(func.count()).where(where)).scalar_one()
            rows = connection.execute(
                joined(*COLUMNS).where(where).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
            ).all()
        return [_queued(row) for row in rows], total

    def counts(self, actor: Actor) -> Counts:
        """How many requests are in each state, without duplicates and what was withdrawn."""
        seen = visible(actor) & requests.c.number.not_in(select(merges.c.number))
        seen &= requests.c.withdrawn_at.is_(None)
        by_state = (
            select(
                requests.c.state, func.count(), func.min(requests.c.received_at, type_=UtcDateTime)
            )
            .where(seen)
            .group_by(requests.c.state)
        )
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(by_state).all()
            days = _days_to_decision(connection, seen)
        waiting = [oldest for state, _count, oldest in rows if state not in REASONED]
        return Counts(
            by_state={state: count for state, count, _oldest in rows},
            oldest=min(waiting, default=None),
            days_to_decision=statistics.median(days) if days else None,
        )

    def assign(
        self, number: int, assignment: Assignment, *, actor: Actor, seen: int | None = None
    ) -> None:
        """Give a request to a department, to one of its people, or to nobody in particular.

        Raises `RequestNotFound` and `ChangedMeanwhile`.
        """
        now = datetime.datetime.now(datetime.UTC)
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, seen)
            before = assignment_of(connection, number)
            connection.execute(delete(assignments).where(assignments.c.number == number))
            values = {"department": assignment.department, "staff": assignment.staff}
            connection.execute(insert(assignments).values(number=number, assigned_at=now, **values))
            earlier = {"department": before.department, "staff": before.staff}
            record(connection, actor, "request.assign", subject_of(number), earlier, values)

    def departments(self, actor: Actor) -> Sequence[str]:
        """The departments that requests are assigned to."""
        query = (
            select(assignments.c.department)
            .where(assignments.c.department.is_not(None))
            .distinct()
            .order_by(assignments.c.department)
        )
        with failures_logged(), reading(self._engine) as connection:
            names = connection.execute(query).scalars().all()
        return [name for name in names if actor.sees(name)]


with_file = requests.c.number.in_(select(attachments.c.number))
COLUMNS = (
    requests,
    subjects.c.number.is_not(None).label("is_correction"),
    publications.c.number.is_not(None).label("is_public"),
    contacts.c.number.is_not(None).label("has_contact"),
    with_file.label("has_file"),
    assignments.c.department,
    assignments.c.staff,
    channels.c.channel,
    merges.c.original,
)


def joined(*columns: Any) -> Select[Any]:
    """A query of requests with all that the queue tells of them."""
    joined: FromClause = requests
    for table in (subjects, publications, contacts, assignments, channels, merges):
        joined = joined.outerjoin(table, table.c.number == requests.c.number)
    return select(*columns).select_from(joined)


def condition(actor: Actor, selection: Selection) -> ColumnElement[bool]:
    """The condition on the joined tables that a request is selected, and is `actor`'s to see."""
    where = visible(actor)
    if selection.state == OPEN:
        where &= requests.c.state.not_in(REASONED)
        if selection.is_withdrawn is None:
            where &= requests.c.withdrawn_at.is_(None)
    elif selection.state is not None:
        where &= requests.c.state == selection.state
    equal = {
        requests.c.category: selection.category,
        assignments.c.department: selection.department or None,
        assignments.c.staff: selection.staff,
        channels.c.channel: selection.channel,
    }
    for column, value in equal.items():
        if value is not None:
            where &= column == value
    if selection.department == "":
        where &= assignments.c.department.is_(None)
    present = {
        publications: selection.is_public,
        subjects: selection.is_correction,
        merges: selection.is_duplicate,
        contacts: selection.has_contact,
    }
    for table, is_wanted in present.items():
        if is_wanted is not None:
            where &= table.c.number.is_not(None) if is_wanted else table.c.number.is_(None)
    if selection.is_withdrawn is not None:
        is_open = requests.c.withdrawn_at.is_(None)
        where &= ~is_open if selection.is_withdrawn else is_open
    if selection.has_file is not None:
        where &= with_file if selection.has_file else ~with_file
    if selection.days is not None:
        until = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=selection.days)
        where &= requests.c.received_at <= until
    for word in one_spelling(selection.text).split():
        where &= _mentions(word)
    return where


def _mentions(word: str) -> ColumnElement[bool]:
    """That a request has the word in its texts, or is of this number."""
    texts = (requests.c.title, requests.c.purpose, publications.c.title, publications.c.purpose)
    matches = [in_one_spelling(text).contains(word, autoescape=True) for text in texts]
    digits = word.lstrip("#")
    if digits.isascii() and digits.isdecimal() and len(digits) < LONGEST_NUMBER:
        matches.append(requests.c.number == int(digits))
    return or_(*matches)


def _queued(row: Row[Any]) -> Queued:
    return Queued(
        number=row.number,
        title=row.title,
        category=row.category,
        state=row.state,
        is_correction=bool(row.is_correction),
        is_public=bool(row.is_public),
        is_withdrawn=row.withdrawn_at is not None,
        has_contact=bool(row.has_contact),
        has_file=bool(row.has_file),
        urgency=row.urgency,
        received_at=row.received_at,
        channel=row.channel,
        assignment=Assignment(row.department, row.staff),
        original=row.original,
    )


def _days_to_decision(connection: Connection, where: ColumnElement[bool]) -> list[float]:
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=MEASURED_DAYS)
    first = (
        select(decisions.c.number, func.min(decisions.c.decided_at, type_=UtcDateTime).label("at"))
        .where(decisions.c.state.in_(REASONED))
        .group_by(decisions.c.number)
        .subquery()
    )
    query = (
        select(requests.c.received_at, first.c.at)
        .join(first, first.c.number == requests.c.number)
        .where(where, first.c.at >= since)
    )
    day = datetime.timedelta(days=1)
    return [(at - received) / day for received, at in connection.execute(query)]
