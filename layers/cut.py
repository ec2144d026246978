"""From a prepared revision to what tiles show: one tile, or a whole zoom at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from layers.definition import Scalar
from layers.level import Level
from layers.parts import Integers, Parts
from layers.points import Points, deinterleave
from layers.shown import FeatureTable, Shown, run_starts
from layers.tile import Tile, digits


def cut_level(table: FeatureTable, level: Level, tile: Tile) -> Shown:
    """What `tile` shows of lines or polygons."""
    parts = level.cut(tile)
    return _of_features(table, [tile], parts, parts.owner, parts.owner)


def cut_whole_level(table: FeatureTable, level: Level) -> Iterator[Shown]:
    """What every tile of the zoom shows of lines or polygons, some tiles at a time.

    Tiles with nothing are left out.
    """
    for tiles, parts in level.cut_all():
        tile, feature = np.divmod(parts.owner, level.stride)
        filled = np.unique(tile)
        shown = [tiles[index] for index in filled.tolist()]
        yield _of_features(table, shown, parts, feature, tile)


def _of_features(
    table: FeatureTable, tiles: list[Tile], parts: Parts, feature: Integers, tile: Integers
) -> Shown:
    """Features as they are; `feature` and `tile` run parallel to the parts."""
    first = run_starts(parts.owner)[:-1]
    index = feature[first]
    in_tile = run_starts(tile[first])[1:] if len(tiles) != 1 else np.array([len(first)])
    return Shown(
        tiles,
        parts,
        table.ids[index].tolist(),
        table.properties.take(index),
        in_tile.tolist(),
    )


def cut_points(table: FeatureTable, points: Points, z: int, tile: Tile | None) -> Shown:
    """What `tile`, or with None every tile of zoom `z`, shows of points.

    Below the zoom the points say, those that share a cell are counted together.
    """
    chosen = slice(0, len(points.parts)) if tile is None else points.in_tile(tile)
    clustered = z < points.unclustered_from
    crowd = points.crowd(chosen, z) if clustered else points.each(chosen, z)
    single = points.parts.owner[crowd.singles]
    stride = len(table) + len(crowd.clusters.ids)
    feature = np.concatenate([single, np.arange(len(table), stride)])
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
    first = run_starts(parts.owner)[:-1]
    named = feature[order][first]
    x, y = deinterleave(numbers)
    ids = np.concatenate([table.ids, crowd.clusters.ids])
    return Shown(
        [Tile(z, *place) for place in zip(x.tolist(), y.tolist(), strict=True)],
        parts,
        ids[named].tolist(),
        _properties(table, points.classes, named, crowd.clusters.counts),
        run_starts(index[order][first])[1:].tolist(),
    )


def _properties(
    table: FeatureTable, classes: Sequence[Scalar | None], named: Integers, counts: Integers
) -> list[bytes]:
    """Properties of features, and of clusters, whose numbers follow those of the features."""
    clusters = named >= len(table)
    if not clusters.any():
        return table.properties.take(named)
    names = [f"count:{'' if value is None else value}" for value in classes]
    singles = iter(table.properties.take(named[~clusters]))
    of_clusters = iter(counts[named[clusters] - len(table)].tolist())
    return [
        _counted(names, next(of_clusters)) if is_cluster else next(singles)
        for is_cluster in clusters.tolist()
    ]


def _counted(names: list[str], counts: list[int]) -> bytes:
    """A cluster's properties: how many points, and how many of each class of the legend."""
    by_class = {name: count for name, count in zip(names, counts, strict=False) if count}
    return orjson.dumps({"point_count": sum(counts), **(by_class if len(names) > 1 else {})})
