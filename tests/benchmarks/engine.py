"""Our side: a layer generalised, and every tile of it on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from isal import igzip

from layers.generalise import ALONE, Generaliser
from layers.layer import Encoding, Layer
from layers.parts import Parts
from layers.tile import Tile
from server.responses import GZIP_LEVEL

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE metadata (name TEXT, value TEXT);
CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
"""
AT_ONCE = 64  # tiles compressed together
INDEX = "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)"


def generalised(layer: Layer) -> Iterator[tuple[int, Parts]]:
    """What each zoom shows of a layer that is no coverage, from the last zoom to the first."""
    alone = np.full(layer.feature_count, ALONE)
    generaliser = Generaliser(layer.revision.source, alone)
    for z in range(layer.maxzoom, layer.minzoom - 1, -1):
        size = layer.revision.pixels[z]
        if z < layer.maxzoom:
            generaliser.coarsen(z, size)
        yield z, generaliser.shown(z, size)


def compressed(content: bytes) -> bytes:
    """A tile as it is served to whom accepts gzip."""
    return igzip.compress(content, GZIP_LEVEL, mtime=0)


def write_mbtiles(layer: Layer, path: Path, encoding: Encoding) -> None:
    """Write every tile of every zoom, compressed, as MBTiles."""
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.executescript(SCHEMA)
        database.execute("BEGIN")
        rows = (
            (tile.z, tile.x, (1 << tile.z) - 1 - tile.y, content)
            for z in range(layer.minzoom, layer.maxzoom + 1)
            for tile, content in _compressed(layer.tiles(z, encoding))
        )
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        database.execute(INDEX)
        database.execute("COMMIT")
    finally:
        database.close()


def _compressed(tiles: Iterator[tuple[Tile, bytes]]) -> Iterator[tuple[Tile, bytes]]:
    """Each tile compressed, by all processors."""
    with ThreadPoolExecutor() as threads:
        while some := [*islice(tiles, AT_ONCE)]:
            contents = threads.map(compressed, [content for _, content in some])
            yield from zip([tile for tile, _ in some], contents, strict=True)
