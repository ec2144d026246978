"""The audit: who did what at the desk, when, and what was there before and after. Only added to.

The triggers of step 0003 keep entries from being changed or deleted, by whichever program. An entry
holds numbers, states and lengths, never what only the desk or a sender may read: no contact, no
note, no picture, no words of a request.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from sqlalchemy import JSON, Column, Connection, Integer, String, Table, Text, insert

from server.database.engine import UtcDateTime, metadata
from server.desk.accounts.roles import Actor

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("department", Text),
    Column("action", String(64), nullable=False, index=True),
    Column("subject", Text, nullable=False, index=True),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)


def record(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> None:
    """Write down what `actor` does to `subject`, in the transaction that does it.

    `action` is a noun and a verb ("request.publish"), `subject` a noun and its number or name
    ("request 12"). `before` and `after` are JSON objects, None where there is nothing.
    """
    connection.execute(
        insert(audit).values(
            at=datetime.datetime.now(datetime.UTC),
            actor=actor.name,
            role=actor.role.value,
            department=actor.department,
            action=action,
            subject=subject,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
        )
    )
