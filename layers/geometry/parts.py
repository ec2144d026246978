"""Parts: the simple geometries features are made of, each with the index of its feature.

Everything drawn is a part: a point, a line string or a polygon in degrees of longitude and
latitude. `owner[i]` is the index of the feature that part `i` belongs to. `Shapes` are parts as
GEOS geometries, to compute with; `Parts` are the same as flat arrays, to store and to encode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryType

from layers.geometry.threads import each_in_threads

AT_ONCE = 20_000  # vertices worked on together: they fit a processor's cache, and can be shared out
LONG = 32  # vertices of a run from which on copying it whole is quicker than vertex by vertex

Array = npt.NDArray[Any]
Coordinates = npt.NDArray[np.float64]
Kind = Literal["point", "line", "polygon"]
Geometries = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]

KINDS: tuple[Kind, ...] = get_args(Kind)  # by their dimension
TYPES: Mapping[Kind, GeometryType] = {
    "point": GeometryType.POINT,
    "line": GeometryType.LINESTRING,
    "polygon": GeometryType.POLYGON,
}
# Makes one Multi geometry of geometries of a kind.
MULTI: Mapping[Kind, Callable[..., Any]] = {
    "point": shapely.multipoints,
    "line": shapely.multilinestrings,
    "polygon": shapely.multipolygons,
}
FEWEST: Mapping[Kind, int] = {"line": 2, "polygon": 4}  # vertices; a ring's first is also its last


def in_threads(function: Callable[[Geometries], Any], geometry: Geometries) -> npt.NDArray[Any]:
    """The results of `function`, of shapely, by geometry; of many vertices by all processors."""
    ends = np.cumsum(shapely.get_num_coordinates(geometry), dtype=np.int64)
    pieces = np.split(geometry, _cuts(ends))
    return np.concatenate(each_in_threads(function, pieces))


def simple_parts(geometry: shapely.Geometry) -> Geometries:
    """The simple geometries in a geometry, however deep they lie in collections."""
    parts = np.array([geometry])
    while (shapely.get_type_id(parts) >= GeometryType.MULTIPOINT).any():
        parts = shapely.get_parts(parts)
    return parts


@dataclass(frozen=True)
class Shapes:
    """Geometries of one kind and their owners, in parallel."""

    kind: Kind
    geometry: Geometries
    owner: Integers

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, chosen: npt.NDArray[Any]) -> Shapes:
        """The shapes at these indices, or where this mask is true."""
        return Shapes(self.kind, self.geometry[chosen], self.owner[chosen])

    def with_geometry(self, geometry: Geometries) -> Shapes:
        """The same owners with other geometries, taken apart again where they fell apart.

        Pieces of another kind (a polygon cut down to a line) and empty ones are left out.
        """
        fit = (shapely.get_type_id(geometry) == TYPES[self.kind]) & ~shapely.is_empty(geometry)
        if fit.all():
            return Shapes(self.kind, geometry, self.owner)
        others = np.flatnonzero(~fit)
        pieces, index = shapely.get_parts(geometry[others], return_index=True)
        keep = (shapely.get_type_id(pieces) == TYPES[self.kind]) & ~shapely.is_empty(pieces)
        position = np.concatenate([np.flatnonzero(fit), others[index[keep]]])
        order = np.argsort(position, kind="stable")
        fitting = np.concatenate([geometry[fit], pieces[keep]])
        return Shapes(self.kind, fitting[order], self.owner[position[order]])


def shapes_of(kind: Kind, geometry: Geometries) -> Shapes:
    """The parts of features' geometries; geometry collections are opened."""
    return Shapes(kind, geometry, np.arange(len(geometry))).with_geometry(geometry)


@dataclass(frozen=True)
class Parts:
    """Parts as arrays.

    `coordinates` are (n, 2). `offsets` say where parts begin and end: none for points, for lines
    the vertices of each line, for polygons the vertices of each ring and the rings of each polygon
    (as in GeoArrow, one more offset than there are).
    """

    kind: Kind
    coordinates: npt.NDArray[np.float64]
    offsets: tuple[Integers, ...]
    owner: Integers

    def __len__(self) -> int:
        return len(self.owner)

    def take(self, chosen: npt.NDArray[Any]) -> Parts:
        """The parts at these indices, or where this mask is true."""
        if chosen.dtype == np.bool_ and chosen.all():
            return self
        index = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        owner = self.owner[index]
        if not self.offsets:
            return Parts(self.kind, self.coordinates[index], (), owner)
        vertices, *outer = self.offsets
        offsets: list[Integers] = []
        for offset in reversed(outer):
            index, own_offsets = _within(offset, index)
            offsets.insert(0, own_offsets)
        coordinates, own_offsets = _vertices(self.coordinates, vertices, index)
        return Parts(self.kind, coordinates, (own_offsets, *offsets), owner)

    def split(self) -> list[Parts]:
        """The same in pieces of about `AT_ONCE` vertices."""
        cuts = [0, *_cuts(self.vertices()[1:]).tolist(), len(self)]
        return [self._slice(first, last) for first, last in pairwise(cuts)]

    def _slice(self, first: int, last: int) -> Parts:
        owner = self.owner[first:last]
        offsets: list[Integers] = []
        for offset in reversed(self.offsets):
            offsets.insert(0, offset[first : last + 1] - offset[first])
            first, last = int(offset[first]), int(offset[last])
        return Parts(self.kind, self.coordinates[first:last], tuple(offsets), owner)

    def only(self, keep: npt.NDArray[np.bool_]) -> Parts:
        """The same with the vertices where `keep` is true, at least one of each line or ring.

        Lines and rings left with too few are left out, and polygons with their exterior.
        """
        starts = self.offsets[0]
        fewest = FEWEST[self.kind]
        if keep.all() and np.diff(starts).min(initial=fewest) >= fewest:
            return self
        sizes = np.add.reduceat(keep.astype(np.int64), starts[:-1])
        enough = sizes >= fewest
        if self.kind == "line":
            keep = keep & np.repeat(enough, np.diff(starts))
            offsets: tuple[Integers, ...] = (_ends(sizes[enough]),)
            return Parts("line", self.coordinates[keep], offsets, self.owner[enough])
        polygons = self.offsets[1]
        whole = enough[polygons[:-1]]
        enough &= np.repeat(whole, np.diff(polygons))
        keep = keep & np.repeat(enough, np.diff(starts))
        rings = np.add.reduceat(enough.astype(np.int64), polygons[:-1])
        offsets = (_ends(sizes[enough]), _ends(rings[whole]))
        return Parts("polygon", self.coordinates[keep], offsets, self.owner[whole])

    def vertices(self) -> Integers:
        """Where each part's vertices begin, and the last one's end."""
        starts = np.arange(len(self) + 1)
        for offset in reversed(self.offsets):
            starts = offset[starts]
        return starts

    def bounds(self) -> npt.NDArray[np.float64]:
        """West, south, east and north of each part, (n, 4)."""
        if not len(self):
            return np.empty((0, 4))
        starts = self.vertices()[:-1]
        least = np.minimum.reduceat(self.coordinates, starts)
        most = np.maximum.reduceat(self.coordinates, starts)
        return np.hstack([least, most])

    def to_shapes(self) -> Shapes:
        """The parts as GEOS geometries."""
        if not len(self):
            return Shapes(self.kind, np.empty(0, dtype=object), self.owner)
        geometry = shapely.from_ragged_array(
            TYPES[self.kind], self.coordinates, self.offsets or None
        )
        return Shapes(self.kind, geometry, self.owner)


def from_shapes(shapes: Shapes) -> Parts:
    """GEOS geometries as arrays, Z dropped."""
    if not len(shapes):
        return empty(shapes.kind)
    _, coordinates, offsets = shapely.to_ragged_array(shapes.geometry, include_z=False)
    whole = tuple(offset.astype(np.int64) for offset in offsets)
    return Parts(shapes.kind, coordinates, whole, shapes.owner)


def empty(kind: Kind) -> Parts:
    """No parts."""
    nothing = tuple(np.zeros(1, dtype=np.int64) for _ in range(KINDS.index(kind)))
    return Parts(kind, np.empty((0, 2)), nothing, np.empty(0, dtype=np.int64))


def concatenate(pieces: Sequence[Parts]) -> Parts:
    """All parts, in the order of the pieces: one or more, of one kind."""
    if len(pieces) == 1:
        return pieces[0]
    offsets = tuple(
        _end_to_end([parts.offsets[depth] for parts in pieces])
        for depth in range(len(pieces[0].offsets))
    )
    return Parts(
        pieces[0].kind,
        np.concatenate([parts.coordinates for parts in pieces]),
        offsets,
        np.concatenate([parts.owner for parts in pieces]),
    )


def in_order(pieces: Sequence[Parts]) -> Parts:
    """All parts, in the order of their owners."""
    parts = concatenate([piece for piece in pieces if len(piece)] or pieces[:1])
    if (np.diff(parts.owner) >= 0).all():
        return parts
    return parts.take(np.argsort(parts.owner, kind="stable"))


def to_arrays(prefix: str, parts: Parts) -> dict[str, Array]:
    """Parts by name, for `layers.revision.arrays`; `from_arrays` reads them back."""
    offsets = {f"{prefix}/offsets{depth}": offset for depth, offset in enumerate(parts.offsets)}
    return {
        f"{prefix}/owner": parts.owner,
        f"{prefix}/coordinates": parts.coordinates,
        **offsets,
    }


def from_arrays(prefix: str, kind: Kind, arrays: dict[str, Array]) -> Parts:
    """Parts that `to_arrays` named."""
    offsets = tuple(arrays[f"{prefix}/offsets{depth}"] for depth in range(KINDS.index(kind)))
    return Parts(kind, arrays[f"{prefix}/coordinates"], offsets, arrays[f"{prefix}/owner"])


def _cuts(ends: Integers) -> Integers:
    """Where to part things into pieces of about `AT_ONCE` vertices; `ends` add these up."""
    targets = np.arange(AT_ONCE, ends[-1] if len(ends) else 0, AT_ONCE)
    cuts = np.unique(np.searchsorted(ends, targets))
    return cuts[cuts > 0]


def _ends(sizes: Integers) -> Integers:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])


def _within(offsets: Integers, index: Integers) -> tuple[Integers, Integers]:
    """The indices of what lies in the chosen ranges, and the chosen ranges' own offsets."""
    starts = offsets[index]
    sizes = offsets[index + 1] - starts
    own_offsets = _ends(sizes)
    return np.arange(own_offsets[-1]) + np.repeat(starts - own_offsets[:-1], sizes), own_offsets


def _vertices(
    coordinates: Coordinates, offsets: Integers, index: Integers
) -> tuple[Coordinates, Integers]:
    """The vertices of the chosen ranges, and the chosen ranges' own offsets."""
    starts, ends = offsets[index], offsets[index + 1]
    apart = starts[1:] != ends[:-1]
    if (np.count_nonzero(apart) + 1) * LONG < (ends - starts).sum():
        first = [int(starts[0]), *starts[1:][apart].tolist()]
        last = [*ends[:-1][apart].tolist(), int(ends[-1])]
        runs = [coordinates[a:b] for a, b in zip(first, last, strict=True)]
        return np.concatenate(runs), _ends(ends - starts)
    within, own_offsets = _within(offsets, index)
    return coordinates[within], own_offsets


def _end_to_end(pieces: list[Integers]) -> Integers:
    ends = np.cumsum([0, *(offsets[-1] for offsets in pieces[:-1])])
    moved = [offsets[1:] + end for offsets, end in zip(pieces, ends, strict=True)]
    return np.concatenate([[0], *moved])
