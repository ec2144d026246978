"""From a prepared revision to what tiles show: one tile, or a whole zoom at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from layers.geometry.parts import Integers, Parts
from layers.geometry.runs import run_starts
from layers.geometry.tile import Tile, digits
from layers.revision.columns import Mask
from layers.revision.level import EVERY, Level
from layers.revision.points import Points, deinterleave
from layers.revision.table import FeatureTable
from layers.schema.values import Scalar
from layers.tiles.content import TileContent, count_name

POINTS_AT_ONCE = 100_000  # a point being written takes some hundred times its coordinates' memory
COUNTS_AT_ONCE = 4_000_000  # of points in cells, a number for each class


def cut_level(
    table: FeatureTable, level: Level, tile: Tile, chosen: Mask | None = None
) -> TileContent:
    """What `tile` shows of lines or polygons, only of the `chosen` features if that is given."""
    parts = level.cut(tile)
    if chosen is not None:
        parts = parts.take(chosen[parts.owner])
    return _of_features(table, [tile], parts, parts.owner, parts.owner)


def cut_whole_level(
    table: FeatureTable, level: Level, stretches: slice = EVERY, only: Integers | None = None
) -> Iterator[TileContent]:
    """What every tile of the zoom shows of lines or polygons, a stretch of tiles at a time.

    Tiles with nothing are left out, those of other stretches than the chosen ones, and all but
    `only` these (column × 2^z + row).
    """
    for tiles, parts in level.cut_all(stretches, only):
        tile, feature = np.divmod(parts.owner, level.stride)
        filled = np.unique(tile)
        addresses = [tiles[index] for index in filled.tolist()]
        yield _of_features(table, addresses, parts, feature, tile)


def _of_features(
    table: FeatureTable, tiles: list[Tile], parts: Parts, feature: Integers, tile: Integers
) -> TileContent:
    """Features as they are; `feature` and `tile` run parallel to the parts."""
    first = run_starts(parts.owner)[:-1]
    index = feature[first]
    in_tile = run_starts(tile[first])[1:] if len(tiles) != 1 else np.array([len(first)])
    return TileContent(
        tiles,
        parts,
        table.ids[index].tolist(),
        table.properties.take(index),
        in_tile.tolist(),
    )


def cut_points(
    table: FeatureTable, points: Points, tile: Tile, chosen: Mask | None = None
) -> TileContent:
    """What `tile` shows of points, only of the `chosen` features if that is given.

    A cell with several points counts these alone, and shows one that is left there by itself.
    """
    stretch = points.in_tile(tile)
    if chosen is not None:
        points = points.only(stretch, chosen)
        stretch = slice(0, len(points.parts))
    return _of_points(table, points, tile.z, stretch)


def cut_all_points(
    table: FeatureTable, points: Points, z: int, stretches: slice = EVERY
) -> Iterator[TileContent]:
    """What every tile of zoom `z` shows of points, a stretch of tiles at a time.

    Tiles with nothing are left out, and those of other stretches than the chosen ones.
    """
    at_once = min(POINTS_AT_ONCE, max(1, COUNTS_AT_ONCE // len(points.classes)))
    chosen = [*points.by_tiles(z, at_once)][stretches]
    return (_of_points(table, points, z, stretch) for stretch in chosen)


def _of_points(table: FeatureTable, points: Points, z: int, chosen: slice) -> TileContent:
    """The points of whole tiles; below the zoom they say, those that share a cell are counted."""
    clustered = z < points.unclustered_from
    crowd = points.crowd(chosen, z) if clustered else points.uncounted(chosen, z)
    single = points.parts.owner[crowd.singles]
    stride = len(table) + len(crowd.clusters.ids)
    feature = np.concatenate([single, np.arange(len(table), stride)])
    ids = np.concatenate([table.ids[single], crowd.clusters.ids])
    number = np.concatenate([crowd.single_tiles, crowd.cluster_tiles])
    numbers, index = np.unique(number, return_inverse=True)
    owner = index * stride + feature
    order = np.argsort(owner, kind="stable")
    coordinates = np.round(points.parts.coordinates[crowd.singles], digits(z))
    parts = Parts(
        "point",
        np.concatenate([coordinates, crowd.clusters.places])[order],
        (),
        owner[order],
    )
    first = order[run_starts(parts.owner)[:-1]]
    x, y = deinterleave(numbers)
    return TileContent(
        [Tile(z, *place) for place in zip(x.tolist(), y.tolist(), strict=True)],
        parts,
        ids[first].tolist(),
        _properties(table, points.classes, feature[first], crowd.clusters.counts),
        run_starts(index[first])[1:].tolist(),
    )


def _properties(
    table: FeatureTable, classes: Sequence[Scalar | None], named: Integers, counts: Integers
) -> list[bytes]:
    """Properties of features, and of clusters, whose numbers follow those of the features."""
    clusters = named >= len(table)
    if not clusters.any():
        return table.properties.take(named)
    singles = iter(table.properties.take(named[~clusters]))
    of_clusters = _counted(classes, counts[named[clusters] - len(table)])
    return [next(of_clusters) if is_cluster else next(singles) for is_cluster in clusters.tolist()]


def _counted(classes: Sequence[Scalar | None], counts: Integers) -> Iterator[bytes]:
    """Clusters' properties: how many points, and how many of each class of the legend."""
    names = [*map(count_name, classes)]
    for of_classes in counts.tolist():
        properties = {"point_count": sum(of_classes)}
        if len(classes) > 1:
            counted = zip(names, of_classes, strict=True)
            properties |= {name: count for name, count in counted if count}
        yield orjson.dumps(properties)
