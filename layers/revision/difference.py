"""What two revisions of a layer publish differently: added, removed, moved, other values.

Features are matched by id. Where ids are made from what rows publish, a row that changed has
another id: it is found again by its place, or by its values where its place is new. What two rows
could be is not guessed: it counts as removed and added. Only published values are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import orjson
import shapely
from pyproj import Transformer

from layers.geometry.ellipsoid import GEOD
from layers.geometry.parts import MULTI, Array, Integers, Parts
from layers.geometry.tile import SOURCE_DIGITS, Floats
from layers.messages import differences as words
from layers.revision.revision import Revision
from layers.schema.values import Scalar

LISTED = 100  # features named one by one; every one is counted
AT_ONCE = 100_000  # rows whose values are held as objects at the same time
Measure = Literal["metres", "square_metres"]

# Cylindrical and of equal area on the ellipsoid, so that plane areas are those on the ground.
EQUAL_AREA = "EPSG:6933"


class Moved(NamedTuple):
    """A feature that lies elsewhere: by how much, in its layer's measure."""

    id: int
    extent: float


class Changed(NamedTuple):
    """A published value that is another now; None: there is, or was, none."""

    id: int
    field: str
    before: Scalar | None
    after: Scalar | None


@dataclass(frozen=True)
class Counts:
    """How many features of a revision differ from `revision`, the one before it.

    `farthest` is the most that one of the moved lies elsewhere: for points and lines the distance,
    for polygons the area that belongs to only one of both.
    """

    revision: str
    added: int
    removed: int
    moved: int
    changed: int
    farthest: float
    measure: Measure

    def in_words(self, language: str) -> str:
        """The counts as a phrase for officers."""
        counted = asdict(self)
        del counted["revision"]
        return words.phrase(language, **counted)


@dataclass(frozen=True)
class Difference:
    """All counted; the first `LISTED` moved, changed, added and removed named.

    `removed` are ids of the revision before, the others of the newer one. `takes_back` says
    whether the revision before publishes anything that the newer one does not.
    """

    counts: Counts
    moved: tuple[Moved, ...]
    changed: tuple[Changed, ...]
    added: tuple[int, ...]
    removed: tuple[int, ...]
    takes_back: bool

    def to_json(self) -> dict[str, object]:
        """The difference as `bosai check --json` prints it."""
        counts = self.counts
        return {
            "revision": counts.revision,
            "added": counts.added,
            "removed": counts.removed,
            "moved_count": counts.moved,
            f"most_{counts.measure}": counts.farthest,
            "changed_count": counts.changed,
            "moved": [{"id": change.id, counts.measure: change.extent} for change in self.moved],
            "changed": [change._asdict() for change in self.changed],
        }


def difference(before: Revision, after: Revision) -> Difference:
    """What `after` publishes differently from `before`."""
    older, newer = _Side.of(before), _Side.of(after)
    old, new = _matched(older, newer)
    moved = np.flatnonzero(older.places[old] != newer.places[new])
    measure: Measure = "square_metres" if after.kind == "polygon" else "metres"
    extent = _extent(before, after, old[moved], new[moved])
    moved, extent = moved[extent > 0], extent[extent > 0]
    differ = older.values[old] != newer.values[new]
    changes = _Changes(before, after, old[differ], new[differ])
    counts = Counts(
        revision=before.id,
        added=after.feature_count - len(new),
        removed=before.feature_count - len(old),
        moved=len(moved),
        changed=changes.features,
        farthest=round(float(extent.max(initial=0)), 2),
        measure=measure,
    )
    first = slice(LISTED)
    named = zip(after.table.ids[new[moved[first]]].tolist(), extent[first].tolist(), strict=True)
    dropped = set(before.definition.public_fields) - set(after.definition.public_fields)
    return Difference(
        counts=counts,
        moved=tuple(Moved(id, round(size, 2)) for id, size in named),
        changed=tuple(changes.listed),
        added=_first_ids(newer, new),
        removed=_first_ids(older, old),
        takes_back=bool(counts.removed or counts.moved or changes.takes_back or dropped),
    )


@dataclass(frozen=True)
class _Side:
    """A revision, and for each feature a number for its place and one for what it says.

    Numbers are equal for what is equal, and by chance for one in 2^64 that is not.
    """

    revision: Revision
    places: Integers
    values: Integers

    @classmethod
    def of(cls, revision: Revision) -> _Side:
        properties = revision.table.properties
        values = _hashes(properties.content, np.append(0, properties.ends))
        return cls(revision, _places(revision), values)

    def rest(self, matched: Integers) -> Integers:
        """The features that are not `taken`."""
        is_left = np.ones(self.revision.feature_count, dtype=bool)
        is_left[matched] = False
        return np.flatnonzero(is_left)


def _first_ids(side: _Side, matched: Integers) -> tuple[int, ...]:
    """The ids of the first features that are in this revision alone."""
    return tuple(side.revision.table.ids[side.rest(matched)[:LISTED]].tolist())


def _matched(before: _Side, after: _Side) -> tuple[Integers, Integers]:
    """Indices of the features that are the same in both, in parallel."""
    older, newer = before.revision, after.revision
    if older.kind != newer.kind:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    _, old, new = np.intersect1d(older.table.ids, newer.table.ids, True, return_indices=True)
    if _own_ids(older) and _own_ids(newer):
        return old, new
    whole = before.places ^ before.values, after.places ^ after.values
    of_place, of_values = (before.places, after.places), (before.values, after.values)
    for of_old, of_new in (whole, of_place, of_values):
        left_old, left_new = before.rest(old), after.rest(new)
        a, b = _unambiguous(of_old[left_old], of_new[left_new])
        old, new = np.append(old, left_old[a]), np.append(new, left_new[b])
    return old, new


def _own_ids(revision: Revision) -> bool:
    """Whether the features' ids are the source's, which stay when a row changes."""
    made = any(problem.kind == "id" for problem in revision.report.problems)
    return revision.definition.source.id is not None and not made


def _unambiguous(older: Array, newer: Array) -> tuple[Integers, Integers]:
    """Where the keys stand that stand exactly once in each, in parallel."""
    of_older, first, count = np.unique(older, return_index=True, return_counts=True)
    of_newer, first_newer, count_newer = np.unique(newer, return_index=True, return_counts=True)
    _, a, b = np.intersect1d(of_older, of_newer, True, return_indices=True)
    sure = (count[a] == 1) & (count_newer[b] == 1)
    return first[a[sure]], first_newer[b[sure]]


def _places(revision: Revision) -> Integers:
    """A number for where each feature lies as it is published."""
    parts = revision.source
    rounded = np.round(parts.coordinates, SOURCE_DIGITS) + 0.0  # so that -0.0 is 0.0
    # A place is its vertices, and where among them rings and parts begin.
    begins = np.zeros(len(rounded))
    for depth, offsets in enumerate(parts.offsets):
        vertex = offsets[:-1]
        for shallower in reversed(parts.offsets[:depth]):
            vertex = shallower[vertex]
        begins[vertex] += 1
    starts = parts.vertices()
    vertices = np.ascontiguousarray(np.column_stack([rounded, begins]))
    first = np.searchsorted(parts.owner, np.arange(revision.feature_count + 1))
    return _hashes(vertices.tobytes(), starts[first] * vertices.itemsize * 3)


def _hashes(content: bytes | memoryview, ends: Integers) -> Integers:
    return np.array([hash(bytes(content[a:b])) for a, b in pairwise(ends.tolist())], dtype=np.int64)


class _Changes:
    """The values of features that say something else, compared field by field."""

    def __init__(self, before: Revision, after: Revision, old: Integers, new: Integers) -> None:
        self.features = 0
        self.listed: list[Changed] = []
        self.takes_back = False
        fields = list(after.definition.public_fields)
        for start in range(0, len(old), AT_ONCE):
            chosen = slice(start, start + AT_ONCE)
            ids = after.table.ids[new[chosen]].tolist()
            old_properties = before.table.properties.take(old[chosen])
            new_properties = after.table.properties.take(new[chosen])
            for id, was, now in zip(ids, old_properties, new_properties, strict=True):
                self._compare(id, orjson.loads(was), orjson.loads(now), fields)

    def _compare(
        self, id: int, before: dict[str, Scalar], after: dict[str, Scalar], fields: list[str]
    ) -> None:
        changes = [
            Changed(id, field, before.get(field), after.get(field))
            for field in fields
            if before.get(field) != after.get(field)
        ]
        self.features += bool(changes)
        self.takes_back = self.takes_back or any(change.before is not None for change in changes)
        self.listed += changes[: LISTED - len(self.listed)]


def _extent(before: Revision, after: Revision, old: Integers, new: Integers) -> Floats:
    """How much features lie elsewhere: metres, or square metres for polygons."""
    if not len(old):
        return np.empty(0)
    if before.kind == "point":
        single_old, single_new = _single(before.source, old), _single(after.source, new)
        if single_old is not None and single_new is not None:
            lengths: Floats = GEOD.inv(*single_old.T, *single_new.T)[2]
            return lengths
    older, newer = _shapes(before, old), _shapes(after, new)
    if before.kind == "polygon":
        to_plane = Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)

        def plane(geometry: Array) -> Array:
            project = to_plane.transform
            return shapely.transform(geometry, lambda c: np.column_stack(project(*c.T)))

        area: Floats = shapely.area(shapely.symmetric_difference(plane(older), plane(newer)))
        return area
    distance: Floats = shapely.hausdorff_distance(*_in_metres(older, newer))
    return distance


def _single(parts: Parts, chosen: Integers) -> Floats | None:
    """The places of features of one point each; None when one has several."""
    if not np.all(np.diff(parts.owner) > 0):
        return None
    places: Floats = parts.coordinates[np.searchsorted(parts.owner, chosen)]
    return places


def _shapes(revision: Revision, chosen: Integers) -> Array:
    """The features' geometries as they are published, in degrees, each one Multi geometry."""
    order = np.argsort(chosen, kind="stable")
    shapes = revision.source.take(np.isin(revision.source.owner, chosen)).to_shapes()
    geometry = shapely.transform(shapes.geometry, lambda c: np.round(c, SOURCE_DIGITS))
    empty = np.full(len(chosen), None)
    owner = np.searchsorted(chosen[order], shapes.owner)
    MULTI[revision.kind](geometry, indices=owner, out=empty)
    result = np.empty(len(chosen), dtype=object)
    result[order] = empty
    return result


def _in_metres(older: Array, newer: Array) -> Iterator[Array]:
    """Both in metres on a plane that fits where each feature of the first lies."""
    latitude = shapely.get_y(shapely.centroid(older))
    zero, step = np.zeros(len(older)), 1e-3  # degrees: short enough to be straight
    east = GEOD.inv(zero, latitude, zero + step, latitude)[2] / step
    north = GEOD.inv(zero, latitude, zero, latitude + step)[2] / step
    for geometry in (older, newer):
        places, index = shapely.get_coordinates(geometry, return_index=True)
        scaled = places * np.column_stack([east[index], north[index]])
        yield shapely.set_coordinates(geometry.copy(), scaled)
