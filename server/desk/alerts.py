"""Alerts of the city that stand above everything else: issued, ended, and running out."""

from __future__ import annotations

import datetime
import json
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Engine,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import NullType

from server.database.engine import UtcDateTime, in_utc, metadata, reading
from server.desk.errors import InvalidAlert

# 避難情報 is the municipality's, 防災気象情報 that of the Japan Meteorological Agency: never mixed.
AlertKind = Literal["evacuation", "weather", "information"]
KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
EVACUATION_LEVELS = (3, 4, 5)  # 高齢者等避難, 避難指示, 緊急安全確保
REUSE_S = 2.0  # seconds for which an answer of the database is used again
NEVER = -math.inf  # nothing is known yet, or something was changed here: who asks then waits

LOG = logging.getLogger(__name__)

alerts = Table(
    "notices",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("level", Integer),
    Column("title", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("drill", Boolean, nullable=False),
    Column("layers", JSON, nullable=False),
    sqlite_autoincrement=True,
)
INSTANTS = ("issued_at", "expires_at", "ended_at")
# Values as the driver gives them: what is wrong in one row then hides no other.
AS_STORED = [type_coerce(column, NullType()).label(column.name) for column in alerts.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert. Instants are aware; its words are the city's own, in Japanese.

    `level` is that of an evacuation alert, whose title is fixed (`title` is "" then). `layers` are
    the ids of those to show first: with any, the map is in emergency mode. It is shown until
    `expires_at`; from `ended_at` on as ended (解除). A drill (訓練) is marked in every place.
    """

    kind: AlertKind
    level: int | None = None
    title: str = ""
    area: str
    text: str = ""
    issuer: str
    issued_at: datetime.datetime
    expires_at: datetime.datetime
    ended_at: datetime.datetime | None = None
    drill: bool = False
    layers: Sequence[str] = ()
    number: int | None = None


class Alerts:
    """The alerts in a database whose tables exist (`server.database.schema`).

    An answer of the database is used again for `reuse_s` seconds of `clock`. While `is_away` says
    that it cannot answer, it is not asked.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        reuse_s: float = REUSE_S,
        clock: Callable[[], float] = time.monotonic,
        is_away: Callable[[], bool] = lambda: False,
    ) -> None:
        self._engine, self._reuse_s, self._clock = engine, reuse_s, clock
        self._is_away = is_away
        self._are_known = True
        self._latest: Sequence[Alert] = ()
        self._answered_at = NEVER
        self._asking = threading.Lock()

    def issue(self, alert: Alert) -> int:
        """Write an alert down and give its number. Raises `InvalidAlert`."""
        _check(alert)
        values = {name: getattr(alert, name) for name in Alert.__slots__ if name != "number"}
        values["layers"] = list(alert.layers)
        with self._engine.begin() as connection:
            number: int = connection.execute(
                insert(alerts).values(values).returning(alerts.c.number)
            ).scalar_one()
        self._answered_at = NEVER
        return number

    def end(self, number: int, at: datetime.datetime) -> None:
        """End an alert (解除). Raises `InvalidAlert` for one that does not exist or has ended."""
        with self._engine.begin() as connection:
            ended = connection.execute(
                update(alerts)
                .where(alerts.c.number == number, alerts.c.ended_at.is_(None))
                .values(ended_at=at)
            )
        if not ended.rowcount:
            raise InvalidAlert("number", number, "the number of an alert that has not ended")
        self._answered_at = NEVER

    def are_known(self) -> bool:
        """Whether the database told of all there are, when it was last asked.

        While it did not, there may be others than the current ones, and where none is current
        nobody may be told that there is none.
        """
        return self._are_known

    def current(self) -> Sequence[Alert]:
        """Those to show now, the gravest first.

        While the database is away, those it told of last that have not run out. One caller asks it;
        the others go by what is known meanwhile, so that a slow database holds up no more pages.
        """
        if self._asking.acquire(blocking=self._answered_at == NEVER):
            try:
                if self._clock() - self._answered_at >= self._reuse_s:
                    self._ask()
                    self._answered_at = self._clock()
            finally:
                self._asking.release()
        now = datetime.datetime.now(datetime.UTC)
        return [alert for alert in self._latest if alert.issued_at <= now < alert.expires_at]

    def _ask(self) -> None:
        now = datetime.datetime.now(datetime.UTC)
        unexpired = select(*AS_STORED).where(alerts.c.expires_at > now)
        if self._is_away():
            self._are_known = False
            return
        try:
            with reading(self._engine) as connection:
                rows = connection.execute(unexpired).mappings().all()
        except SQLAlchemyError as error:
            if self._are_known:
                LOG.exception("the alerts could not be read; those known before are shown")
            else:
                LOG.warning("the alerts could still not be read: %s", type(error).__name__)
            self._are_known = False
            return
        self._are_known = True
        readable = [alert for row in rows if (alert := _read(row))]
        self._latest = sorted(readable, key=_gravest_first)


def _gravest_first(alert: Alert) -> tuple[object, ...]:
    """What is in force before what has ended, earnest before drill, then by level and time."""
    return (
        alert.ended_at is not None,
        alert.drill,
        -(alert.level or 0),
        KINDS.index(alert.kind),
        -alert.issued_at.timestamp(),
    )


def _read(row: Mapping[Any, Any]) -> Alert | None:
    """The alert of a row as it is stored; None when that is none."""
    layers = row["layers"]
    try:
        instants = {name: _instant(row[name]) for name in INSTANTS}
        layers = tuple(json.loads(layers) if isinstance(layers, str) else layers)
        alert = Alert(**{**row, **instants, "drill": bool(row["drill"]), "layers": layers})
        _check(alert)
    except (InvalidAlert, TypeError, ValueError) as error:
        LOG.warning("alert %d is not shown: %s", row["number"], error)
        return None
    return alert


def _instant(stored: str | datetime.datetime | None) -> datetime.datetime | None:
    """An instant as SQLite (text) or PostgreSQL stores it."""
    return in_utc(datetime.datetime.fromisoformat(stored) if isinstance(stored, str) else stored)


def _check(alert: Alert) -> None:
    if alert.kind not in KINDS:
        raise InvalidAlert("kind", alert.kind, f"one of {', '.join(KINDS)}")
    if alert.kind == "evacuation":
        if alert.level not in EVACUATION_LEVELS:
            raise InvalidAlert("level", alert.level, "3, 4 or 5 for an evacuation alert")
        if alert.title:
            raise InvalidAlert("title", alert.title, "none: the level's own is fixed")
    elif alert.level is not None:
        raise InvalidAlert("level", alert.level, "none: only evacuation alerts have one")
    elif not alert.title.strip():
        raise InvalidAlert("title", alert.title, "a title")
    for name in ("area", "issuer"):
        if not getattr(alert, name).strip():
            raise InvalidAlert(name, getattr(alert, name), "a text")
    if not all(isinstance(layer_id, str) for layer_id in alert.layers):
        raise InvalidAlert("layers", alert.layers, "ids of layers")
    for name in ("issued_at", "expires_at"):
        if getattr(alert, name).tzinfo is None:
            raise InvalidAlert(name, getattr(alert, name), "an instant with its time zone")
    if alert.expires_at <= alert.issued_at:
        raise InvalidAlert("expires_at", alert.expires_at, "an instant after issued_at")
