"""Public requests as Open311 asks for them: by number, category, time and whether still open."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine

from server.database.engine import reading
from server.desk.answers.publications import PublicRequest, public_requests, publications
from server.desk.failures import failures_logged
from server.desk.intake.requests import LARGEST_NUMBER, requests
from server.desk.labels import AVAILABLE, DECLINED

CLOSED = (DECLINED, AVAILABLE)  # decided, and done where there is something to do
MOST = 1000  # requests of an answer (GeoReport v2, "Response Volume")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the one instant to the other, both included."""

    start: datetime.datetime
    end: datetime.datetime


class OpenRequests:
    """The public requests in a database. All raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_numbers(self, numbers: Collection[int]) -> Sequence[PublicRequest]:
        """Those of these numbers that are public."""
        known = [number for number in numbers if number <= LARGEST_NUMBER]
        return self._requests(publications.c.number.in_(known))

    def received_in(
        self, period: Period, categories: Collection[str], *, is_closed: bool | None
    ) -> Sequence[PublicRequest]:
        """The newest that were received in the period, of the categories if there are any.

        `is_closed` is whether they are, None for both.
        """
        where: ColumnElement[bool] = requests.c.received_at.between(period.start, period.end)
        if categories:
            where &= requests.c.category.in_(categories)
        if is_closed is not None:
            in_closed = requests.c.state.in_(CLOSED)
            where &= in_closed if is_closed else ~in_closed
        return self._requests(where)

    def _requests(self, where: ColumnElement[bool]) -> Sequence[PublicRequest]:
        newest = (requests.c.received_at.desc(), publications.c.number.desc())
        with failures_logged(), reading(self._engine) as connection:
            return public_requests(connection, where, newest, most=MOST)
