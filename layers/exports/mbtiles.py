"""MBTiles 1.3: every vector tile of a layer in a SQLite database.

https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import orjson

from layers.catalog.layer import Layer
from layers.exports.export import Export
from layers.exports.provenance import credit_texts
from layers.exports.tileset import gzipped_tiles, tileset

APPLICATION = 0x4D504258  # "MPBX": https://www.sqlite.org/src/artifact?ci=trunk&filename=magic.txt
CHUNK = 1 << 20  # bytes copied at once
TABLES = """
CREATE TABLE metadata (name TEXT, value TEXT);
CREATE UNIQUE INDEX name ON metadata (name);
CREATE TABLE tiles (
    zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB,
    PRIMARY KEY (zoom_level, tile_column, tile_row)
) WITHOUT ROWID;
"""


def write(export: Export, sink: BinaryIO) -> None:
    """Write every tile of every zoom, and the metadata."""
    layer = Layer(export.revision)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tiles.mbtiles"
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript(f"PRAGMA application_id = {APPLICATION};{TABLES}")
            database.executemany("INSERT INTO metadata VALUES (?, ?)", _metadata(layer).items())
            database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", _rows(layer, export))
        with path.open("rb") as file:
            shutil.copyfileobj(file, sink, CHUNK)


def _metadata(layer: Layer) -> dict[str, str]:
    described = tileset(layer)
    bounds, center = described["bounds"], described["center"]
    assert isinstance(bounds, list)
    assert isinstance(center, list)
    return {
        **credit_texts(layer.revision),
        "name": str(described["name"]),
        "format": "pbf",
        "type": "overlay",
        "version": layer.revision.id,
        "description": str(described["description"]),
        "attribution": str(described["attribution"]),
        "bounds": ",".join(map(str, bounds)),
        "center": ",".join(map(str, center)),
        "minzoom": str(layer.minzoom),
        "maxzoom": str(layer.maxzoom),
        "json": orjson.dumps({"vector_layers": described["vector_layers"]}).decode(),
    }


def _rows(layer: Layer, export: Export) -> Iterator[tuple[int, int, int, bytes]]:
    """Zoom, column and row, counted from the south as TMS does, with the tile."""
    for tile, content in gzipped_tiles(layer, export.progress):
        yield tile.z, tile.x, (1 << tile.z) - 1 - tile.y, content
