"""What was counted is added to the database, again and again.

A process that is killed loses what it counted since the last writing: half a minute, or as long as
the database is away. Several workers and hosts add to the same numbers.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Engine,
    String,
    Table,
    case,
    func,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from layers.japanese.time_zone import JAPAN_TIME
from server.database.engine import metadata, upsert
from server.desk.errors import DeskError
from server.desk.figures.senders import LEAST, Senders, figure_senders
from server.desk.figures.tally import FigureKind, Tally, Token

PAUSE = 30.0  # seconds from one writing to the next
LAST_S = 2.0  # seconds that a stop waits for the last one
MOST_TOKENS = 5_000  # of searches in vain, in a day

LOG = logging.getLogger(__name__)

figures = Table(
    "figures",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("number", BigInteger, nullable=False),
)


class FigureWriter:
    """Adds what `tally` counted. While `is_usable` says no, it keeps counting."""

    def __init__(
        self, engine: Engine, tally: Tally, senders: Senders, is_usable: Callable[[], bool]
    ) -> None:
        self._engine, self._tally, self._senders = engine, tally, senders
        self._is_usable = is_usable
        self._unwritten: Counter[tuple[datetime.date, FigureKind, str]] = Counter()
        self._problem = ""

    @asynccontextmanager
    async def kept_writing(self) -> AsyncIterator[None]:
        """Write until the block ends, and once more then."""
        ended = threading.Event()
        thread = threading.Thread(target=self._run, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            await asyncio.to_thread(thread.join, LAST_S)

    def write(self, day: datetime.date | None = None) -> None:
        """Add what was counted, for `day`, by default today's in Japan.

        What fails is logged, and the numbers are written later; searches in vain are not.
        """
        day = day or datetime.datetime.now(JAPAN_TIME).date()
        counts, tokens = self._tally.take()
        for (kind, name), number in counts.items():
            self._unwritten[day, kind, name] += number
        if not self._is_usable():
            return
        try:
            if self._unwritten:
                with self._engine.begin() as connection:
                    _add(connection, self._unwritten)
                self._unwritten = Counter()
            if tokens:
                with self._engine.begin() as connection:
                    _note(connection, day, tokens)
            self._senders.begin(day)
            self._problem = ""
        except (SQLAlchemyError, sqlite3.Error, DeskError) as error:
            problem = type(error).__name__
            if problem != self._problem:
                LOG.warning("figures could not be written; later again: %s", problem)
            self._problem = problem

    def _run(self, ended: threading.Event) -> None:
        self.write()
        while not ended.wait(PAUSE):
            self.write()
        self.write()


def _add(connection: Connection, numbers: Counter[tuple[datetime.date, FigureKind, str]]) -> None:
    rows = [
        {"day": day, "kind": kind, "name": name, "number": number}
        for (day, kind, name), number in sorted(numbers.items())  # so that no two wait in a ring
    ]
    added = upsert(connection, figures).values(rows)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=["day", "kind", "name"],
            set_={"number": figures.c.number + added.excluded.number},
        )
    )


def _note(connection: Connection, day: datetime.date, tokens: Sequence[Token]) -> None:
    """Store who searched in vain today, as hashes, and the words that enough of them used."""
    of_day = figure_senders.c.day == day
    total = connection.execute(select(func.count()).where(of_day)).scalar_one()
    room = max(0, MOST_TOKENS - total)
    rows = {(token.word, token.sender) for token in tokens}
    if room:
        connection.execute(
            upsert(connection, figure_senders)
            .values(
                [
                    {"day": day, "word": word, "sender": sender}
                    for word, sender in sorted(rows)[:room]
                ]
            )
            .on_conflict_do_nothing(index_elements=["day", "word", "sender"])
        )
    for word, number in _enough(connection, day, {token.word: token.text for token in tokens}):
        noted = upsert(connection, figures).values(
            day=day, kind="missing_word", name=word, number=number
        )
        connection.execute(
            noted.on_conflict_do_update(
                index_elements=["day", "kind", "name"],
                set_={
                    "number": case(
                        (figures.c.number > noted.excluded.number, figures.c.number),
                        else_=noted.excluded.number,
                    )
                },
            )
        )


def _enough(
    connection: Connection, day: datetime.date, words: dict[bytes, str]
) -> Iterable[tuple[str, int]]:
    """Those of the words that at least `LEAST` senders used on the day, and how many did."""
    counted = (
        select(figure_senders.c.word, func.count())
        .where(figure_senders.c.day == day, figure_senders.c.word.in_([*words]))
        .group_by(figure_senders.c.word)
        .having(func.count() >= LEAST)
    )
    return [(words[bytes(word)], number) for word, number in connection.execute(counted)]
