"""What a zoom need not show: the whole layer generalised once per zoom, so that tiles meet.

Done in a space where a pixel is square: latitude stretched by 1 / cos of the layer's middle.
Every generalised feature stays within `MAX_DEVIATION` CSS pixels of its source, and none is lost:
a polygon smaller than a pixel becomes the pixel it lies in, once for all parts of its feature.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import shapely

from layers.parts import Geometries, Parts, concatenate
from layers.tile import pixel

TOLERANCE = 3 / 16  # CSS pixels, all steps of the cascade together
MAX_DEVIATION = 1.5  # CSS pixels: the diagonal of the pixel that stands for a smaller polygon
ALONE = -1
COVERAGE_OVERLAP = 1e-3  # share of the area up to which overlaps are slips of the pen


def levels(
    source: Parts, coverage: npt.NDArray[np.int64], minzoom: int, maxzoom: int
) -> Iterator[tuple[int, Parts]]:
    """The parts to show at each zoom, from `maxzoom` (not simplified) down to `minzoom`.

    `coverage` numbers, for each feature, the set of areas it shares borders with and keeps them
    with; a feature of number `ALONE` is generalised by itself (see `coverages`).
    """
    if source.kind == "point" or not len(source):
        for z in range(maxzoom, minzoom - 1, -1):
            yield z, source
        return
    stretch = _stretch(source.geometry)
    detailed = _cleaned(_scaled(source, stretch), coverage)
    for z in range(maxzoom, minzoom - 1, -1):
        if z < maxzoom:
            # Pixels double from zoom to zoom, so half the tolerance each keeps their sum below it.
            detailed = _simplified(detailed, coverage, TOLERANCE / 2 * pixel(z))
        shown = _pixels_for_crumbs(detailed, pixel(z)) if source.kind == "polygon" else detailed
        yield z, _scaled(shown, 1 / stretch)


def coverages(
    source: Parts, partition: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], float]:
    """Which features form a coverage, and the largest share of overlap met.

    Features of one `partition` number ought not to overlap. Where more than `COVERAGE_OVERLAP` of
    their area does, cleaning would move real borders: they are `ALONE` then.
    """
    coverage, worst = partition.copy(), 0.0
    for number in np.unique(partition):
        areas = source.geometry[partition[source.owner] == number]
        total = shapely.area(areas).sum()
        share = (total - shapely.area(shapely.union_all(areas))) / total if total else 0.0
        worst = max(worst, float(share))
        if share > COVERAGE_OVERLAP:
            coverage[partition == number] = ALONE
    return coverage, worst


def _stretch(geometry: Geometries) -> float:
    _, south, _, north = shapely.total_bounds(geometry)
    return 1 / math.cos(math.radians((south + north) / 2))


def _scaled(parts: Parts, factor: float) -> Parts:
    scaled = shapely.transform(parts.geometry, lambda coordinates: coordinates * (1.0, factor))
    return Parts(parts.kind, scaled, parts.owner)


def _cleaned(parts: Parts, coverage: npt.NDArray[np.int64]) -> Parts:
    """Parts of one coverage made to share their borders vertex by vertex."""
    geometry = parts.geometry.copy()
    for chosen in _members(parts, coverage):
        # The stubs do not know this function of shapely 2.2 yet.
        clean = shapely.coverage_clean  # type: ignore[attr-defined]
        geometry[chosen] = clean(geometry[chosen])
    return parts.with_geometry(geometry)


def _simplified(parts: Parts, coverage: npt.NDArray[np.int64], tolerance: float) -> Parts:
    geometry = parts.geometry.copy()
    alone = coverage[parts.owner] == ALONE
    geometry[alone] = shapely.simplify(geometry[alone], tolerance, preserve_topology=True)
    for chosen in _members(parts, coverage):
        geometry[chosen] = shapely.coverage_simplify(geometry[chosen], tolerance)
    return parts.with_geometry(geometry)


def _members(parts: Parts, coverage: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """The indices of the parts of each coverage."""
    of_part = coverage[parts.owner]
    for number in np.unique(of_part[of_part != ALONE]):
        yield np.flatnonzero(of_part == number)


def _pixels_for_crumbs(parts: Parts, size: float) -> Parts:
    """Polygons smaller than a pixel of `size` degrees replaced by the pixels they lie in."""
    bounds = shapely.bounds(parts.geometry)
    crumb = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) < size
    if not crumb.any():
        return parts
    middle = (bounds[crumb, :2] + bounds[crumb, 2:]) / 2
    cells = np.column_stack([parts.owner[crumb], np.floor(middle / size).astype(np.int64)])
    owner, x, y = np.unique(cells, axis=0).T
    pixels = shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
    owners, first = np.unique(owner, return_index=True)
    merged = np.array([shapely.union_all(group) for group in np.split(pixels, first[1:])])
    crumbs = Parts("polygon", merged, owners).with_geometry(merged)
    return concatenate("polygon", [parts.take(~crumb), crumbs])
