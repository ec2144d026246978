"""Every tile of a layer in one file, for a device that keeps them all."""

from __future__ import annotations

import orjson

from layers.catalog.layer import Layer

MEDIA_TYPE = "application/octet-stream"
LENGTH_BYTES = 4


def pack(layer: Layer) -> bytes:
    """The layer's GeoJSON tiles one after the other, behind an index of them.

    The first four bytes (big-endian) are the length of the index, which is JSON: `minzoom`,
    `maxzoom`, and in `tiles` the first byte and the end of each tile, counted from the index's end,
    by its address "z/x/y". A tile of these zooms that is not in it is empty.
    """
    tiles: list[bytes] = []
    spans: dict[str, tuple[int, int]] = {}
    end = 0
    for z in range(layer.minzoom, layer.maxzoom + 1):
        for tile, content in layer.tiles(z):
            start, end = end, end + len(content)
            spans[f"{tile.z}/{tile.x}/{tile.y}"] = start, end
            tiles.append(content)
    index = orjson.dumps({"minzoom": layer.minzoom, "maxzoom": layer.maxzoom, "tiles": spans})
    return b"".join([len(index).to_bytes(LENGTH_BYTES, "big"), index, *tiles])
