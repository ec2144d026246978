"""The points of a layer in Z-order: every tile of every zoom is one slice of them.

Where a tile would hold a crowd, the points of each cell are counted instead. A cell is a quarter
of a tile wide and belongs to one tile, so that counts add up to the number of features exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from layers.geometry.parts import Array, Integers, Parts
from layers.geometry.runs import run_starts
from layers.geometry.tile import MAX_ZOOM, Floats, Tile, columns, digits, rows
from layers.schema.values import Scalar

CELL_ZOOM = 2  # zooms between a tile and its cells: 4 × 4 cells of 64 CSS pixels
DEEPEST = MAX_ZOOM + CELL_ZOOM


class Clusters(NamedTuple):
    """Cells with more than one point, in Z-order.

    `counts` are the points of each class, (n, classes); `ids` are the cells' addresses.
    """

    places: Floats
    ids: Integers
    counts: Integers


class Crowd(NamedTuple):
    """What a stretch of points shows at a zoom: single points, and cells with several.

    `singles` index the points. `tiles` are the Z-order numbers of the tiles they lie in.
    """

    singles: Integers
    single_tiles: npt.NDArray[np.uint64]
    clusters: Clusters
    cluster_tiles: npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Points:
    """Points in Z-order. `codes` are their cells' Z-order numbers at zoom `DEEPEST`.

    `class_of` is the index in `classes`, the values of the style's field, of each point.
    From zoom `unclustered_from` on every point is shown by itself.
    """

    parts: Parts
    codes: npt.NDArray[np.uint64]
    class_of: npt.NDArray[np.int32]
    classes: Sequence[Scalar | None]
    unclustered_from: int

    def in_tile(self, tile: Tile) -> slice:
        """The points in `tile`; one on an edge lies in the tile east or south of it."""
        shift = np.uint64(2 * (DEEPEST - tile.z))
        first = interleave(np.array([tile.x]), np.array([tile.y]))[0]
        between = np.array([first << shift, (first + np.uint64(1)) << shift])
        start, end = np.searchsorted(self.codes, between).tolist()
        return slice(start, end)

    def only(self, stretch: slice, chosen: npt.NDArray[np.bool_]) -> Points:
        """Those of a slice that belong to the chosen features."""
        index = np.arange(stretch.start, stretch.stop)
        index = index[chosen[self.parts.owner[stretch]]]
        return replace(
            self,
            parts=self.parts.take(index),
            codes=self.codes[index],
            class_of=self.class_of[index],
        )

    def tile_numbers(self, stretch: slice, z: int) -> npt.NDArray[np.uint64]:
        """The Z-order number of the tile of zoom `z` each point of a slice lies in, ascending."""
        return self.codes[stretch] >> np.uint64(2 * (DEEPEST - z))

    def by_tiles(self, z: int, at_once: int) -> Iterator[slice]:
        """All points, those of whole tiles of zoom `z` together: at least so many but the last."""
        numbers = self.tile_numbers(slice(None), z)
        start = 0
        while start < len(numbers):
            last = numbers[min(start + at_once, len(numbers)) - 1]
            end = int(np.searchsorted(numbers, last, side="right"))
            yield slice(start, end)
            start = end

    def uncounted(self, stretch: slice, z: int) -> Crowd:
        """The points of a slice, each by itself."""
        none = np.empty(0, dtype=np.int64)
        return Crowd(
            np.arange(stretch.start, stretch.stop),
            self.tile_numbers(stretch, z),
            Clusters(np.empty((0, 2)), none, np.empty((0, len(self.classes)), dtype=np.int64)),
            none.astype(np.uint64),
        )

    def crowd(self, stretch: slice, z: int) -> Crowd:
        """The points of a slice, those that share a cell of zoom `z` counted together."""
        if stretch.start == stretch.stop:
            return self.uncounted(stretch, z)
        cells = self.codes[stretch] >> np.uint64(2 * (DEEPEST - z - CELL_ZOOM))
        starts = run_starts(cells)[:-1]
        count = np.diff(np.append(starts, len(cells)))
        is_crowded = count > 1
        sums = np.add.reduceat(self.parts.coordinates[stretch], starts)
        keys = np.repeat(np.arange(len(starts)), count) * len(self.classes) + self.class_of[stretch]
        counts = np.bincount(keys, minlength=len(starts) * len(self.classes))
        numbers = cells[starts]
        tiles = numbers >> np.uint64(2 * CELL_ZOOM)
        clusters = Clusters(
            places=np.round(sums[is_crowded] / count[is_crowded, None], digits(z)),
            ids=cell_ids(numbers[is_crowded], z + CELL_ZOOM),
            counts=counts.reshape(-1, len(self.classes))[is_crowded],
        )
        return Crowd(
            starts[~is_crowded] + stretch.start, tiles[~is_crowded], clusters, tiles[is_crowded]
        )


def points_of(
    parts: Parts,
    class_of: Integers,
    classes: Sequence[Scalar | None],
    crowded: int,
    maxzoom: int,
) -> Points:
    """Sort points into Z-order; `class_of` is by feature.

    They are clustered below the first zoom where no tile holds more than `crowded` of them, but
    never at `maxzoom`, nor where a feature has several points and a count would not be of features.
    """
    x = np.floor(columns(parts.coordinates[:, 0], DEEPEST)).astype(np.int64)
    y = np.floor(rows(parts.coordinates[:, 1], DEEPEST)).astype(np.int64)
    last = (1 << DEEPEST) - 1
    codes = interleave(np.clip(x, 0, last), np.clip(y, 0, last))
    order = np.argsort(codes, kind="stable")
    ordered, codes = parts.take(order), codes[order]
    single = bool((np.diff(parts.owner) > 0).all())  # owners ascend
    zooms = (z for z in range(maxzoom) if not single or fullest_tile(codes, z) <= crowded)
    ordered_class = class_of[ordered.owner].astype(np.int32)
    return Points(ordered, codes, ordered_class, classes, next(zooms, maxzoom))


def fullest_tile(codes: npt.NDArray[np.uint64], z: int) -> int:
    """The largest number of points in one tile of zoom `z`; `codes` in order."""
    numbers = codes >> np.uint64(2 * (DEEPEST - z))
    return int(np.diff(run_starts(numbers)).max(initial=0))


def interleave(x: Integers, y: Integers) -> npt.NDArray[np.uint64]:
    """Z-order numbers: the bits of `x` at even places, those of `y` at odd ones."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def deinterleave(numbers: npt.NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """The columns and rows of Z-order numbers."""
    return _gather(numbers), _gather(numbers >> np.uint64(1))


def cell_ids(numbers: npt.NDArray[np.uint64], z: int) -> Integers:
    """Ids of cells of zoom `z`, made of their address: below 2^53, other zooms have others."""
    return ((np.uint64(z) << np.uint64(2 * DEEPEST)) | numbers).astype(np.int64)


# Bits apart and together by halves: the magic numbers of "Interleave bits by Binary Magic
# Numbers" (Bit Twiddling Hacks, S. E. Anderson, public domain), for 32 bits.
_STEPS = [
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
]


def _spread(values: Integers) -> npt.NDArray[np.uint64]:
    spread: npt.NDArray[np.uint64] = values.astype(np.uint64)
    for step, mask in _STEPS:
        spread = (spread | (spread << np.uint64(step))) & np.uint64(mask)
    return spread


def _gather(numbers: npt.NDArray[np.uint64]) -> Integers:
    gathered = numbers & np.uint64(_STEPS[-1][1])
    for (step, _), (_, mask) in zip(
        reversed(_STEPS), [*reversed(_STEPS[:-1]), (32, 0x00000000FFFFFFFF)], strict=True
    ):
        gathered = (gathered | (gathered >> np.uint64(step))) & np.uint64(mask)
    return gathered.astype(np.int64)


def to_point_arrays(points: Points) -> dict[str, Array]:
    """The points by name, for `layers.revision.arrays`; `points_from_arrays` reads them back."""
    return {
        "points/coordinates": points.parts.coordinates,
        "points/owner": points.parts.owner,
        "points/codes": points.codes,
        "points/class_of": points.class_of,
    }


def points_from_arrays(
    arrays: dict[str, Array], classes: Sequence[Scalar | None], unclustered_from: int
) -> Points:
    """The points that `to_point_arrays` named."""
    parts = Parts("point", arrays["points/coordinates"], (), arrays["points/owner"])
    codes, class_of = arrays["points/codes"], arrays["points/class_of"]
    return Points(parts, codes, class_of, classes, unclustered_from)
