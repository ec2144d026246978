"""What the sender of a request does with it later: adds to it, withdraws it, deletes it.

Whoever holds the token of the sender's page is the sender.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, update

from server.database.engine import empty_log, reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor, Role
from server.desk.answers.changes import begin_change, subject_of
from server.desk.answers.publications import publications
from server.desk.confidential.vault import Vault
from server.desk.errors import InvalidForm
from server.desk.failures import failures_logged
from server.desk.intake.requests import (
    Request,
    key_of,
    requests,
    require_number,
    require_token,
    stored_request,
)
from server.desk.intake.supplements import Supplement, put_supplement, supplements_of
from server.texts import Translate

MOST_SUPPLEMENTS = 20  # of one request: nobody fills the disk
SENDER = Actor("sender", Role.READER)


class OwnRequest:
    """The requests in a database, for their senders.

    All raise `RequestNotFound` for any other token than the sender's, and `DeskUnavailable`.
    """

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault

    def supplements(self, number: int, token: str) -> Sequence[Supplement]:
        """All that the sender added, the oldest first."""
        require_number(number)
        with failures_logged(), reading(self._engine) as connection:
            request = require_token(stored_request(connection, requests.c.number == number), token)
            return supplements_of(connection, self._vault, number, request.key)

    def add(self, number: int, token: str, text: str, _: Translate) -> None:
        """Add a text to a request; one that was added before is added once.

        Raises `InvalidForm` where so many were added that no more is taken.
        """
        with failures_logged(), self._engine.begin() as connection:
            self._begin(connection, number, token)
            key = key_of(connection, self._vault, number)
            earlier = supplements_of(connection, self._vault, number, key)
            if any(supplement.text == text for supplement in earlier):
                return
            if len(earlier) >= MOST_SUPPLEMENTS:
                raise InvalidForm(
                    {
                        "text": _("No more than {most} texts can be added to a request.").format(
                            most=MOST_SUPPLEMENTS
                        )
                    }
                )
            put_supplement(connection, self._vault, number, key, text, _now())
            self._record(connection, "request.add", number, {"length": len(text)})

    def withdraw(self, number: int, token: str) -> None:
        """Take a request back: it leaves the public at once, and the desk need not answer it."""
        with failures_logged(), self._engine.begin() as connection:
            request = self._begin(connection, number, token)
            if request.withdrawn_at is not None:
                return
            connection.execute(
                update(requests).where(requests.c.number == number).values(withdrawn_at=_now())
            )
            withdrawal = delete(publications).where(publications.c.number == number)
            was_public = bool(connection.execute(withdrawal).rowcount)
            self._record(connection, "request.take_back", number, {"was_public": was_public})

    def delete(self, number: int, token: str) -> None:
        """Delete a request with all that belongs to it. Its number is never given again."""
        with failures_logged():
            with self._engine.begin() as connection:
                request = self._begin(connection, number, token)
                if request.key is not None:
                    self._vault.erase(request.key)
                connection.execute(delete(requests).where(requests.c.number == number))
                self._record(connection, "request.delete", number, None)
            empty_log(self._engine)

    def _begin(self, connection: Connection, number: int, token: str) -> Request:
        """Keep others from changing the request until this transaction ends."""
        begin_change(connection, SENDER, number, None)
        return require_token(stored_request(connection, requests.c.number == number), token)

    def _record(
        self, connection: Connection, action: str, number: int, after: dict[str, object] | None
    ) -> None:
        record(connection, SENDER, action, subject_of(number), None, after)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
