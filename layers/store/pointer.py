"""Which revision of a layer is current."""

from __future__ import annotations

from dataclasses import dataclass

from layers.revision.difference import Counts


@dataclass(frozen=True)
class Pointer:
    """Which revision of a layer is current, since when, and how it differs from the one before.

    `former` is the one before as long as it may still be asked for: for the store's time of grace,
    and not at all when it publishes anything that the current one does not.
    """

    revision: str
    since: float  # seconds of Unix time
    former: str | None
    change: Counts | None
