"""What an alert is, and how it is stored."""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    type_coerce,
)
from sqlalchemy.types import NullType

from server.database.engine import UtcDateTime, in_utc, metadata
from server.desk.alerts.drills import claims_drill, claims_earnest
from server.desk.errors import InvalidAlert

# 避難情報 is the municipality's, 防災気象情報 that of the Japan Meteorological Agency: never mixed.
AlertKind = Literal["evacuation", "weather", "information"]
KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
EVACUATION_LEVELS = (3, 4, 5)  # 高齢者等避難, 避難指示, 緊急安全確保
QUOTED_LEVELS = (1, 2)  # the Japan Meteorological Agency's (早期注意情報, 注意報): only ever quoted

# What an alert is for: these neighbourhoods; a hazard layer's zones (`region`), which touch these
# neighbourhoods; all of the city (`region`); what `area` says in the city's own words.
Reach = Literal["places", "zone", "city", "own"]
REACHES: tuple[Reach, ...] = get_args(Reach)

Act = Literal["issue", "extend", "end"]

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
    Column("reach", String(16), nullable=False, server_default="own"),
    Column("region", JSON, nullable=False, server_default="{}"),
    Column("places", JSON, nullable=False, server_default="[]"),
    Column("once", String(64), index=True, unique=True),  # tells a form pressed twice
    sqlite_autoincrement=True,
)
# Each time that an alert was told: as it was issued, extended, and ended.
messages = Table(
    "alert_messages",
    metadata,
    Column("number", ForeignKey("notices.number", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("act", String(16), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
)
INSTANTS = ("issued_at", "expires_at", "ended_at")
# Values as the driver gives them: what is wrong in one row then hides no other.
AS_STORED = [
    type_coerce(column, NullType()).label(column.name)
    for column in alerts.columns
    if column is not alerts.c.once
]


@dataclass(frozen=True, slots=True)
class AlertPlace:
    """A neighbourhood by its name as published, with further forms of it by language tag."""

    name: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """That an alert was told: for which time (`sequence`, from 1), what was done, when."""

    sequence: int
    act: Act
    sent_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert. Instants are aware; its words are the city's own, in Japanese.

    `level` is that of an evacuation alert, whose title is fixed (`title` is "" then), or one that
    is quoted of the Japan Meteorological Agency. `region` are the names, by language, of what
    `reach` is about. `layers` are the ids of those to show first: with any, the map is in emergency
    mode. It is shown until `expires_at`; from `ended_at` on as ended (解除). A drill (訓練) is
    marked in every place.
    """

    kind: AlertKind
    level: int | None = None
    title: str = ""
    area: str = ""
    text: str = ""
    issuer: str
    issued_at: datetime.datetime
    expires_at: datetime.datetime
    ended_at: datetime.datetime | None = None
    drill: bool = False
    layers: Sequence[str] = ()
    reach: Reach = "own"
    region: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[AlertPlace] = ()
    number: int | None = None

    def stored(self) -> dict[str, Any]:
        """Its columns, without the number."""
        values = {name: getattr(self, name) for name in Alert.__slots__ if name != "number"}
        places = [{"name": place.name, "names": dict(place.names)} for place in self.places]
        return values | {"layers": [*self.layers], "region": {**self.region}, "places": places}


def read_row(row: Mapping[Any, Any]) -> Alert | None:
    """The alert of a row as it is stored (`AS_STORED`); None when that is none."""
    try:
        values = {**row, **{name: _instant(row[name]) for name in INSTANTS}}
        values |= {name: _json(row[name]) for name in ("layers", "region", "places")}
        values["layers"] = tuple(values["layers"])
        values["places"] = tuple(AlertPlace(**place) for place in values["places"])
        alert = Alert(**{**values, "drill": bool(row["drill"])})
        check(alert)
    except (AttributeError, InvalidAlert, TypeError, ValueError) as error:
        LOG.warning("alert %d is not shown: %s", row["number"], error)
        return None
    return alert


def _json(stored: object) -> Any:
    """A JSON value as SQLite (text) or PostgreSQL stores it."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _instant(stored: str | datetime.datetime | None) -> datetime.datetime | None:
    """An instant as SQLite (text) or PostgreSQL stores it."""
    return in_utc(datetime.datetime.fromisoformat(stored) if isinstance(stored, str) else stored)


def check(alert: Alert) -> None:
    """Raise `InvalidAlert` for an alert that cannot be."""
    _check_title(alert)
    _check_area(alert)
    _check_words(alert)
    if not alert.issuer.strip():
        raise InvalidAlert("issuer", alert.issuer, "a text")
    if not all(isinstance(layer_id, str) for layer_id in alert.layers):
        raise InvalidAlert("layers", alert.layers, "ids of layers")
    for name in ("issued_at", "expires_at"):
        if getattr(alert, name).tzinfo is None:
            raise InvalidAlert(name, getattr(alert, name), "an instant with its time zone")
    if alert.expires_at <= alert.issued_at:
        raise InvalidAlert("expires_at", alert.expires_at, "an instant after issued_at")


def _check_title(alert: Alert) -> None:
    if alert.kind not in KINDS:
        raise InvalidAlert("kind", alert.kind, f"one of {', '.join(KINDS)}")
    if alert.kind == "evacuation":
        if alert.level not in EVACUATION_LEVELS:
            raise InvalidAlert("level", alert.level, "3, 4 or 5 for an evacuation alert")
        if alert.title:
            raise InvalidAlert("title", alert.title, "none: the level's own is fixed")
        return
    if alert.level is not None and (alert.kind, alert.level) not in QUOTED:
        raise InvalidAlert("level", alert.level, "none: only evacuation alerts have one")
    if not alert.title.strip():
        raise InvalidAlert("title", alert.title, "a title")


QUOTED = {("weather", level) for level in QUOTED_LEVELS}


def _check_area(alert: Alert) -> None:
    """Every reach names what it is about: an alert for nowhere would be taken for everybody's."""
    if alert.reach not in REACHES:
        raise InvalidAlert("reach", alert.reach, f"one of {', '.join(REACHES)}")
    if alert.reach == "own" and not alert.area.strip():
        raise InvalidAlert("area", alert.area, "a text")
    if alert.reach == "places" and not alert.places:
        raise InvalidAlert("places", alert.places, "at least one neighbourhood")
    if alert.reach in ("zone", "city") and not {"ja", "en"} <= alert.region.keys():
        raise InvalidAlert("region", alert.region, "a name in Japanese and English")
    texts: list[object] = [*alert.region.values()]
    for place in alert.places:
        texts += [place.name, *place.names.values()]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise InvalidAlert("places", alert.places, "names")


def _check_words(alert: Alert) -> None:
    """A real alert may not be taken for a drill, nor a drill for a real alert."""
    for name in ("title", "area", "text", "issuer"):
        words = getattr(alert, name)
        if not alert.drill and claims_drill(words, is_order=alert.kind == "evacuation"):
            raise InvalidAlert(name, words, "no words of a drill in an alert that is none")
        if alert.drill and claims_earnest(words):
            raise InvalidAlert(name, words, "no words in a drill that say that it is none")
