"""What the sender added to a request is public once the desk publishes it."""

from __future__ import annotations

import datetime

from sqlalchemy import Engine, select, update

from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.answers import public_text
from server.desk.answers.changes import begin_change, subject_of
from server.desk.answers.publications import publications
from server.desk.confidential.vault import Vault
from server.desk.errors import InvalidAnswer
from server.desk.failures import failures_logged
from server.desk.intake.form import PURPOSE_LENGTH
from server.desk.intake.personal import refuse_reaching
from server.desk.intake.requests import requests
from server.desk.intake.supplements import supplements, supplements_of


class SupplementAnswers:
    """Publishes what was added. All raise `DeskUnavailable` while the database or vault fails."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault

    def publish(
        self,
        number: int,
        supplement: int,
        text: str | None = None,
        *,
        actor: Actor,
        confirmed: bool = False,
        seen: int | None = None,
    ) -> None:
        """Publish what was added, in other words where they are given.

        It can be read where the request can be. Raises `RequestNotFound`, `ChangedMeanwhile`, and
        `InvalidAnswer` for one that the request has not, or that is erased, and for what may reach
        a person, unless somebody `confirmed` that it may be public.
        """
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, seen)
            key = connection.execute(
                select(requests.c.key).where(requests.c.number == number)
            ).scalar()
            added = {
                each.id: each.text
                for each in supplements_of(connection, self._vault, number, key)
                if each.text is not None
            }
            if supplement not in added:
                wanted = "the number of what was added to this request and is not erased"
                raise InvalidAnswer("supplement", supplement, wanted)
            words = public_text("purpose", text or added[supplement], PURPOSE_LENGTH)
            if not confirmed:
                refuse_reaching(words)
            connection.execute(
                update(supplements).where(supplements.c.id == supplement).values(public_text=words)
            )
            connection.execute(
                update(publications)
                .where(publications.c.number == number)
                .values(changed_at=datetime.datetime.now(datetime.UTC))
            )
            after = {"supplement": supplement, "own_words": words != added[supplement]}
            record(connection, actor, "request.publish", subject_of(number), None, after)
