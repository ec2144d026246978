"""The contents of each zoom of a layer, within the size a tile may have."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import itemgetter

import numpy as np

from layers.geometry.parts import Integers, Parts
from layers.geometry.tile import Tile, digits
from layers.prepare.generalise import ALONE, Generalised
from layers.report import Problem
from layers.revision.level import Level, level_of
from layers.revision.points import Points, fullest_tile
from layers.revision.table import FeatureTable
from layers.schema.layer import LayerDefinition
from layers.tiles import geojson
from layers.tiles.content import TileContent
from layers.tiles.cut import cut_all_points, cut_whole_level

COARSEST = 4  # CSS pixels: a tile still too large with this as the least it shows is reported
OVERHEAD = 130  # bytes of a GeoJSON feature beside its coordinates and properties


def levels(
    source: Parts, coverage: Integers, table: FeatureTable, definition: LayerDefinition
) -> tuple[list[Level], dict[int, int], list[Problem]]:
    """Levels of lines or polygons from the last zoom to the first.

    Also, by zoom, how many CSS pixels are the least it shows (1 unless a tile would be larger than
    the definition allows), and which tiles are too large all the same.
    """
    all_levels, pixels, problems = [], {}, []
    generalised = Generalised.of(source, coverage)
    # A coverage is simplified by one processor: for the next zoom, while another lays out this one.
    ahead = bool((coverage != ALONE).any())
    with ThreadPoolExecutor(1) as beside:
        for z in range(definition.maxzoom, definition.minzoom - 1, -1):
            last = z == definition.minzoom
            coarser = _coarser(generalised, z - 1, beside if ahead and not last else None)
            size = 1
            level = level_of(generalised.parts_at(z), z)
            tile, largest = _largest(level, table, definition.tile_bytes)
            while largest > definition.tile_bytes and size < COARSEST:
                # What may be left out for two pixels here is what may be at the next zoom.
                generalised = coarser() if size == 1 else generalised.coarsened(z, 2 * size)
                size *= 2
                level = level_of(generalised.parts_at(z, size), z)
                tile, largest = _largest(level, table, definition.tile_bytes)
            if largest > definition.tile_bytes:
                problems.append(_too_large(tile, largest, definition))
            if size == 1 and not last:
                generalised = coarser()
            all_levels.append(level)
            pixels[z] = size
    return all_levels, pixels, problems


def _coarser(
    generalised: Generalised, z: int, beside: ThreadPoolExecutor | None
) -> Callable[[], Generalised]:
    """A function that returns the shapes for zoom `z`, simplified `beside` or when it is called."""
    if beside is None:
        return partial(generalised.coarsened, z)
    return beside.submit(generalised.coarsened, z).result


def crowded_tiles(
    points: Points, table: FeatureTable, definition: LayerDefinition
) -> list[Problem]:
    """The largest tile of each zoom that is too large even so."""
    problems = []
    # Below, a tile holds no more than its cells.
    for z in range(max(definition.minzoom, points.unclustered_from), definition.maxzoom + 1):
        if fullest_tile(points.codes, z) * _widest(table) <= definition.tile_bytes:
            continue
        sizes = [_largest_of(content) for content in cut_all_points(table, points, z)]
        tile, largest = max(sizes, key=itemgetter(1))
        if largest > definition.tile_bytes:
            problems.append(_too_large(tile, largest, definition))
    return problems


def _largest(level: Level, table: FeatureTable, most: int) -> tuple[Tile | None, int]:
    """The largest tile; none when all are surely smaller than `most`."""
    doubtful = _may_exceed(level, table, most)
    if not len(doubtful):
        return None, 0
    sizes = [_largest_of(content) for content in cut_whole_level(table, level, only=doubtful)]
    return max(sizes, key=itemgetter(1), default=(None, 0))


def _may_exceed(level: Level, table: FeatureTable, most: int) -> Integers:
    """The tiles (column × 2^z + row) that may have more bytes than `most`."""
    tile, part = level.pairs()
    vertices = np.diff(level.parts.vertices()) + 8  # a cut adds some at the edge
    widths = np.diff(table.properties.ends, prepend=0)[level.parts.owner] + OVERHEAD
    tiles, index = np.unique(tile, return_inverse=True)
    per_vertex = 2 * (digits(level.z) + 6)
    sizes = np.bincount(index, (vertices * per_vertex + widths)[part], len(tiles))
    return tiles[sizes > most]


def _largest_of(content: TileContent) -> tuple[Tile | None, int]:
    sizes = [len(tile) for tile in geojson.encode(content)]
    if not sizes:
        return None, 0
    index = int(np.argmax(sizes))
    return content.tiles[index], sizes[index]


def _widest(table: FeatureTable) -> int:
    widths = np.diff(table.properties.ends, prepend=0)
    return int(widths.max(initial=0)) + OVERHEAD


def _too_large(tile: Tile | None, size: int, definition: LayerDefinition) -> Problem:
    address = f"{tile.z}/{tile.x}/{tile.y}" if tile else ""
    return Problem(
        "warning", "tile_size", value=address, detail=f"{size:,} / {definition.tile_bytes:,}"
    )
