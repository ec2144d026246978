"""What staff withdraw and change of layers: its database, and the home in which all obey it."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from layers.catalog.catalog import Catalog
from layers.store.store import Home
from server.assembly.desk_store import DeskStore
from server.desk.errors import DeskUnavailable
from server.desk.layer_changes.layer_changes import LayerChanges
from server.desk.layer_changes.mirror import PAUSE, Mirror

SETTLING = 20  # looks from one settling of changes to the next

LOG = logging.getLogger(__name__)


class KeptChanges:
    """The changes of a store's database, followed in a home. Looks once, before all is served."""

    def __init__(self, store: DeskStore, home: Home) -> None:
        self._store = store
        self._mirror = Mirror(store.database, home.desk_changes, lambda: store.is_database_away)
        self._mirror.look()
        self.changes = LayerChanges(store.database, self._mirror)

    @asynccontextmanager
    async def kept_up(self, catalog: Callable[[], Catalog]) -> AsyncIterator[None]:
        """Follow what is changed, and end the changes that the files have, until the block ends."""
        ended = threading.Event()
        threading.Thread(target=self._run, args=(ended, catalog), daemon=True).start()
        try:
            yield
        finally:
            ended.set()

    def _run(self, ended: threading.Event, catalog: Callable[[], Catalog]) -> None:
        looks = 0
        while not ended.wait(PAUSE):
            looks += 1
            try:
                self._mirror.look()
                if looks % SETTLING == 0 and not self._store.is_database_away:
                    self.changes.settle(catalog())
            except DeskUnavailable:
                continue  # it is logged
            except Exception:
                LOG.exception("following what staff changed failed; it is tried again")
