"""Mails to the departments whose layers are overdue, each once.

A layer is overdue until something newer is served, and then perhaps again: the day on which it was
due tells one time from the other. That a mail was queued is stored with it or not at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Date, Engine, String, Table, select

from server.database.engine import UtcDateTime, metadata, reading, upsert
from server.desk.confidential.vault import Vault
from server.desk.failures import failures_logged
from server.desk.mail.outbox import put

KIND = "overdue"  # of mail

notices = Table(
    "overdue_notices",
    metadata,
    Column("layer", String(128), primary_key=True),
    Column("due_on", Date, primary_key=True),
    Column("queued_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class OverdueMail:
    """What is written to a department: about which layer, due on which day."""

    layer: str
    due_on: datetime.date
    recipient: str
    subject: str
    text: str


class OverdueNotices:
    """The mails about overdue layers in a database. All raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault

    def queue(self, mails: Iterable[OverdueMail]) -> int:
        """Queue those that were not queued yet; how many these are.

        Several workers may do so at once. Raises `InvalidAddress`.
        """
        queued = self.queued()
        new = (mail for mail in mails if mail.due_on not in queued.get(mail.layer, {}))
        return sum(self._queue(mail) for mail in new)

    def queued(self) -> Mapping[str, Mapping[datetime.date, datetime.datetime]]:
        """When a mail was queued, by layer and by the day on which it was due."""
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(select(notices)).all()
        instants: dict[str, dict[datetime.date, datetime.datetime]] = {}
        for row in rows:
            instants.setdefault(row.layer, {})[row.due_on] = row.queued_at
        return instants

    def _queue(self, mail: OverdueMail) -> bool:
        # The outbox seals with a request's key; these have one of their own.
        with failures_logged():
            key = self._vault.new_key()
            with self._engine.begin() as connection:
                values = {"layer": mail.layer, "due_on": mail.due_on}
                stored = connection.execute(
                    upsert(connection, notices)
                    .values(**values, queued_at=datetime.datetime.now(datetime.UTC))
                    .on_conflict_do_nothing(index_elements=["layer", "due_on"])
                    .returning(notices.c.layer)
                ).first()
                if stored is not None:
                    put(
                        connection,
                        self._vault,
                        key,
                        kind=KIND,
                        recipient=mail.recipient,
                        subject=mail.subject,
                        text=mail.text,
                        once=f"{KIND} {mail.layer} {mail.due_on}",
                    )
        if stored is None:  # another worker was first: nothing is sealed with the key
            self._vault.erase(key)
        return stored is not None
