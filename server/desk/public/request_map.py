"""Public requests as a map shows them: those whose place is public too."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from server.database.engine import reading
from server.desk.answers.publications import Selection, condition_of, publications
from server.desk.failures import failures_logged
from server.desk.intake.areas import areas
from server.desk.intake.requests import requests, subjects

MOST = 10_000  # requests on the map, those that changed last
MOST_AREAS = 4 << 20  # characters of all areas together


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRequest:
    """A public request with its place in degrees. Instants are in UTC.

    `area` is the GeoJSON of an area, None of a point and where there would be too many.
    """

    number: int
    title: str
    state: str
    category: str
    is_correction: bool
    latitude: float
    longitude: float
    area: str | None
    received_at: datetime.datetime
    changed_at: datetime.datetime


class RequestMap:
    """What of the requests in a database is on the map. Raises `DeskUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def requests(self, selection: Selection) -> tuple[Sequence[MappedRequest], int]:
        """The first `MOST` that match, the one that changed last first, and how many match."""
        where = (
            condition_of(selection) & publications.c.with_place & requests.c.latitude.is_not(None)
        )
        joined = publications.join(requests)
        count = select(func.count()).select_from(joined).where(where)
        query = (
            select(
                publications.c.number,
                publications.c.title,
                requests.c.state,
                requests.c.category,
                subjects.c.number.is_not(None).label("is_correction"),
                requests.c.latitude,
                requests.c.longitude,
                areas.c.area,
                requests.c.received_at,
                publications.c.changed_at,
            )
            .select_from(
                joined.outerjoin(subjects, subjects.c.number == requests.c.number).outerjoin(
                    areas, areas.c.number == requests.c.number
                )
            )
            .where(where)
            .order_by(publications.c.changed_at.desc(), publications.c.number.desc())
            .limit(MOST)
        )
        with failures_logged(), reading(self._engine) as connection:
            total = connection.execute(count).scalar_one()
            rows = connection.execute(query).mappings().all()
        left, matches = MOST_AREAS, []
        for row in rows:
            left -= len(row["area"] or "")
            area = row["area"] if left >= 0 else None
            is_correction = bool(row["is_correction"])
            matches.append(MappedRequest(**{**row, "area": area, "is_correction": is_correction}))
        return matches, total
