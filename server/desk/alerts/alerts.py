"""Alerts issued, extended and ended; those to show now, and those of the last weeks."""

from __future__ import annotations

import datetime
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Engine, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from server.database.engine import reading, upsert
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.alerts.alert import (
    AS_STORED,
    KINDS,
    Act,
    Alert,
    AlertMessage,
    alerts,
    check,
    messages,
    read_row,
)
from server.desk.alerts.webhooks import queue
from server.desk.errors import AlertNotFound, InvalidAlert
from server.desk.failures import failures_logged

REUSE_S = 2.0  # seconds for which an answer of the database is used again
NEVER = -math.inf  # nothing is known yet, or something was changed here: who asks then waits
# 解除 is told for as long, though the alert would have run out before: who saw it is to see that.
ENDED_SHOWN = datetime.timedelta(hours=6)
RECENT = datetime.timedelta(days=30)
MOST_RECENT = 100

LOG = logging.getLogger(__name__)


class Alerts:
    """The alerts in a database whose tables exist (`server.database.schema`).

    An answer of the database is used again for `reuse_s` seconds of `clock`. While `is_away` says
    that it cannot answer, it is not asked. What is done is queued for `webhooks` (URLs).
    """

    def __init__(
        self,
        engine: Engine,
        *,
        webhooks: Sequence[str] = (),
        reuse_s: float = REUSE_S,
        clock: Callable[[], float] = time.monotonic,
        is_away: Callable[[], bool] = lambda: False,
    ) -> None:
        self._engine, self._reuse_s, self._clock = engine, reuse_s, clock
        self._webhooks, self._is_away = webhooks, is_away
        self._are_known = True
        self._latest: Sequence[Alert] = ()
        self._answered_at = NEVER
        self._asking = threading.Lock()

    def issue(self, alert: Alert, *, actor: Actor, once: str | None = None) -> int:
        """Write an alert down and give its number. Raises `InvalidAlert`.

        One of the same `once` was issued before: its number is given, and nothing is done.
        """
        check(alert)
        with failures_logged(), self._engine.begin() as connection:
            insertion = upsert(connection, alerts).values(**alert.stored(), once=once)
            if once is not None:
                insertion = insertion.on_conflict_do_nothing(index_elements=["once"])
            number = connection.execute(insertion.returning(alerts.c.number)).scalar()
            if number is None:
                issued_before = select(alerts.c.number).where(alerts.c.once == once)
                return int(connection.execute(issued_before).scalar_one())
            self._tell(connection, number, "issue", alert.issued_at)
            record(connection, actor, "alert.issue", f"alert {number}", None, _audited(alert))
        self._answered_at = NEVER
        return int(number)

    def extend(self, number: int, expires_at: datetime.datetime, *, actor: Actor) -> None:
        """Let an alert run longer. Raises `AlertNotFound`, and `InvalidAlert` for one that has
        ended, or would not run longer by it.
        """
        now = datetime.datetime.now(datetime.UTC)
        with failures_logged(), self._engine.begin() as connection:
            before = _locked(connection, number)
            if before.ended_at is not None:
                raise InvalidAlert("number", number, "the number of an alert that has not ended")
            if expires_at <= max(before.expires_at, now):
                raise InvalidAlert("expires_at", expires_at, "a later instant than now and before")
            self._change(connection, number, expires_at=expires_at)
            self._tell(connection, number, "extend", now)
            until = {"until": before.expires_at.isoformat()}, {"until": expires_at.isoformat()}
            record(connection, actor, "alert.extend", f"alert {number}", *until)
        self._answered_at = NEVER

    def end(self, number: int, at: datetime.datetime, *, actor: Actor) -> None:
        """End an alert (解除), also one that has run out. Raises `AlertNotFound`, and
        `InvalidAlert` for one that has ended.
        """
        with failures_logged(), self._engine.begin() as connection:
            if _locked(connection, number).ended_at is not None:
                raise InvalidAlert("number", number, "the number of an alert that has not ended")
            self._change(connection, number, ended_at=at)
            self._tell(connection, number, "end", at)
            ended = {"ended": False}, {"ended": True}
            record(connection, actor, "alert.end", f"alert {number}", *ended)
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
        return [alert for alert in self._latest if alert.issued_at <= now < shown_until(alert)]

    def of(self, number: int) -> Alert:
        """The alert of a number. Raises `AlertNotFound` and `DeskUnavailable`."""
        with failures_logged(), reading(self._engine) as connection:
            return _of(connection, number)

    def messages(self, number: int) -> Sequence[AlertMessage]:
        """When an alert was told, first its issue. Raises `DeskUnavailable`."""
        told = select(messages.c.sequence, messages.c.act, messages.c.sent_at).where(
            messages.c.number == number
        )
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(told.order_by(messages.c.sequence)).all()
        return [AlertMessage(*row) for row in rows]

    def recent(self) -> Sequence[tuple[Alert, Sequence[AlertMessage]]]:
        """Those of the last weeks, whatever became of them, the last told first, at most
        `MOST_RECENT`; and when each was told. Raises `DeskUnavailable`.
        """
        since = datetime.datetime.now(datetime.UTC) - RECENT
        latest = (
            select(messages.c.number, func.max(messages.c.sent_at).label("told_at"))
            .group_by(messages.c.number)
            .subquery()
        )
        rows = (
            select(*AS_STORED)
            .join(latest, latest.c.number == alerts.c.number, isouter=True)
            .where(or_(alerts.c.expires_at > since, latest.c.told_at > since))
            .order_by(
                func.coalesce(latest.c.told_at, alerts.c.issued_at).desc(), alerts.c.number.desc()
            )
            .limit(MOST_RECENT)
        )
        with failures_logged(), reading(self._engine) as connection:
            read = [
                alert for row in connection.execute(rows).mappings() if (alert := read_row(row))
            ]
            numbers = [alert.number for alert in read]
            told = connection.execute(
                select(messages)
                .where(messages.c.number.in_(numbers))
                .order_by(messages.c.number, messages.c.sequence)
            ).all()
        by_number: dict[int | None, list[AlertMessage]] = {number: [] for number in numbers}
        for row in told:
            by_number[row.number].append(AlertMessage(row.sequence, row.act, row.sent_at))
        return [(alert, by_number[alert.number]) for alert in read]

    def _tell(
        self, connection: Connection, number: int, act: Act, sent_at: datetime.datetime
    ) -> None:
        """Write down that an alert is told, and queue it for other programs."""
        last = select(func.coalesce(func.max(messages.c.sequence), 0)).where(
            messages.c.number == number
        )
        sequence: int = connection.execute(last).scalar_one() + 1
        connection.execute(
            insert(messages).values(number=number, sequence=sequence, act=act, sent_at=sent_at)
        )
        message = AlertMessage(sequence, act, sent_at)
        queue(connection, self._webhooks, _of(connection, number), message)

    def _change(self, connection: Connection, number: int, **values: datetime.datetime) -> None:
        connection.execute(update(alerts).where(alerts.c.number == number).values(**values))

    def _ask(self) -> None:
        now = datetime.datetime.now(datetime.UTC)
        shown = select(*AS_STORED).where(
            or_(alerts.c.expires_at > now, alerts.c.ended_at > now - ENDED_SHOWN)
        )
        if self._is_away():
            self._are_known = False
            return
        try:
            with reading(self._engine) as connection:
                rows = connection.execute(shown).mappings().all()
        except SQLAlchemyError as error:
            if self._are_known:
                LOG.exception("the alerts could not be read; those known before are shown")
            else:
                LOG.warning("the alerts could still not be read: %s", type(error).__name__)
            self._are_known = False
            return
        self._are_known = True
        readable = [alert for row in rows if (alert := read_row(row))]
        self._latest = sorted(readable, key=_gravest_first)


def shown_until(alert: Alert) -> datetime.datetime:
    """Until when an alert is shown: ended, at least for `ENDED_SHOWN`."""
    ended = alert.ended_at
    return alert.expires_at if ended is None else max(alert.expires_at, ended + ENDED_SHOWN)


def _of(connection: Connection, number: int) -> Alert:
    row = connection.execute(select(*AS_STORED).where(alerts.c.number == number)).mappings().first()
    alert = read_row(row) if row else None
    if alert is None:
        raise AlertNotFound
    return alert


def _locked(connection: Connection, number: int) -> Alert:
    """The alert, which nobody else changes before the transaction ends."""
    connection.execute(select(alerts.c.number).where(alerts.c.number == number).with_for_update())
    return _of(connection, number)


def _audited(alert: Alert) -> dict[str, object]:
    return {
        "kind": alert.kind,
        "level": alert.level,
        "drill": alert.drill,
        "until": alert.expires_at.isoformat(),
    }


def _gravest_first(alert: Alert) -> tuple[object, ...]:
    """What is in force before what has ended, earnest before drill, then by level and time."""
    return (
        alert.ended_at is not None,
        alert.drill,
        -(alert.level or 0),
        KINDS.index(alert.kind),
        -alert.issued_at.timestamp(),
    )
