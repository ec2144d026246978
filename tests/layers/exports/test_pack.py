"""A layer's tiles in one file."""

from __future__ import annotations

import orjson

from layers.catalog.catalog import Catalog
from layers.exports.pack import LENGTH_BYTES, pack
from layers.geometry.tile import Tile


def read(content: bytes) -> tuple[dict[str, int], dict[str, bytes]]:
    """The zooms and the tiles by their addresses."""
    start = LENGTH_BYTES + int.from_bytes(content[:LENGTH_BYTES], "big")
    index = orjson.loads(content[LENGTH_BYTES:start])
    tiles = index.pop("tiles")
    return index, {
        place: content[start + first : start + end] for place, (first, end) in tiles.items()
    }


def test_a_pack_holds_the_very_tiles_that_are_served_and_no_empty_one(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        zooms, tiles = read(pack(layer))
        assert zooms == {"minzoom": layer.minzoom, "maxzoom": layer.maxzoom}
        assert {int(place.split("/")[0]) for place in tiles} == set(
            range(layer.minzoom, layer.maxzoom + 1)
        )
        for place, content in tiles.items():
            assert content
            assert content == layer.tile(Tile(*map(int, place.split("/"))))


def test_a_tile_that_a_pack_lacks_is_empty(asaka: Catalog) -> None:
    layer = asaka.layers["flood"]
    _zooms, tiles = read(pack(layer))
    held = [tuple(map(int, place.split("/"))) for place in tiles if place.startswith("16/")]
    columns, rows = {x for _z, x, _y in held}, {y for _z, _x, y in held}
    others = [
        Tile(16, x, y)
        for x in range(min(columns) - 1, max(columns) + 2)
        for y in range(min(rows) - 1, max(rows) + 2)
        if (16, x, y) not in held
    ]
    assert others
    assert all(layer.tile(tile) == b"" for tile in others)


def test_the_same_revision_gives_the_same_bytes(asaka: Catalog) -> None:
    assert pack(asaka.layers["hydrants"]) == pack(asaka.layers["hydrants"])
