"""Requests as a table (CSV) and as GeoJSON for the desk: no contact, no note, no sender's key.

A cell of the CSV may be read by a spreadsheet as a formula (OWASP, CSV Injection). A text that
begins with one of `FORMULA` or with an apostrophe therefore gets an apostrophe in front: who reads
the file takes one leading apostrophe away from each cell and has what was written.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, Row, select

from layers.japanese.time_zone import JAPAN_TIME
from server.database.engine import reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.answers.publications import decisions, publications
from server.desk.failures import failures_logged
from server.desk.intake.areas import areas
from server.desk.intake.requests import requests, subjects
from server.desk.labels import category_labels, state_labels
from server.desk.triage.triage import COLUMNS, Selection, condition, joined
from server.texts import Translate, plain
from server.texts.staff_requests import came_by, headings, kind_labels

# OWASP's list, and what Japanese spreadsheets read as its first four.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS = 500  # read at once: so no download keeps the database waiting
BOM = "\ufeff"  # tells a spreadsheet that the file is UTF-8


@dataclass(frozen=True, slots=True)
class Exported:
    """A request with what the desk may hand on of it; instants are in UTC.

    `area` is the GeoJSON of an area, in which the point lies; None where a point is meant.
    """

    number: int
    received_at: datetime.datetime
    channel: str | None
    is_correction: bool
    category: str
    state: str
    title: str
    purpose: str
    latitude: float | None
    longitude: float | None
    area: str | None
    layer: str | None
    feature: int | None
    public_title: str | None
    public_purpose: str | None
    original: int | None
    department: str | None
    staff: str | None
    decided_at: datetime.datetime | None
    reason: str | None
    answering_layer: str | None


class Exports:
    """The requests of a database to be handed on. Raise `DeskUnavailable` while it fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def requests(self, actor: Actor, selection: Selection, kind: str) -> Iterator[Exported]:
        """The selected requests that `actor` may see, by number; the audit says that they left.

        `kind` names the file's format there.
        """
        chosen = {
            name: value
            for name in ("state", "category", "department", "days")
            if (value := getattr(selection, name)) is not None
        }
        with failures_logged(), self._engine.begin() as connection:
            record(connection, actor, "request.export", "requests", None, {"as": kind, **chosen})
        return self._rows(actor, selection)

    def _rows(self, actor: Actor, selection: Selection) -> Iterator[Exported]:
        last, where = 0, condition(actor, selection)
        while True:
            with failures_logged(), reading(self._engine) as connection:
                rows = connection.execute(
                    joined(
                        *COLUMNS,
                        subjects.c.layer,
                        subjects.c.feature,
                        publications.c.title.label("public_title"),
                        publications.c.purpose.label("public_purpose"),
                    )
                    .where(where, requests.c.number > last)
                    .order_by(requests.c.number)
                    .limit(ROWS)
                ).all()
                numbers = [row.number for row in rows]
                latest = {
                    row.number: row
                    for row in connection.execute(
                        select(decisions)
                        .where(decisions.c.number.in_(numbers))
                        .order_by(decisions.c.id)
                    )
                }
                drawn = {
                    row.number: row.area
                    for row in connection.execute(select(areas).where(areas.c.number.in_(numbers)))
                }
            for row in rows:
                last = row.number
                yield _exported(row, drawn.get(row.number), latest.get(row.number))
            if len(rows) < ROWS:
                return


def to_csv(exported: Iterator[Exported], _: Translate) -> Iterator[str]:
    """The requests as CSV (RFC 4180) with a heading, in words; instants are in Japan's time."""
    categories, kinds = category_labels(_), kind_labels(_)
    yield BOM + _line(headings(_))
    for each in exported:
        yield _line(
            (
                each.number,
                _local(each.received_at),
                came_by(each.channel, _),
                kinds[each.is_correction],
                categories[each.category],
                state_labels(_, corrects=each.is_correction)[each.state],
                each.title,
                each.purpose,
                each.latitude,
                each.longitude,
                each.layer,
                each.feature,
                each.public_title,
                each.public_purpose,
                each.original,
                each.department,
                each.staff,
                _local(each.decided_at),
                each.reason,
                each.answering_layer,
            )
        )


def to_geojson(exported: Iterator[Exported]) -> Iterator[str]:
    """The requests as GeoJSON (RFC 7946), in codes; those without a place have no geometry."""
    yield '{"type":"FeatureCollection","features":['
    for index, each in enumerate(exported):
        yield (",\n" if index else "\n") + json.dumps(_feature(each), ensure_ascii=False)
    yield "\n]}\n"


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("'", *FORMULA)) else text


def _exported(row: Row[Any], area: str | None, decision: Row[Any] | None) -> Exported:
    return Exported(
        number=row.number,
        received_at=row.received_at,
        channel=row.channel,
        is_correction=bool(row.is_correction),
        category=row.category,
        state=row.state,
        title=row.title,
        purpose=row.purpose,
        latitude=row.latitude,
        longitude=row.longitude,
        area=area,
        layer=row.layer,
        feature=row.feature,
        public_title=row.public_title,
        public_purpose=row.public_purpose,
        original=row.original,
        department=row.department,
        staff=row.staff,
        decided_at=decision.decided_at if decision else None,
        reason=decision.reason if decision else None,
        answering_layer=decision.layer if decision else None,
    )


def _line(cells: Sequence[str | float | None]) -> str:
    line = io.StringIO()
    writer = csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([defused(plain(cell)) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def _local(instant: datetime.datetime | None) -> str:
    return f"{instant.astimezone(JAPAN_TIME):%Y-%m-%d %H:%M}" if instant else ""


def _feature(each: Exported) -> Mapping[str, object]:
    place = json.loads(each.area) if each.area else None
    if place is None and each.longitude is not None:
        place = {"type": "Point", "coordinates": [each.longitude, each.latitude]}
    properties = {
        name: value
        for name, value in asdict(each).items()
        if name not in ("number", "latitude", "longitude", "area")
    }
    for name in ("received_at", "decided_at"):
        instant = properties[name]
        properties[name] = instant.isoformat(timespec="seconds") if instant else None
    return {"type": "Feature", "id": each.number, "geometry": place, "properties": properties}
