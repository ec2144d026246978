"""The states of shelters as they are shown: read from the database through a short cache."""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, cast

from sqlalchemy import Engine, select, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import NullType

from server.database.engine import in_utc, reading
from server.desk.shelters.states import (
    REFUSING,
    STATES,
    FeatureKey,
    ShelterState,
    StateName,
    shelter_states,
)

REUSE_S = 2.0  # seconds for which an answer of the database is used again
# What was said longer ago is of another night: it is read no more, and leaves the feed.
REMEMBERED = datetime.timedelta(days=14)

LOG = logging.getLogger(__name__)
# Values as the driver gives them: what is wrong in one row then hides no other.
AS_STORED = [
    type_coerce(column, NullType()).label(column.name) for column in shelter_states.columns
]


@dataclass(frozen=True, slots=True)
class Board:
    """What the database told last of every feature, those taken back and run out too.

    `checked_at` is when it told (UTC); None where it never did. `is_current` says whether it told
    when it was last asked: if not, there may be others by now.
    """

    states: Mapping[FeatureKey, ShelterState]
    checked_at: datetime.datetime | None
    is_current: bool

    def in_force(self, valid_hours: int, now: datetime.datetime | None = None) -> InForce:
        """What is shown of it: states no older than that."""
        oldest = (now or datetime.datetime.now(datetime.UTC)) - datetime.timedelta(
            hours=valid_hours
        )
        shown = {
            key: state
            for key, state in self.states.items()
            if state.state is not None and state.set_at > oldest
        }
        return InForce(shown, valid_hours, self.checked_at, self.is_current)


@dataclass(frozen=True, slots=True)
class InForce:
    """The states that are shown, by feature; `checked_at` and `is_current` as `Board` has them."""

    states: Mapping[FeatureKey, ShelterState]
    valid_hours: int
    checked_at: datetime.datetime | None
    is_current: bool

    def of_layer(self, layer_id: str) -> Mapping[int, ShelterState]:
        """Those of a layer, by the feature's id."""
        return {
            feature: state for (layer, feature), state in self.states.items() if layer == layer_id
        }

    def refusing(self, layer_id: str) -> set[int]:
        """The ids of a layer's features where who comes is turned away."""
        return {id for id, state in self.of_layer(layer_id).items() if state.state in REFUSING}

    @property
    def unchecked_since(self) -> datetime.datetime | None:
        """When the states were last known to be so; None while that is now."""
        return None if self.is_current else self.checked_at

    @property
    def key(self) -> str:
        """A hash of all that changes what a page says of them."""
        shown = (sorted(self.states.items()), self.unchecked_since, self.is_current)
        return blake2b(repr(shown).encode(), digest_size=8).hexdigest()


NOTHING = InForce({}, 1, None, is_current=True)  # for who shows none


class ShelterBoard:
    """The states in a database whose tables exist (`server.database.schema`).

    An answer of the database is used again for `reuse_s` seconds of `clock`. While `is_away` says
    that it cannot answer, it is not asked.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        reuse_s: float = REUSE_S,
        clock: Callable[[], float] = time.monotonic,
        is_away: Callable[[], bool] = lambda: False,
    ) -> None:
        self._engine, self._reuse_s, self._clock = engine, reuse_s, clock
        self._is_away = is_away
        self._latest = Board({}, None, is_current=False)
        self._answered_at: float | None = None
        self._asking = threading.Lock()

    def current(self) -> Board:
        """What is known now: while the database is away, what it told last.

        One caller asks it; the others go by what is known meanwhile, so that a slow database holds
        up no more pages.
        """
        if self._asking.acquire(blocking=self._answered_at is None):
            try:
                answered_at = self._answered_at
                if answered_at is None or self._clock() - answered_at >= self._reuse_s:
                    self._latest = self._ask()
                    self._answered_at = self._clock()
            finally:
                self._asking.release()
        return self._latest

    def forget(self) -> None:
        """Ask the database when somebody wants to know next: something was said here."""
        self._answered_at = None

    def _ask(self) -> Board:
        latest, now = self._latest, datetime.datetime.now(datetime.UTC)
        unknown = Board(latest.states, latest.checked_at, is_current=False)
        if self._is_away():
            return unknown
        recent = select(*AS_STORED).where(shelter_states.c.set_at > now - REMEMBERED)
        try:
            with reading(self._engine) as connection:
                rows = connection.execute(recent).mappings().all()
        except SQLAlchemyError as error:
            if latest.is_current:
                LOG.exception("the states of shelters could not be read; those known before stay")
            else:
                LOG.warning("the states of shelters could not be read: %s", type(error).__name__)
            return unknown
        states = {state.key: state for row in rows if (state := _read(row))}
        return Board(states, now, is_current=True)


def _read(row: Mapping[Any, Any]) -> ShelterState | None:
    """The state of a row as it is stored; None when that is none."""
    try:
        stored = row["set_at"]
        instant = datetime.datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        if row["state"] is not None and row["state"] not in STATES:
            raise ValueError(f"the state is {row['state']!r}; wanted one of {', '.join(STATES)}")
        return ShelterState(
            layer=str(row["layer"]),
            feature=int(row["feature"]),
            name=str(row["name"]),
            state=cast("StateName | None", row["state"]),
            note=str(row["note"]),
            set_at=cast(datetime.datetime, in_utc(instant)),
            set_by=str(row["set_by"]),
        )
    except (AttributeError, TypeError, ValueError) as error:
        LOG.warning("the state of %s/%s is not shown: %s", row["layer"], row["feature"], error)
        return None
