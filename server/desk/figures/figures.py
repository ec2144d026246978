"""Figures of a number of days, as they are read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Engine, case, func, select

from layers.japanese.time_zone import JAPAN_TIME
from server.database.engine import reading
from server.desk.accounts.roles import Actor
from server.desk.answers.assignments import visible
from server.desk.answers.duplicates import merges
from server.desk.failures import failures_logged
from server.desk.figures.writer import figures
from server.desk.intake.requests import requests

MOST_WORDS = 100
AGES = (7, 30, 90)  # days at which a request becomes one of the next age


class Figure(NamedTuple):
    """How often something of a kind was asked for on a day, in Japan; see `FigureKind`."""

    day: datetime.date
    kind: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class MissingWord:
    """A word that was searched for in vain by so many senders, on the day on which most did."""

    word: str
    senders: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of the days from `first` to `last`: sums by kind and name, and the words in vain."""

    first: datetime.date
    last: datetime.date
    sums: Mapping[str, Mapping[str, int]]
    words: Sequence[MissingWord]


class Figures:
    """The figures in a database. All raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def summary(self, first: datetime.date, last: datetime.date) -> Summary:
        """The sums of the days, `first` and `last` among them."""
        of_days = figures.c.day.between(first, last)
        sums = (
            select(figures.c.kind, figures.c.name, func.sum(figures.c.number))
            .where(of_days, figures.c.kind != "missing_word")
            .group_by(figures.c.kind, figures.c.name)
        )
        most = func.max(figures.c.number)
        words = (
            select(figures.c.name, most)
            .where(of_days, figures.c.kind == "missing_word")
            .group_by(figures.c.name)
            .order_by(most.desc(), figures.c.name)
            .limit(MOST_WORDS)
        )
        by_kind: dict[str, dict[str, int]] = {}
        with failures_logged(), reading(self._engine) as connection:
            for kind, name, number in connection.execute(sums):
                by_kind.setdefault(kind, {})[name] = int(number)
            missing = [MissingWord(name, number) for name, number in connection.execute(words)]
        return Summary(first, last, by_kind, missing)

    def days(self, first: datetime.date, last: datetime.date) -> Sequence[Figure]:
        """Every figure of the days, by day, kind and name."""
        every = (
            select(figures)
            .where(figures.c.day.between(first, last))
            .order_by(figures.c.day, figures.c.kind, figures.c.name)
        )
        with failures_logged(), reading(self._engine) as connection:
            return [Figure(*row) for row in connection.execute(every)]

    def ages(self, actor: Actor, today: datetime.date) -> Mapping[tuple[str, int], int]:
        """How many requests that `actor` may see there are, by state and age.

        An age is the number of `AGES` that the days since the receipt reach. Duplicates and what
        was withdrawn are left out.
        """
        seen = visible(actor) & requests.c.number.not_in(select(merges.c.number))
        midnight = datetime.datetime.combine(today, datetime.time(), JAPAN_TIME)
        reached = [
            (requests.c.received_at >= midnight - datetime.timedelta(days=least - 1), age)
            for age, least in enumerate(AGES)
        ]
        age = case(*reached, else_=len(AGES)).label("age")
        counted = (
            select(requests.c.state, age, func.count())
            .where(seen, requests.c.withdrawn_at.is_(None))
            .group_by(requests.c.state, age)
        )
        with failures_logged(), reading(self._engine) as connection:
            return {(state, each): number for state, each, number in connection.execute(counted)}
