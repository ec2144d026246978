"""The home's documents of what is withdrawn and changed, kept as the database says.

Every process looks for itself, so that all obey within a second, on every machine; while the
database is away what the home says counts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from layers.files import Stamp
from layers.schema.changes import NO_CHANGES
from layers.store.desk_changes import DeskChanges
from server.database.engine import reading
from server.database.following import Following
from server.desk.layer_changes.entries import (
    LayerChange,
    changes_by_layer,
    in_force,
    layer_changes,
    recalls_of,
)

PAUSE = 0.5  # seconds from one look to the next

LOG = logging.getLogger(__name__)


class Mirror:
    """Writes what the database says into a home. `is_away` says that it cannot answer."""

    def __init__(
        self, engine: Engine, home: DeskChanges, is_away: Callable[[], bool] = lambda: False
    ) -> None:
        self._engine, self._home, self._is_away = engine, home, is_away
        self._following = Following(engine)
        self._seen: tuple[Hashable, Stamp | None] | None = None  # in the database, and in the home
        self._fails = False
        self._looking = threading.Lock()  # who changes something looks too

    def look(self) -> None:
        """Write what changed in the database since the last look, or was damaged in the home."""
        with self._looking:
            if self._is_away() or not (self._following.is_due() or self._is_damaged()):
                return
            try:
                self._keep()
            except (SQLAlchemyError, OSError) as error:
                if not self._fails:
                    LOG.warning("withdrawals and changes are not kept up: %s", type(error).__name__)
                self._fails = True
                return
            self._fails = False
            self._following.done()

    def _is_damaged(self) -> bool:
        """Whether the home is not as it was when it was last kept."""
        return self._seen is not None and self._seen[1] != self._home.stamp()

    def _keep(self) -> None:
        with reading(self._engine) as connection:
            # Numbers only grow: with each new entry the last, with each ended one the count.
            count = select(func.count(), func.max(layer_changes.c.number))
            now = tuple(connection.execute(count.where(layer_changes.c.ended.is_(None))).one())
            if (now, self._home.stamp()) == self._seen:
                return
            entries = in_force(connection)
        write(self._home, entries)
        self._seen = now, self._home.stamp()


def write(home: DeskChanges, entries: list[LayerChange]) -> None:
    """Write both kinds of documents; of a layer that is withdrawn as a whole there is no other.

    So a layer that waits for a revision without what was withdrawn finds what to make it from. The
    recalls are obeyed here even where they cannot be written; raises `OSError` then.
    """
    recalls, failure = recalls_of(entries), None
    changes = changes_by_layer(entry for entry in entries if entry.layer not in recalls.layers)
    try:
        for layer_id, of_layer in changes.items():
            home.keep(layer_id, of_layer)
    except OSError as error:
        failure = error
    home.recall(recalls)
    if failure is not None:
        raise failure
    for layer_id in home.layers() - changes.keys():
        home.keep(layer_id, NO_CHANGES)
