"""Dates, instants and intervals of CQL2, as whole numbers that compare.

An instant is in microseconds since 1970 in UTC, and a date is its first: that is how a date and
a timestamp compare. A column of dates holds dates, and each is an interval that begins and ends at
that instant.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from layers.errors import InvalidFilter
from layers.geometry.parts import Integers
from layers.revision.columns import Mask

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
OPEN_START, OPEN_END = np.iinfo(np.int64).min, np.iinfo(np.int64).max
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
WANTED = "a date (2026-01-31) or a time with its zone (2026-01-31T09:00:00Z)"


class Times(NamedTuple):
    """From `start` to `end`, both within; by feature, or one for all."""

    start: Integers
    end: Integers
    present: Mask


def instant(text: str) -> int:
    """The microseconds of a date or an RFC 3339 timestamp. Raises `InvalidFilter`."""
    try:
        if DATE.fullmatch(text):
            day = datetime.date.fromisoformat(text)
            moment = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        elif TIMESTAMP.fullmatch(text):
            moment = datetime.datetime.fromisoformat(text.upper())
        else:
            raise ValueError
        return (moment - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        raise InvalidFilter(f"has the time {text[:50]!r}", WANTED) from None


def bound(text: str, *, is_end: bool) -> int:
    """One end of an interval; `..` is open."""
    if text in ("..", ""):
        return OPEN_END if is_end else OPEN_START
    return instant(text)


Relation = Callable[[Times, Times], Any]  # a mask by feature


def _swapped(relation: Relation) -> Relation:
    return lambda a, b: relation(b, a)


def _before(a: Times, b: Times) -> Any:
    return a.end < b.start


def _during(a: Times, b: Times) -> Any:
    return (a.start > b.start) & (a.end < b.end)


def _meets(a: Times, b: Times) -> Any:
    return a.end == b.start


def _starts(a: Times, b: Times) -> Any:
    return (a.start == b.start) & (a.end < b.end)


def _finishes(a: Times, b: Times) -> Any:
    return (a.end == b.end) & (a.start > b.start)


def _overlaps(a: Times, b: Times) -> Any:
    return (a.start < b.start) & (a.end > b.start) & (a.end < b.end)


def _equals(a: Times, b: Times) -> Any:
    return (a.start == b.start) & (a.end == b.end)


def _intersects(a: Times, b: Times) -> Any:
    return (a.start <= b.end) & (a.end >= b.start)


# OGC 21-065r2, 8.4: Allen's relations, and their converses.
RELATIONS: Mapping[str, Relation] = {
    "t_after": _swapped(_before),
    "t_before": _before,
    "t_contains": _swapped(_during),
    "t_disjoint": lambda a, b: ~_intersects(a, b),
    "t_during": _during,
    "t_equals": _equals,
    "t_finishedby": _swapped(_finishes),
    "t_finishes": _finishes,
    "t_intersects": _intersects,
    "t_meets": _meets,
    "t_metby": _swapped(_meets),
    "t_overlappedby": _swapped(_overlaps),
    "t_overlaps": _overlaps,
    "t_startedby": _swapped(_starts),
    "t_starts": _starts,
}
