"""Publishing and deciding requests.

Nothing of a request is public until somebody at the desk publishes it, in words that may be other
than the sender's: what names a person is left out there. A contact is in neither.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    delete,
    func,
    insert,
    select,
    update,
)

from server.database.engine import reading
from server.database.spelling import one_spelling
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.changes import begin_change, subject_of
from server.desk.answers.duplicates import duplicates_of
from server.desk.answers.publications import (
    ORDERED_BY,
    PAGE,
    Decision,
    PublicRequest,
    Selection,
    condition_of,
    decisions,
    decisions_of,
    is_public,
    public_merges,
    public_requests,
    publications,
)
from server.desk.answers.published_photos import photo_to_publish, put_photo
from server.desk.answers.title_pairs import index_title
from server.desk.confidential.vault import Vault
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.failures import failures_logged
from server.desk.intake.form import PURPOSE_LENGTH, TITLE_LENGTH, storable
from server.desk.intake.personal import refuse_reaching
from server.desk.intake.requests import requests, require_number
from server.desk.labels import REASONED, STATES
from server.desk.mail.news import News
from server.desk.mail.news_words import NewsItem

REASON_LENGTH = 2000  # characters


@dataclass(frozen=True, slots=True)
class Wording:
    """How a request is public: in other words than its sender's where they are given.

    What may reach a person is published only if somebody `confirmed` that it may be.
    """

    title: str | None = None
    purpose: str | None = None
    with_place: bool = True
    confirmed: bool = False
    with_photo: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, the reason that everybody may read, and the id of the layer that answers it."""

    state: str
    reason: str = ""
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a request is public, and how it was decided so far, the oldest decision first.

    `original` is the public request that it is a duplicate of, None for none.
    """

    is_public: bool
    decisions: Sequence[Decision]
    original: int | None


class Answers:
    """What the desk publishes of requests, and decides about them.

    Who confirmed to be sent `news` is told of each change; without, nobody is sent any. Photos are
    published out of the `vault`; without, none is. All raise `DeskUnavailable` while the database
    fails.
    """

    def __init__(
        self, engine: Engine, news: News | None = None, vault: Vault | None = None
    ) -> None:
        self._engine, self._news, self._vault = engine, news, vault

    def answer(
        self,
        number: int,
        wording: Wording | None = None,
        verdict: Verdict | None = None,
        *,
        actor: Actor,
        seen: int | None = None,
    ) -> None:
        """Publish a request in this wording, decide it so, or both: all of it or nothing.

        Either is in the audit. `seen` is as in `server.desk.answers.changes`. Raises
        `RequestNotFound`, `InvalidAnswer` and `ChangedMeanwhile`.
        """
        now = _now()
        if verdict is not None:
            verdict = _checked(verdict)
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, seen)
            is_new = wording is not None and publish(
                connection, number, wording, now, actor, self._vault
            )
            if verdict is not None:
                decision = _decide(connection, number, verdict, now, actor)
                self._tell(connection, number, f"decision {decision}", verdict)
            elif is_new:
                self._tell(connection, number, f"published {now.isoformat()}")

    def withdraw(self, number: int, *, actor: Actor, seen: int | None = None) -> None:
        """Take a request out of the public.

        Raises `RequestNotFound` for one that is not public, and `ChangedMeanwhile`.
        """
        withdrawal = delete(publications).where(publications.c.number == number)
        with failures_logged(), self._engine.begin() as connection:
            begin_change(connection, actor, number, seen)
            if not connection.execute(withdrawal).rowcount:
                raise RequestNotFound
            before, after = {"is_public": True}, {"is_public": False}
            record(connection, actor, "request.withdraw", subject_of(number), before, after)
            self._tell(connection, number, f"withdrawn {_now().isoformat()}", is_withdrawn=True)

    def _tell(
        self,
        connection: Connection,
        number: int,
        once: str,
        verdict: Verdict | None = None,
        *,
        is_withdrawn: bool = False,
    ) -> None:
        if self._news is None:
            return
        item = NewsItem(
            _request(connection, number).state,
            is_public=is_public(connection, number),
            is_withdrawn=is_withdrawn,
            reason=verdict.reason if verdict else "",
            layer=verdict.layer if verdict else None,
        )
        self._news.tell(connection, number, item, once)
        if item.is_public:  # what is decided of another that is not is only its sender's to read
            for duplicate in duplicates_of(connection, number):
                about = f"of {number} {once}"
                self._news.tell(connection, duplicate, item, about, original=number)

    def public(self, number: int) -> PublicRequest:
        """A request that is public. Raises `RequestNotFound` for any other."""
        require_number(number)
        with failures_logged(), reading(self._engine) as connection:
            matches = public_requests(connection, publications.c.number == number)
        if not matches:
            raise RequestNotFound
        return matches[0]

    def standing(self, number: int) -> Standing:
        """How a request stands; its sender may read it, public or not."""
        with failures_logged(), reading(self._engine) as connection:
            original = connection.execute(
                select(public_merges.c.original).where(public_merges.c.number == number)
            ).scalar()
            decided = decisions_of(connection, [number]).get(number, [])
            return Standing(is_public(connection, number), decided, original)

    def page(self, selection: Selection, page: int) -> tuple[Sequence[PublicRequest], int]:
        """The requests on a page of the list, the first being 1, and how many there are in all."""
        where = condition_of(selection)
        joined = publications.join(requests)
        with failures_logged(), reading(self._engine) as connection:
            count = select(func.count()).select_from(joined).where(where)
            total = connection.execute(count).scalar_one()
            order = (ORDERED_BY[selection.order].desc(), publications.c.number.desc())
            matches = public_requests(connection, where, order, (page - 1) * PAGE)
        return matches, total


def publish(
    connection: Connection,
    number: int,
    wording: Wording,
    now: datetime.datetime,
    actor: Actor,
    vault: Vault | None = None,
) -> bool:
    """Publish a request, or publish it otherwise; tells whether it was not public before."""
    request = _request(connection, number)
    words = {
        "title": public_text("title", wording.title or request.title, TITLE_LENGTH),
        "purpose": public_text("purpose", wording.purpose or request.purpose, PURPOSE_LENGTH),
    }
    if request.withdrawn_at is not None:
        raise InvalidAnswer("publish", number, "a request that its sender has not withdrawn")
    if not wording.confirmed:
        refuse_reaching(*words.values())
    photo = photo_to_publish(connection, vault, number) if wording.with_photo else None
    before = connection.execute(
        delete(publications)
        .where(publications.c.number == number)
        .returning(publications.c.published_at)
    ).scalar()
    connection.execute(
        insert(publications).values(
            number=number,
            **words,
            sought=one_spelling("\n".join(words.values())),
            with_place=wording.with_place,
            with_photo=wording.with_photo,
            published_at=before or now,
            changed_at=now,
        )
    )
    if photo is not None:
        put_photo(connection, number, photo)
    index_title(connection, number, words["title"])
    after = {
        "is_public": True,
        "with_place": wording.with_place,
        "with_photo": wording.with_photo,
        "own_words": [name for name in words if words[name] != getattr(request, name)],
    }
    earlier = {"is_public": before is not None}
    record(connection, actor, "request.publish", subject_of(number), earlier, after)
    return before is None


def _checked(verdict: Verdict) -> Verdict:
    if verdict.state not in STATES:
        raise InvalidAnswer("state", verdict.state, f"one of {', '.join(STATES)}")
    is_reasoned = verdict.state in REASONED
    return replace(
        verdict, reason=public_text("reason", verdict.reason, REASON_LENGTH, required=is_reasoned)
    )


def _decide(
    connection: Connection, number: int, verdict: Verdict, now: datetime.datetime, actor: Actor
) -> int:
    """Decide a request, and give the decision's id."""
    request = _request(connection, number)
    decision: int = connection.execute(
        insert(decisions)
        .values(
            number=number,
            state=verdict.state,
            reason=verdict.reason,
            layer=verdict.layer,
            decided_at=now,
        )
        .returning(decisions.c.id)
    ).scalar_one()
    connection.execute(
        update(requests).where(requests.c.number == number).values(state=verdict.state)
    )
    connection.execute(
        update(publications).where(publications.c.number == number).values(changed_at=now)
    )
    after = {"state": verdict.state, "layer": verdict.layer, "reason": len(verdict.reason)}
    before = {"state": request.state}
    record(connection, actor, "request.decide", subject_of(number), before, after)
    return decision


def _request(connection: Connection, number: int) -> Row[Any]:
    require_number(number)
    row = connection.execute(select(requests).where(requests.c.number == number)).first()
    if row is None:
        raise RequestNotFound
    return row


def public_text(name: str, text: str, longest: int, *, required: bool = True) -> str:
    text = storable(text).strip()
    if required and not text:
        raise InvalidAnswer(name, text, "a text that everybody may read")
    if len(text) > longest:
        raise InvalidAnswer(name, f"{text[:20]}…", f"at most {longest} characters")
    return text


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
