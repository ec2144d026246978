"""Before a request is sent: what is there already. Public requests like it, and layers that fit.

A request is like another of its kind (a wish, or a correction) if their titles are like each other
(`layers.japanese.likeness`) by `LIKE` or more, or if both are about places at most `NEAR` metres
apart and of one category. A place that is not public counts for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine

from layers.geometry.tile import METRES_PER_DEGREE
from layers.japanese.likeness import letters, likeness
from server.database.engine import reading
from server.desk.answers.publications import PublicRequest, public_requests, publications
from server.desk.answers.title_pairs import numbers_with_pairs_of
from server.desk.failures import failures_logged
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import requests, subjects

# 防災無線 and 防災行政無線 are 0.67 alike, 危ない交差点 and 危険な交差点 0.64; 公園 and 防災公園,
# which differ, 0.60.
LIKE = 0.62
NEAR = 50  # metres
MOST = 5  # that are named
CANDIDATES = 50  # that are compared


@dataclass(frozen=True, slots=True)
class LikeRequest:
    """A public request like another; `metres` is how far its place is, None if not near."""

    request: PublicRequest
    metres: int | None


class Similar:
    """Public requests in a database. Raises `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def like(self, form: RequestForm) -> Sequence[LikeRequest]:
        """The requests like what somebody is about to send, the likest first."""
        kind = subjects.c.number.is_(None) if form.subject is None else subjects.c.number > 0
        with failures_logged(), reading(self._engine) as connection:
            numbers = numbers_with_pairs_of(connection, form.title, CANDIDATES)
            by_title = publications.c.number.in_(numbers)
            matches = public_requests(connection, kind & by_title, most=CANDIDATES)
            if form.place is not None:
                near = _near(form.place) & (requests.c.category == form.category)
                latest = (publications.c.number.desc(),)
                matches += public_requests(connection, kind & near, latest, most=CANDIDATES)
        own = letters(form.title)
        ranked = []
        for match in {match.number: match for match in matches}.values():
            alike, metres = likeness(own, letters(match.title)), _metres(form.place, match.place)
            is_near = metres is not None and metres <= NEAR and match.category == form.category
            if alike >= LIKE or is_near:
                ranked.append(
                    (-alike, match.number, LikeRequest(match, metres if is_near else None))
                )
        return [like for *_, like in sorted(ranked, key=lambda entry: entry[:2])[:MOST]]


def _near(place: Place) -> ColumnElement[bool]:
    """Public places in a rectangle around this one, `NEAR` metres each way."""
    north = NEAR / METRES_PER_DEGREE
    east = north / math.cos(math.radians(place.latitude))
    return (
        publications.c.with_place
        & requests.c.latitude.between(place.latitude - north, place.latitude + north)
        & requests.c.longitude.between(place.longitude - east, place.longitude + east)
    )


def _metres(one: Place | None, other: Place | None) -> int | None:
    """How far two places, near to each other, are apart."""
    if one is None or other is None:
        return None
    north = one.latitude - other.latitude
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return round(math.hypot(north, east) * METRES_PER_DEGREE)
