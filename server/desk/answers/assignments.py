"""Who at the desk looks after a request: a department, one of its people, or nobody yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Table, Text, select, true

from server.database.engine import UtcDateTime, metadata
from server.desk.accounts.roles import Actor
from server.desk.errors import RequestNotFound
from server.desk.intake.requests import requests, require_number

assignments = Table(
    "request_assignments",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("department", Text, index=True),
    Column("staff", Text, index=True),
    Column("assigned_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The department and the name of who looks after a request; None for nobody in particular."""

    department: str | None = None
    staff: str | None = None


NOBODY = Assignment()


def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on `requests` that `actor` may see one, as `Actor.sees` has it."""
    if actor.department is None:
        return true()
    of_others = select(assignments.c.number).where(
        assignments.c.department.is_not(None), assignments.c.department != actor.department
    )
    return requests.c.number.not_in(of_others)


def require_visible(connection: Connection, actor: Actor, number: int) -> None:
    """Raise `RequestNotFound` for a request that does not exist or is another department's."""
    require_number(number)
    query = select(requests.c.number).where(requests.c.number == number, visible(actor))
    if connection.execute(query).first() is None:
        raise RequestNotFound


def assignment_of(connection: Connection, number: int) -> Assignment:
    """Who looks after the request."""
    query = select(assignments.c.department, assignments.c.staff)
    row = connection.execute(query.where(assignments.c.number == number)).first()
    return Assignment(*row) if row else NOBODY
