"""Letting a request stand with another one for the same thing, and alone again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.changes import begin_change, subject_of
from server.desk.answers.duplicates import duplicates_of, merges, original_of
from server.desk.answers.publications import is_public
from server.desk.errors import InvalidMerge
from server.desk.failures import failures_logged
from server.desk.intake.requests import requests
from server.desk.mail.news import News
from server.desk.mail.news_words import NewsItem, Original


class Merges:
    """Duplicates among the requests.

    Who confirmed to be sent `news` is told what the request stands with; without, nobody is sent
    any. All raise `DeskUnavailable` while the database fails.
    """

    def __init__(self, engine: Engine, news: News | None = None) -> None:
        self._engine, self._news = engine, news

    def merge(self, duplicate: int, original: int, *, actor: Actor, seen: int | None = None) -> int:
        """Let one request stand with another; what stands with it follows. Gives the original.

        `seen` is of the duplicate (`server.desk.answers.changes`). Raises `InvalidMerge` for a
        request and itself, for one that is a duplicate already, and for one and its own
        duplicate; `RequestNotFound` and `ChangedMeanwhile`.
        """
        if duplicate == original:
            raise InvalidMerge("itself")
        now = datetime.datetime.now(datetime.UTC)
        with failures_logged(), self._engine.begin() as connection:
            _lock(connection)
            for number in sorted((duplicate, original)):
                begin_change(connection, actor, number, seen if number == duplicate else None)
            if original_of(connection, duplicate) is not None:
                raise InvalidMerge("merged")
            root = original_of(connection, original) or original
            if root == duplicate:
                raise InvalidMerge("duplicate")
            connection.execute(
                insert(merges).values(
                    number=duplicate,
                    original=root,
                    chosen=original,
                    merged_at=now,
                )
            )
            moved = [duplicate, *duplicates_of(connection, duplicate)]
            connection.execute(
                update(merges).where(merges.c.original == duplicate).values(original=root)
            )
            after = {"original": root, "chosen": original}
            record(connection, actor, "request.merge", subject_of(duplicate), None, after)
            self._tell(connection, moved, root, f"merged {now.isoformat()}")
        return root

    def separate(self, duplicate: int, *, actor: Actor, seen: int | None = None) -> int:
        """Let a duplicate, and what was merged into it, stand alone again. Gives the original.

        Raises `InvalidMerge` for one that is none, `RequestNotFound` and `ChangedMeanwhile`.
        """
        once = f"separated {datetime.datetime.now(datetime.UTC).isoformat()}"
        with failures_logged(), self._engine.begin() as connection:
            _lock(connection)
            begin_change(connection, actor, duplicate, seen)
            root = original_of(connection, duplicate)
            if root is None:
                raise InvalidMerge("separate")
            followers = _followers(connection, duplicate, root)
            connection.execute(delete(merges).where(merges.c.number == duplicate))
            connection.execute(
                update(merges).where(merges.c.number.in_(followers)).values(original=duplicate)
            )
            before = {"original": root}
            record(connection, actor, "request.separate", subject_of(duplicate), before, None)
            self._tell(connection, [duplicate], root, once, is_separated=True)
            self._tell(connection, followers, duplicate, once)
        return root

    def _tell(
        self,
        connection: Connection,
        numbers: Sequence[int],
        original: int,
        once: str,
        *,
        is_separated: bool = False,
    ) -> None:
        """Queue the mails that say what these requests stand with, or do not any more."""
        if self._news is None:
            return
        together = Original(original, is_public(connection, original), is_separated)
        states = select(requests.c.number, requests.c.state).where(requests.c.number.in_(numbers))
        for number, state in connection.execute(states).all():
            item = NewsItem(state, is_public(connection, number), original=together)
            self._news.tell(connection, number, item, once)


def _followers(connection: Connection, number: int, root: int) -> list[int]:
    """The duplicates of `root` that were merged into `number`, or into one of these."""
    rows = connection.execute(
        select(merges.c.number, merges.c.chosen).where(merges.c.original == root)
    ).all()
    followers = [number]
    for follower in followers:  # grows while it is walked
        followers += [row.number for row in rows if row.chosen == follower]
    return followers[1:]


def _lock(connection: Connection) -> None:
    """One merge at a time: two that meet would leave a duplicate of a duplicate."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE request_merges IN SHARE ROW EXCLUSIVE MODE"))
