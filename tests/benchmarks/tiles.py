"""The addresses of all tiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layers.catalog.layer import Layer


def tile_addresses(layers: Sequence[Layer]) -> Iterator[str]:
    """Those of every tile of the layers that holds anything, as a map asks for them."""
    for layer in layers:
        for z in range(layer.minzoom, layer.maxzoom + 1):
            for tile, _ in layer.tiles(z):
                yield (
                    f"/tiles/{layer.id}/{tile.z}/{tile.x}/{tile.y}.geojson?v={layer.revision.id}"
                )
