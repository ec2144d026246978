"""Requests of people who telephone, write or come to the counter: staff fill in their form."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, Connection, ForeignKey, String, Table, Text, insert, update

from layers.japanese.time_zone import JAPAN_TIME
from server.database.engine import UtcDateTime, metadata
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.changes import subject_of
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Request, Requests, requests

CHANNELS = ("telephone", "letter", "counter", "email")
NOON = datetime.time(12, tzinfo=JAPAN_TIME)

channels = Table(
    "request_channels",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
)


class Counter:
    """The requests that staff enter. Raises what `Requests.submit` raises."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    def enter(
        self, form: RequestForm, channel: str, received_on: datetime.date, *, actor: Actor
    ) -> Request:
        """Store a request that came another way, on the day (in Japan) on which it came.

        The same form from the same page gives the request it gave before.
        """
        now = datetime.datetime.now(datetime.UTC)
        today = now.astimezone(JAPAN_TIME).date()
        received_at = now if received_on == today else datetime.datetime.combine(received_on, NOON)

        def note(connection: Connection, number: int) -> None:
            connection.execute(
                update(requests).where(requests.c.number == number).values(received_at=received_at)
            )
            connection.execute(
                insert(channels).values(
                    number=number, channel=channel, entered_by=actor.name, entered_at=now
                )
            )
            after = {"channel": channel, "received_on": received_on.isoformat()}
            record(connection, actor, "request.enter", subject_of(number), None, after)

        return self._requests.submit(form, note)
