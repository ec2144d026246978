"""What each zoom of a layer shows, kept within the size a tile may have."""

from __future__ import annotations

import numpy as np

from layers import geojson
from layers.cut import cut_all_points, cut_whole_level
from layers.definition import LayerDefinition
from layers.generalise import Generaliser
from layers.level import Level, level_of
from layers.parts import Integers, Parts
from layers.points import Points, fullest_tile
from layers.report import Problem
from layers.shown import FeatureTable, Shown
from layers.tile import Tile, digits

COARSEST = 4  # CSS pixels: a tile still too large with this as the least it shows is reported
OVERHEAD = 130  # bytes of a GeoJSON feature beside its coordinates and properties


def levels(
    source: Parts, coverage: Integers, table: FeatureTable, definition: LayerDefinition
) -> tuple[list[Level], dict[int, int], list[Problem]]:
    """Levels of lines or polygons from the last zoom to the first.

    Also, by zoom, how many CSS pixels are the least it shows (1 unless a tile would be larger than
    the definition allows), and which tiles are too large all the same.
    """
    generaliser = Generaliser(source, coverage)
    made, pixels, problems = [], {}, []
    for z in range(definition.maxzoom, definition.minzoom - 1, -1):
        size = 1
        if z < definition.maxzoom:
            generaliser.coarsen(z)
        level = level_of(generaliser.shown(z), z)
        tile, largest = _largest(level, table, definition.tile_bytes)
        while largest > definition.tile_bytes and size < COARSEST:
            size *= 2
            generaliser.coarsen(z, size)
            level = level_of(generaliser.shown(z, size), z)
            tile, largest = _largest(level, table, definition.tile_bytes)
        if largest > definition.tile_bytes:
            problems.append(_too_large(tile, largest, definition))
        made.append(level)
        pixels[z] = size
    return made, pixels, problems


def crowded_tiles(
    points: Points, table: FeatureTable, definition: LayerDefinition
) -> list[Problem]:
    """The largest tile of each zoom that is too large even so."""
    problems = []
    # Below, a tile holds no more than its cells.
    for z in range(max(definition.minzoom, points.unclustered_from), definition.maxzoom + 1):
        if fullest_tile(points.codes, z) * _widest(table) <= definition.tile_bytes:
            continue
        found = [_largest_of(shown) for shown in cut_all_points(table, points, z)]
        tile, largest = max(found, key=lambda one: one[1])
        if largest > definition.tile_bytes:
            problems.append(_too_large(tile, largest, definition))
    return problems


def _largest(level: Level, table: FeatureTable, most: int) -> tuple[Tile | None, int]:
    """The largest tile; none when all are surely smaller than `most`."""
    per_vertex = 2 * (digits(level.z) + 6)
    if _at_most(level, table, per_vertex) <= most:
        return None, 0
    found = [_largest_of(shown) for shown in cut_whole_level(table, level)]
    return max(found, key=lambda one: one[1], default=(None, 0))


def _at_most(level: Level, table: FeatureTable, per_vertex: int) -> int:
    """More bytes than any tile of the level has."""
    tile, part = level.pairs()
    if not len(part):
        return 0
    vertices = np.diff(level.parts.vertices()) + 8  # a cut adds some at the edge
    widths = np.diff(table.properties.ends, prepend=0)[level.parts.owner] + OVERHEAD
    _, index = np.unique(tile, return_inverse=True)
    return int(np.bincount(index, (vertices * per_vertex + widths)[part]).max())


def _largest_of(shown: Shown) -> tuple[Tile | None, int]:
    sizes = [len(content) for content in geojson.encode(shown)]
    if not sizes:
        return None, 0
    index = int(np.argmax(sizes))
    return shown.tiles[index], sizes[index]


def _widest(table: FeatureTable) -> int:
    widths = np.diff(table.properties.ends, prepend=0)
    return int(widths.max(initial=0)) + OVERHEAD


def _too_large(tile: Tile | None, size: int, definition: LayerDefinition) -> Problem:
    place = f"{tile.z}/{tile.x}/{tile.y}" if tile else ""
    return Problem(
        "warning", "tile_size", value=place, detail=f"{size:,} / {definition.tile_bytes:,}"
    )
