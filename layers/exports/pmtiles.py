"""PMTiles 3: every vector tile of a layer in one file that is served by ranges of its bytes.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from __future__ import annotations

from itertools import groupby
from typing import BinaryIO

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from layers.catalog.layer import Layer
from layers.exports.export import Export
from layers.exports.provenance import credit_texts
from layers.exports.tileset import GZIPPED_NOTHING, gzipped_tiles, tileset

DEGREE = 10_000_000  # coordinates of the header are whole numbers of this part of a degree


def write(export: Export, sink: BinaryIO) -> None:
    """Write every tile of every zoom, each zoom in the order of PMTiles, and the metadata."""
    layer = Layer(export.revision)
    writer = Writer(sink)
    tiles = gzipped_tiles(layer, export.progress)
    for z, of_zoom in groupby(tiles, key=lambda pair: pair[0].z):
        numbered = [(zxy_to_tileid(z, tile.x, tile.y), content) for tile, content in of_zoom]
        for tile_id, content in sorted(numbered):
            writer.write_tile(tile_id, content)
    if not writer.tile_entries:  # the library wants one
        writer.write_tile(zxy_to_tileid(layer.minzoom, 0, 0), GZIPPED_NOTHING)
    described = tileset(layer)
    writer.finalize(_header(layer), {**credit_texts(layer.revision), **described})


def _header(layer: Layer) -> dict[str, object]:
    described = tileset(layer)
    bounds, center = described["bounds"], described["center"]
    assert isinstance(bounds, list)
    assert isinstance(center, list)
    west, south, east, north = (round(degrees * DEGREE) for degrees in bounds)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": center[2],
        "center_lon_e7": round(center[0] * DEGREE),
        "center_lat_e7": round(center[1] * DEGREE),
    }
