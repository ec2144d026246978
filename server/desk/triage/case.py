"""All that the desk knows of one request, as it stands at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from server.database.engine import reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.answers import Wording
from server.desk.answers.assignments import Assignment, assignment_of, require_visible
from server.desk.answers.changes import begin_change, last_change, subject_of
from server.desk.answers.duplicates import Relation, relation_of
from server.desk.answers.publications import Decision, decisions_of, publications
from server.desk.answers.published_photos import published_photo
from server.desk.confidential.contacts import contact_of, contacts
from server.desk.confidential.vault import Vault
from server.desk.errors import RequestNotFound
from server.desk.failures import failures_logged
from server.desk.intake.attachments import Attachment, Attachments, Listed, listed
from server.desk.intake.requests import Request, requests, stored_request
from server.desk.intake.supplements import Supplement, supplements_of
from server.desk.triage.counter import channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request and what the desk made of it, the oldest decision first.

    `public` is how everybody may read it, None while nobody may. `channel` is None for what came by
    the form. `seen` is what the forms of a page about it hand back (`server.desk.answers.changes`).
    """

    request: Request
    has_contact: bool
    files: Sequence[Listed]
    channel: str | None
    entered_by: str | None
    public: Wording | None
    decisions: Sequence[Decision]
    assignment: Assignment
    relation: Relation
    seen: int


class Cases:
    """The requests in a database. All raise `RequestNotFound` for one that `actor` may not see, and
    `DeskUnavailable`.
    """

    def __init__(self, engine: Engine, vault: Vault, attachments: Attachments) -> None:
        self._engine, self._vault, self._attachments = engine, vault, attachments

    def of(self, number: int, *, actor: Actor) -> Case:
        """All about a request but its contact."""
        with failures_logged(), reading(self._engine) as connection:
            seen = last_change(connection, number)
            require_visible(connection, actor, number)
            request = stored_request(connection, requests.c.number == number)
            if request is None:
                raise RequestNotFound
            channel = connection.execute(
                select(channels.c.channel, channels.c.entered_by).where(channels.c.number == number)
            ).first()
            return Case(
                request=request,
                has_contact=_has_contact(connection, number),
                files=listed(connection, number),
                channel=channel.channel if channel else None,
                entered_by=channel.entered_by if channel else None,
                public=_public(connection, number),
                decisions=decisions_of(connection, [number]).get(number, []),
                assignment=assignment_of(connection, number),
                relation=relation_of(connection, number),
                seen=seen,
            )

    def contact(self, number: int, *, actor: Actor) -> str | None:
        """The contact of a request's sender, None without one and once it is erased.

        That it was read is in the audit.
        """
        key = select(requests.c.key).where(requests.c.number == number)
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, None)
            contact = contact_of(connection, self._vault, number, connection.execute(key).scalar())
            if contact is not None:
                record(connection, actor, "request.read_contact", subject_of(number), None, None)
        return contact

    def picture(self, number: int, *, actor: Actor) -> bytes:
        """The picture that was made of the photo, a JPEG: as it is public, or as it is kept.

        Raises `RequestNotFound` without one.
        """
        with failures_logged(), reading(self._engine) as connection:
            require_visible(connection, actor, number)
            photo = published_photo(connection, number)
        return self._attachments.picture(number) if photo is None else photo

    def file(self, number: int, kind: str, *, actor: Actor) -> Attachment:
        """A file as it was sent. That it was read is in the audit. Raises `RequestNotFound`."""
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, None)
            file = self._attachments.opened(number).get(kind)
            if file is None:
                raise RequestNotFound
            record(connection, actor, "request.read_file", subject_of(number), None, {"kind": kind})
        return file

    def supplements(self, number: int, *, actor: Actor) -> Sequence[Supplement]:
        """What its sender added to a request, the oldest first."""
        key = select(requests.c.key).where(requests.c.number == number)
        with failures_logged(), reading(self._engine) as connection:
            require_visible(connection, actor, number)
            return supplements_of(connection, self._vault, number, connection.execute(key).scalar())


def _has_contact(connection: Connection, number: int) -> bool:
    query = select(contacts.c.number).where(contacts.c.number == number)
    return connection.execute(query).first() is not None


def _public(connection: Connection, number: int) -> Wording | None:
    row = connection.execute(select(publications).where(publications.c.number == number)).first()
    if row is None:
        return None
    return Wording(row.title, row.purpose, with_place=row.with_place, with_photo=row.with_photo)
