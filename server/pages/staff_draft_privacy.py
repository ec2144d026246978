"""What the privacy rule of a draft does: before and after, for staff alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import orjson

from layers.geometry.ellipsoid import GEOD
from layers.geometry.parts import Array
from layers.revision.revision import Revision
from server.pages.staff_drafts import cell

ROWS = 4  # of those left out, and as many of those moved farthest
DIGITS = 6  # of degrees: a decimetre


@dataclass(frozen=True, slots=True)
class PrivacyRow:
    """A place: what it is called, where it is, and where it is shown; "" where it is left out."""

    name: str
    before: str
    after: str
    metres: int


@dataclass(frozen=True, slots=True)
class PrivacyEffect:
    """What becomes of the features: `farthest` is in metres; `rows` are the first of them."""

    before: int
    after: int
    moved: int
    farthest: int
    rows: Sequence[PrivacyRow]

    @property
    def left_out(self) -> int:
        """How many the map does not show."""
        return self.before - self.after


def privacy_effect(exact: Revision, after: Revision) -> PrivacyEffect:
    """Compare a draft with what it would be without its rule, by the rows of its file."""
    same, old, new = np.intersect1d(exact.rows, after.rows, return_indices=True)
    left_out = np.flatnonzero(~np.isin(exact.rows, same))
    places, others = _first_vertices(exact), _first_vertices(after)
    metres = np.zeros(len(old))
    if exact.kind == "point" and len(old):
        metres = GEOD.inv(*places[old].T, *others[new].T)[2]
    names = _Labels(exact)
    order = np.argsort(-metres, kind="stable")[:ROWS]
    rows = [
        PrivacyRow(names.of(index), _degrees(places[index]), "", 0) for index in left_out[:ROWS]
    ]
    rows += [
        PrivacyRow(
            names.of(old[each]),
            _degrees(places[old[each]]),
            _degrees(others[new[each]]),
            round(float(metres[each])),
        )
        for each in order
        if metres[each] > 0
    ]
    return PrivacyEffect(
        before=exact.feature_count,
        after=after.feature_count,
        moved=int(np.count_nonzero(metres)),
        farthest=round(float(metres.max(initial=0))),
        rows=rows,
    )


class _Labels:
    """What the features of a revision are called, by their index."""

    def __init__(self, revision: Revision) -> None:
        self._revision, self._label = revision, revision.definition.label

    def of(self, index: int) -> str:
        properties = orjson.loads(self._revision.table.properties.take(np.array([index]))[0])
        name = properties.get(self._label) if self._label else None
        return cell(name) or str(self._revision.table.ids[index])


def _first_vertices(revision: Revision) -> Array:
    """The first vertex of each feature, longitude first, in degrees."""
    parts = revision.source
    first = np.searchsorted(parts.owner, np.arange(revision.feature_count))
    vertices: Array = parts.coordinates[parts.vertices()[first]]
    return vertices


def _degrees(place: Array) -> str:
    longitude, latitude = (f"{value:.{DIGITS}f}" for value in place.tolist())
    return f"{latitude}, {longitude}"
