"""Without moderation a request is public at once, unless something in it may be personal.

One that came with a photo or a file waits as well. A place may be somebody's home: it is public
only when somebody has looked at it.
"""

from __future__ import annotations

import datetime

from sqlalchemy import Connection, select

from server.desk.accounts.roles import Actor, Role
from server.desk.answers.answers import Wording, publish
from server.desk.intake.attachments import listed
from server.desk.intake.personal import personal_parts
from server.desk.intake.requests import requests

UNMODERATED = Actor("unmoderated", Role.ADMIN)


def publish_unmoderated(connection: Connection, number: int) -> None:
    """Publish a request in its sender's words, in the transaction that stores it, or not."""
    words = select(requests.c.title, requests.c.purpose).where(requests.c.number == number)
    title, purpose = connection.execute(words).one()
    if not listed(connection, number) and not personal_parts(title, purpose):
        now = datetime.datetime.now(datetime.UTC)
        publish(connection, number, Wording(with_place=False), now, UNMODERATED)
