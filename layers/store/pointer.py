"""Which revision of a layer is current."""

from __future__ import annotations

import time
from dataclasses import dataclass

from layers.revision.difference import Counts

GRACE = 60.0  # seconds: pages loaded before a change still ask for the revision they name


@dataclass(frozen=True)
class Pointer:
    """Which revision of a layer is current, since when, and how it differs from the one before.

    `former` is the one before as long as it may still be asked for: for `GRACE` seconds, and not
    at all when it publishes anything that the current one does not.
    """

    revision: str
    since: float  # seconds of Unix time
    former: str | None
    change: Counts | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing but the current revision is to be kept."""
        return self.former is None or time.time() > self.since + GRACE
