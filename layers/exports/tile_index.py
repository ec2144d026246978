"""Which tiles of a layer have something in them, where nobody can be asked for the others."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from layers.catalog.layer import Layer
from layers.geometry.tile import Tile


def tile_index(layer: Layer, tiles: Iterable[Tile]) -> bytes:
    """JSON: `minzoom`, `maxzoom`, `revision`, and in `tiles` by zoom and x the first and the last y
    of each run. A tile of these zooms that is not in it is empty.
    """
    columns: dict[int, dict[int, list[int]]] = {}
    for tile in tiles:
        columns.setdefault(tile.z, {}).setdefault(tile.x, []).append(tile.y)
    document = {
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "revision": layer.revision.id,
        "tiles": {
            str(z): {str(x): _runs(sorted(ys)) for x, ys in sorted(of_zoom.items())}
            for z, of_zoom in sorted(columns.items())
        },
    }
    return orjson.dumps(document)


def _runs(ys: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for y in ys:
        if runs and runs[-1][1] == y - 1:
            runs[-1] = runs[-1][0], y
        else:
            runs.append((y, y))
    return runs
