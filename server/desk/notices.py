"""Notices of the city that stand above everything else: issued, ended, and running out."""

from __future__ import annotations

import datetime
import logging
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.errors import InvalidNotice

# 避難情報 is the municipality's, 防災気象情報 that of the Japan Meteorological Agency: never mixed.
NoticeKind = Literal["evacuation", "weather", "information"]
KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)
EVACUATION_LEVELS = (3, 4, 5)  # 高齢者等避難, 避難指示, 緊急安全確保
KEPT = 2.0  # seconds for which an answer of the database is used again
NEVER = -math.inf  # nothing is known yet, or something was changed here: who asks then waits

LOG = logging.getLogger(__name__)

notices = Table(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice. Instants are aware; its words are the city's own, in Japanese.

    `level` is that of an evacuation notice, whose title is fixed (`title` is "" then). `layers` are
    the ids of those to show first: with any, the map is in emergency mode. It is shown until
    `expires_at`; from `ended_at` on as ended (解除). A drill (訓練) is marked in every place.
    """

    kind: NoticeKind
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


class Notices:
    """The notices in a database whose tables exist (`create_tables`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: Sequence[Notice] = ()
        self._answered_at = NEVER
        self._asking = threading.Lock()

    def issue(self, notice: Notice) -> int:
        """Write a notice down and give its number. Raises `InvalidNotice`."""
        _check(notice)
        values = {name: getattr(notice, name) for name in Notice.__slots__ if name != "number"}
        values["layers"] = list(notice.layers)
        with self._engine.begin() as connection:
            number: int = connection.execute(
                insert(notices).values(values).returning(notices.c.number)
            ).scalar_one()
        self._answered_at = NEVER
        return number

    def end(self, number: int, at: datetime.datetime) -> None:
        """End a notice (解除). Raises `InvalidNotice` for one that does not exist or has ended."""
        with self._engine.begin() as connection:
            ended = connection.execute(
                update(notices)
                .where(notices.c.number == number, notices.c.ended_at.is_(None))
                .values(ended_at=at)
            )
        if not ended.rowcount:
            raise InvalidNotice("number", number, "the number of a notice that has not ended")
        self._answered_at = NEVER

    def current(self) -> Sequence[Notice]:
        """Those to show now, the gravest first.

        While the database is away, those it told of last that have not run out. One caller asks it;
        the others go by what is known meanwhile, so that a slow database holds up no more pages.
        """
        if self._asking.acquire(blocking=self._answered_at == NEVER):
            try:
                if time.monotonic() - self._answered_at >= KEPT:
                    self._ask()
                    self._answered_at = time.monotonic()
            finally:
                self._asking.release()
        now = datetime.datetime.now(datetime.UTC)
        return [notice for notice in self._known if notice.issued_at <= now < notice.expires_at]

    def _ask(self) -> None:
        now = datetime.datetime.now(datetime.UTC)
        wanted = select(notices.c.number).where(notices.c.expires_at > now)
        try:
            with reading(self._engine) as connection:
                numbers = connection.scalars(wanted).all()
                found = [one for number in numbers if (one := _read(connection, number))]
        except SQLAlchemyError:
            LOG.exception("the notices could not be read; those known before are shown")
            return
        self._known = sorted(found, key=_gravest_first)


def _gravest_first(notice: Notice) -> tuple[object, ...]:
    """What is in force before what has ended, earnest before drill, then by level and time."""
    return (
        notice.ended_at is not None,
        notice.drill,
        -(notice.level or 0),
        KINDS.index(notice.kind),
        -notice.issued_at.timestamp(),
    )


def _read(connection: Connection, number: int) -> Notice | None:
    """One notice, None when what is written is none: read by itself, it hides no other."""
    try:
        row = connection.execute(select(notices).where(notices.c.number == number)).one()
        notice = Notice(**row._mapping)
        notice = replace(notice, layers=tuple(notice.layers))
        _check(notice)
    except (InvalidNotice, TypeError, ValueError) as error:
        LOG.warning("notice %d is not shown: %s", number, error)
        return None
    return notice


def _check(notice: Notice) -> None:
    if notice.kind not in KINDS:
        raise InvalidNotice("kind", notice.kind, f"one of {', '.join(KINDS)}")
    if notice.kind == "evacuation":
        if notice.level not in EVACUATION_LEVELS:
            raise InvalidNotice("level", notice.level, "3, 4 or 5 for an evacuation notice")
        if notice.title:
            raise InvalidNotice("title", notice.title, "none: the level's own is fixed")
    elif notice.level is not None:
        raise InvalidNotice("level", notice.level, "none: only evacuation notices have one")
    elif not notice.title.strip():
        raise InvalidNotice("title", notice.title, "a title")
    for name in ("area", "issuer"):
        if not getattr(notice, name).strip():
            raise InvalidNotice(name, getattr(notice, name), "a text")
    if not all(isinstance(one, str) for one in notice.layers):
        raise InvalidNotice("layers", notice.layers, "ids of layers")
    for name in ("issued_at", "expires_at"):
        if getattr(notice, name).tzinfo is None:
            raise InvalidNotice(name, getattr(notice, name), "an instant with its time zone")
    if notice.expires_at <= notice.issued_at:
        raise InvalidNotice("expires_at", notice.expires_at, "an instant after issued_at")
