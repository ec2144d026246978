"""Uploads that nobody finished and drafts that nobody touched are discarded by rule."""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, Select, and_, or_, select

from server.database.engine import reading
from server.desk.accounts.audit import record
from server.desk.drafts.drafts import OPEN, Drafts, begin_change, set_values, subject_of
from server.desk.drafts.errors import DraftChanged
from server.desk.drafts.tables import State, drafts
from server.desk.errors import DeskUnavailable
from server.desk.failures import failures_logged
from server.desk.retention.clock import Clock
from server.desk.retention.retention import BY_RULE

UPLOAD_DAYS = 7  # from when it began: parts are sent by hand, from a place with a weak line
DRAFT_DAYS = 90  # since the last change
PAUSE = 3600.0  # seconds from one look to the next

LOG = logging.getLogger(__name__)


class Expiry:
    """Discards what was given up. Raises `DeskUnavailable` while the database fails."""

    def __init__(self, engine: Engine, every: Drafts, is_away: Callable[[], bool]) -> None:
        self._engine, self._drafts, self._is_away = engine, every, is_away
        self._clock = Clock(engine)

    def run(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while True:
            try:
                if not self._is_away() and self._clock.is_trusted():
                    self.by_rule()
            except DeskUnavailable:
                pass  # it is logged, and tried again
            except Exception:
                LOG.exception("abandoned drafts could not be discarded; it is tried again")
            if stop.wait(PAUSE):
                return

    def by_rule(self, now: datetime.datetime | None = None) -> Sequence[int]:
        """Discard what is due by `now`, with its files; the numbers of those drafts."""
        now = now or datetime.datetime.now(datetime.UTC)
        with failures_logged(), reading(self._engine) as connection:
            due = connection.execute(_due(now)).all()
        numbers = [row.number for row in due if self._discard(row.number, row.edition)]
        if numbers:
            LOG.info("%d abandoned drafts are discarded by rule", len(numbers))
        return numbers

    def _discard(self, number: int, edition: int) -> bool:
        """Discard a draft, unless somebody was at it a moment ago, or another worker."""
        try:
            with failures_logged(), self._engine.begin() as connection:
                draft = begin_change(connection, number, edition, BY_RULE)
                values = {"state": State.DISCARDED.value, "check": None}
                set_values(connection, draft, BY_RULE, **values)
                record(connection, BY_RULE, "draft.expire", subject_of(number), None, None)
        except DraftChanged:
            return False
        self._drafts.forget_files(draft)
        return True


def _due(now: datetime.datetime) -> Select[tuple[int, int]]:
    """The drafts that have been left alone for so long."""
    began = now - datetime.timedelta(days=UPLOAD_DAYS)
    changed = now - datetime.timedelta(days=DRAFT_DAYS)
    is_arriving = drafts.c.state == State.ARRIVING.value
    return select(drafts.c.number, drafts.c.edition).where(
        drafts.c.state.in_(OPEN),
        or_(and_(is_arriving, drafts.c.created_at < began), drafts.c.changed_at < changed),
    )
