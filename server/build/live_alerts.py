"""Alerts as a static copy can tell of them: as known for a while only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server.assembly.desk_store import DeskStore
from server.database.engine import open_database
from server.desk.alerts.alerts import Alerts
from server.settings import Settings


class DatedAlerts(Alerts):
    """The alerts of a database. Pages are told that there may be others, since a page of a copy is
    read whenever it is: only in a block of `counted` they are told what the database says.
    """

    def __init__(self, settings: Settings, store: DeskStore) -> None:
        super().__init__(open_database(settings.database), is_away=lambda: store.is_database_away)
        self._is_counted = False

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Tell what is known, for what says itself how long it counts."""
        self._is_counted = True
        try:
            yield
        finally:
            self._is_counted = False

    def are_known(self) -> bool:
        """Whether there are no others, as far as a reader may rely on it."""
        return self._is_counted and super().are_known()
