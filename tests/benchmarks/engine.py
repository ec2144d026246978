"""Our side: a layer generalised, and every tile of it on disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import numpy as np
from isal import igzip

from layers.catalog.layer import Encoding, Layer
from layers.geometry.parts import Parts
from layers.prepare.generalise import ALONE, Generalised
from layers.revision.level import EVERY
from server.http.responses import GZIP_LEVEL

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE metadata (name TEXT, value TEXT);
CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
"""
ENOUGH_FOR_PROCESSES = 50_000  # vertices
INDEX = "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)"


def generalised_zooms(layer: Layer) -> Iterator[tuple[int, Parts]]:
    """What each zoom shows of a layer that is no coverage, from the last zoom to the first."""
    alone = np.full(layer.feature_count, ALONE)
    generalised = Generalised.of(layer.revision.source, alone)
    for z in range(layer.maxzoom, layer.minzoom - 1, -1):
        size = layer.revision.pixels[z]
        if z < layer.maxzoom:
            generalised = generalised.coarsened(z, size)
        yield z, generalised.parts_at(z, size)


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
        for share in _shares(layer, encoding):
            database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", share)
        database.execute(INDEX)
        database.execute("COMMIT")
    finally:
        database.close()


Share = list[tuple[int, int, int, bytes]]  # MBTiles' rows: zoom, column, row from the south, tile


def _shares(layer: Layer, encoding: Encoding) -> Iterator[Share]:
    """Every tile of each zoom, compressed; of many vertices by all processors."""
    zooms = range(layer.maxzoom, layer.minzoom - 1, -1)  # the one that takes longest first
    if len(layer.revision.source.coordinates) < ENOUGH_FOR_PROCESSES:
        yield from (_share(layer, encoding, z, EVERY) for z in zooms)
        return
    mine = os.sched_getaffinity(0)
    several = len(mine)
    shares = [(z, slice(nth, None, several)) for z in zooms for nth in range(several)]
    fork = get_context("fork")
    free: SimpleQueue[int] = fork.SimpleQueue()
    for processor in mine:
        free.put(processor)
    held = (layer, encoding, free)
    with ProcessPoolExecutor(several, mp_context=fork, initializer=_hold, initargs=held) as do:
        yield from do.map(_held_share, *zip(*shares, strict=True))


def _share(layer: Layer, encoding: Encoding, z: int, stretches: slice) -> Share:
    last = (1 << z) - 1
    tiles = layer.tiles(z, encoding, stretches)
    return [(z, tile.x, last - tile.y, compressed(content)) for tile, content in tiles]


_held: list[tuple[Layer, Encoding]] = []  # of a process of `_shares`


def _hold(layer: Layer, encoding: Encoding, free: SimpleQueue[int]) -> None:
    os.sched_setaffinity(0, {free.get()})  # the others are busy too
    _held.append((layer, encoding))


def _held_share(z: int, stretches: slice) -> Share:
    return _share(*_held[0], z, stretches)
