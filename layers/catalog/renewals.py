"""Which layers are renewed in time, by what their definitions say."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from layers.catalog.layer import Layer
from layers.japanese.time_zone import JAPAN_TIME
from layers.schema.renewal import Renewal


@dataclass(frozen=True, slots=True)
class RenewalState:
    """How a layer stands that is renewed in a rhythm.

    `newest` is the day of the data served. From the day after `due` on, unless something newer is
    served then, it is overdue.
    """

    renewal: Renewal
    newest: datetime.date
    due: datetime.date

    def is_overdue(self, today: datetime.date) -> bool:
        """Whether the time to renew it has passed."""
        return today > self.due


def renewal_state(layer: Layer) -> RenewalState | None:
    """How a layer stands; None without a rhythm, and of sample data, which nobody renews.

    A file is as new as its definition's `credit.date`. What comes from a url changes by itself: it
    is as new as the revision, where that is newer.
    """
    definition = layer.definition
    if definition.renewal is None or definition.sample:
        return None
    newest = definition.credit.date
    if definition.source.url is not None and layer.pointer is not None:
        since = datetime.datetime.fromtimestamp(layer.pointer.since, JAPAN_TIME).date()
        newest = max(newest, since)
    return RenewalState(definition.renewal, newest, definition.renewal.rhythm.after(newest))


def japan_today() -> datetime.date:
    """The day in Japan."""
    return datetime.datetime.now(JAPAN_TIME).date()
