"""The whole layer generalised once per zoom, so that tiles meet.

Done in a space where a pixel is square: latitude stretched by 1 / cos of the layer's middle.
Every generalised feature stays within `MAX_DEVIATION` CSS pixels of its source, and none is lost:
a polygon smaller than a pixel becomes the pixel it lies in, once for all parts of its feature.
Where a tile would grow too large, twice or four times that is all a zoom must show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.parts import Integers, Parts, Shapes, from_shapes, in_order
from layers.geometry.runs import run_starts
from layers.geometry.threads import each_in_threads
from layers.geometry.tile import pixel

# CSS pixels of a tile shown 256 wide, all steps of the cascade together. The last step is half of
# it: 3 of 4096 along a tile's side, as of geojson-vt by itself.
TOLERANCE = 3 / 8
MAX_DEVIATION = 1.5  # CSS pixels: the diagonal of the pixel that stands for a smaller polygon
ALONE = -1
LINES = shapely.GeometryType.LINESTRING
COVERAGE_OVERLAP = 1e-3  # share of the area up to which overlaps are slips of the pen


@dataclass(frozen=True)
class Generalised:
    """The shapes of a zoom, from which those of the next coarser zoom are derived.

    `coverage` numbers, for each feature, the set of areas it shares borders with and keeps them
    with; a feature of number `ALONE` is generalised by itself (see `coverages`). `detailed` has its
    latitudes stretched by `stretch`; `tolerance` is what it was simplified with, in degrees.
    """

    coverage: npt.NDArray[np.int64]
    detailed: Parts
    stretch: float
    tolerance: float = 0.0

    @classmethod
    def of(cls, source: Parts, coverage: npt.NDArray[np.int64]) -> Self:
        """The source as it is."""
        stretch = _stretch(source) if len(source) else 1.0
        return cls(coverage, _scaled(source, stretch), stretch)

    def coarsened(self, z: int, size: float = 1.0) -> Self:
        """Without details of less than `size` CSS pixels of zoom `z`."""
        # Pixels double from zoom to zoom, so half the tolerance each keeps their sum below it.
        tolerance = TOLERANCE / 2 * size * pixel(z)
        # Where the zoom before had to show less, that may be all there is to leave out.
        if tolerance <= self.tolerance or not len(self.detailed):
            return self
        detailed = _simplified(self.detailed, self.coverage, tolerance)
        return replace(self, detailed=detailed, tolerance=tolerance)

    def parts_at(self, z: int, size: float = 1.0) -> Parts:
        """The parts of zoom `z` in degrees, none smaller than `size` CSS pixels."""
        parts = self.detailed
        if parts.kind == "polygon" and len(parts):
            parts = _cells_for_crumbs(parts, size * pixel(z))
        return _scaled(parts, 1 / self.stretch)


def coverages(
    source: Shapes, partition: npt.NDArray[np.int64]
) -> tuple[Shapes, npt.NDArray[np.int64], float]:
    """Shapes that share their borders vertex by vertex, and which features form a coverage.

    Features of one `partition` number ought not to overlap. Where more than `COVERAGE_OVERLAP` of
    their area does, cleaning would move real borders: they are `ALONE` then. So is a feature that
    others cover. Also the largest share of overlap met.
    """
    geometry, coverage, worst = source.geometry.copy(), partition.copy(), 0.0
    for number in np.unique(partition):
        members = np.flatnonzero(partition[source.owner] == number)
        # The stubs do not know this function of shapely 2.2 yet.
        clean = shapely.coverage_clean(geometry[members])  # type: ignore[attr-defined]
        total = shapely.area(geometry[members]).sum()
        share = (total - shapely.area(clean).sum()) / total if total else 0.0
        worst = max(worst, float(share))
        left = source.owner[members][~shapely.is_empty(clean)]
        if share > COVERAGE_OVERLAP:
            left = left[:0]
        stays = np.isin(source.owner[members], left)
        coverage[source.owner[members[~stays]]] = ALONE
        geometry[members[stays]] = clean[stays]
    return source.with_geometry(geometry), coverage, worst


def _stretch(parts: Parts) -> float:
    latitude = parts.coordinates[:, 1]
    return 1 / math.cos(math.radians((latitude.min() + latitude.max()) / 2))


def _scaled(parts: Parts, factor: float) -> Parts:
    return replace(parts, coordinates=parts.coordinates * (1.0, factor))


def _simplified(parts: Parts, coverage: npt.NDArray[np.int64], tolerance: float) -> Parts:
    of_part = coverage[parts.owner]
    pieces: list[Parts] = []
    for number in np.unique(of_part):
        members = parts.take(of_part == number)
        if number == ALONE:
            alone = partial(_simplified_alone, tolerance=tolerance)
            pieces += each_in_threads(alone, members.split())
        else:
            shapes = members.to_shapes()
            simple = shapely.coverage_simplify(shapes.geometry, tolerance)
            pieces.append(from_shapes(shapes.with_geometry(simple)))
    return in_order(pieces)


def _simplified_alone(parts: Parts, tolerance: float) -> Parts:
    """Each line or ring simplified by itself, and the careful way where a polygon vanished.

    What folds onto itself is mended when it is laid on the zoom's grid.
    """
    # As lines: of a polygon, GEOS would try and mend each result, which is done once, on the grid.
    lines = shapely.from_ragged_array(LINES, parts.coordinates, parts.offsets[:1])
    simple = shapely.simplify(lines, tolerance, preserve_topology=False)
    _, coordinates, (ends,) = shapely.to_ragged_array(simple)
    offsets = (ends.astype(np.int64), *parts.offsets[1:])
    simplified = Parts(parts.kind, coordinates, offsets, np.arange(len(parts)))
    remaining = simplified.only(np.ones(len(coordinates), dtype=np.bool_))
    vanished = parts.take(np.setdiff1d(simplified.owner, remaining.owner)).to_shapes()
    careful = shapely.simplify(vanished.geometry, tolerance, preserve_topology=True)
    return in_order(
        [
            replace(remaining, owner=parts.owner[remaining.owner]),
            from_shapes(vanished.with_geometry(careful)),
        ]
    )


def _cells_for_crumbs(parts: Parts, size: float) -> Parts:
    """Polygons smaller than a cell of `size` degrees replaced by the cells they lie in."""
    bounds = parts.bounds()
    crumb = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) < size
    if not crumb.any():
        return parts
    middle = (bounds[crumb, :2] + bounds[crumb, 2:]) / 2
    x, y = np.floor(middle / size).astype(np.int64).T
    owner = parts.owner[crumb]
    order = np.lexsort((y, x, owner))
    owner, x, y = owner[order], x[order], y[order]
    first = np.r_[True, (np.diff(owner) != 0) | (np.diff(x) != 0) | (np.diff(y) != 0)]
    owner, x, y = owner[first], x[first], y[first]
    starts = run_starts(owner)
    multiple = np.repeat(np.diff(starts) > 1, np.diff(starts))
    alone = _squares(owner[~multiple], x[~multiple], y[~multiple], size)
    together = _squares(owner[multiple], x[multiple], y[multiple], size).to_shapes()
    ends = run_starts(together.owner)
    joined = [
        shapely.coverage_union_all(together.geometry[start:end]) for start, end in pairwise(ends)
    ]
    merged = np.array(joined, dtype=object)
    crumbs = Shapes("polygon", merged, together.owner[ends[:-1]]).with_geometry(merged)
    return in_order([parts.take(~crumb), alone, from_shapes(crumbs)])


def _squares(owner: Integers, x: Integers, y: Integers, size: float) -> Parts:
    """Cells of `size` degrees in columns `x` and rows `y`, against the clock."""
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    coordinates = (np.column_stack([x, y])[:, None] + corners).reshape(-1, 2) * size
    rings = np.arange(len(owner) + 1)
    return Parts("polygon", coordinates, (5 * rings, rings), owner)
