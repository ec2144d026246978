"""Whether what is served is still what was prepared: disks and memory fail without a word.

Every process looks for itself, at its own pace: each serves from files that it has opened.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.files import Stamp
from layers.revision.revision import Revision
from layers.store.store import Store

Stamps = tuple[Stamp, ...]

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often files are looked at, in seconds."""

    look: float = 0.25  # from one look at all files to the next, without reading them
    read: float = 300.0  # from one reading of a revision's files to the next
    rest: float = 0.005  # after each MiB read: a fifth of a processor at most


PACE = Pace()


class Recheck:
    """Looks at the revisions of the catalogue served, and calls `damaged` for a damaged one."""

    def __init__(
        self,
        served: Callable[[], tuple[Catalog, Store]],
        damaged: Callable[[str, Revision], None],
        pace: Pace = PACE,
    ) -> None:
        self._served, self._damaged, self._pace = served, damaged, pace
        self._read: dict[Revision, tuple[Stamps, float]] = {}  # the files' state then, and when

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop."""
        while not stop.wait(self._pace.look):
            try:
                self.look()
            except Exception:
                LOG.exception("looking for damaged files failed; it is tried again")

    def look(self) -> None:
        """Look at every revision once; read those that changed, and one whose turn it is."""
        catalog, store = self._served()
        revisions = dict(_revisions(catalog))
        now = time.monotonic()
        self._read = {
            revision: self._read.get(revision, (revision.opened, now)) for revision in revisions
        }
        for revision, layer_id in revisions.items():
            if not self._is_as_opened(revision, layer_id, store):
                self._damaged(layer_id, revision)

    def _is_as_opened(self, revision: Revision, layer_id: str, store: Store) -> bool:
        """Whether what the revision was opened from is as it was written."""
        known, read_at = self._read[revision]
        now = stamps_now(revision)
        if now is None:
            return True  # deleted: what was opened stays readable
        if [each.inode for each in now] != [each.inode for each in revision.opened]:
            return False  # other files have taken their places: it was prepared anew
        if now == known and time.monotonic() - read_at < self._pace.read:
            return True
        self._read[revision] = now, time.monotonic()
        rest = self._pace.rest if now == known else 0.0
        return store.is_whole(layer_id, revision.id, rest)


def stamps_now(revision: Revision) -> Stamps | None:
    """The state of a revision's files of arrays; None where they are not there."""
    try:
        return revision.stamps()
    except OSError:
        return None


def _revisions(catalog: Catalog) -> Iterator[tuple[Revision, str]]:
    """Every revision that may be asked for, with the id of its layer."""
    for layer in (*catalog.layers.values(), *catalog.former.values()):
        yield layer.revision, layer.id
