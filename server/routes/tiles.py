"""Tiles and their TileJSON."""

from __future__ import annotations

import re
from typing import NamedTuple

import orjson
from fastapi import APIRouter, Request, Response

from layers.catalog.layer import Encoding, Layer
from layers.errors import InvalidTile
from layers.geometry.tile import WORLD, Bounds, Tile, fitting_zoom
from layers.tiles.geojson import collection
from server.edition.edition import Edition, Served
from server.http.cache import ByteCache
from server.http.links import origin
from server.http.query import requested_revision
from server.http.responses import READ, REVALIDATE, Body, answer, freshness

MEDIA_TYPES: dict[Encoding, str] = {
    "geojson": "application/geo+json",
    "styled": "application/geo+json",
    "mvt": "application/vnd.mapbox-vector-tile",
}
# A tile with nothing in it. Leaflet, OpenLayers and geopandas read whatever GeoJSON they are sent,
# and fail where there is none; clients of vector tiles know that there may be no bytes.
EMPTY: dict[Encoding, bytes] = {"geojson": collection([]), "styled": collection([]), "mvt": b""}
TILE_SIZE = 512  # CSS pixels along a side, as clients of vector tiles draw it
NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


class TileKey(NamedTuple):
    """Exactly what changes a tile's bytes."""

    layer_id: str
    revision: str
    tile: Tile
    encoding: Encoding


def tiles_router(
    served: Served, tiles: ByteCache[TileKey, Body], base_url: str | None
) -> APIRouter:
    """The routes under /tiles."""
    router = APIRouter(prefix="/tiles")

    async def tile(
        layer_id: str, z: str, x: str, y: str, encoding: Encoding, request: Request
    ) -> Response:
        address = _tile(z, x, y)
        v = requested_revision(request)

        def revision(edition: Edition) -> str:
            return edition.catalog.layer(layer_id, v).revision.id

        catalog = (await served.asked_for(v, revision)).catalog
        layer = catalog.layer(layer_id, v)
        key = TileKey(layer.id, layer.revision.id, address, encoding)
        body = await tiles.get(key, lambda: _cut(layer, address, encoding))
        return answer(request, body, freshness(request, catalog.layer(layer_id).revision.id))

    @router.api_route("/{layer_id}/{z}/{x}/{y}.geojson", methods=READ)
    async def geojson(layer_id: str, z: str, x: str, y: str, request: Request) -> Response:
        return await tile(layer_id, z, x, y, "geojson", request)

    @router.api_route("/{layer_id}/styled/{z}/{x}/{y}.geojson", methods=READ)
    async def styled(layer_id: str, z: str, x: str, y: str, request: Request) -> Response:
        return await tile(layer_id, z, x, y, "styled", request)

    @router.api_route("/{layer_id}/{z}/{x}/{y}.mvt", methods=READ)
    @router.api_route("/{layer_id}/{z}/{x}/{y}.pbf", methods=READ)
    async def mvt(layer_id: str, z: str, x: str, y: str, request: Request) -> Response:
        return await tile(layer_id, z, x, y, "mvt", request)

    @router.api_route("/{layer_id}.json", methods=READ)
    def tilejson(layer_id: str, request: Request) -> Response:
        layer = served.now.catalog.layer(layer_id)
        document = _tilejson(layer, origin(request, base_url))
        body = Body(orjson.dumps(document), "application/json")
        return answer(request, body, REVALIDATE)

    return router


def _cut(layer: Layer, tile: Tile, encoding: Encoding) -> Body:
    """The tile's bytes, compressed beforehand."""
    content = layer.tile(tile, encoding) or EMPTY[encoding]
    return Body(content, MEDIA_TYPES[encoding]).compressed()


def _tile(z: str, x: str, y: str) -> Tile:
    """The tile of an address written in the one way there is."""
    if not all(NUMBER.fullmatch(part) for part in (z, x, y)):
        raise InvalidTile(f"tile {z}/{x}/{y}; wanted three whole numbers")
    return Tile(int(z), int(x), int(y))


def _tilejson(layer: Layer, at: str) -> dict[str, object]:
    """TileJSON 3.0.0 (github.com/mapbox/tilejson-spec), with our own `sample` and `revision`.

    `format` and `tileSize` are not in it, but read: by MBTiles' tools and by OpenLayers. `at` is
    where the service is.
    """
    definition, bounds = layer.definition, layer.bounds or WORLD
    template = f"{at}/tiles/{layer.id}/{{z}}/{{x}}/{{y}}"
    types = {"integer": "Number", "number": "Number", "flag": "Boolean"}
    return {
        "tilejson": "3.0.0",
        "name": definition.title["ja"],
        "description": definition.description["ja"],
        "attribution": definition.credit.attribution["ja"],
        "scheme": "xyz",
        "tiles": [f"{template}.mvt?v={layer.revision.id}"],
        "data": [f"{template}.geojson?v={layer.revision.id}"],
        "format": "pbf",
        "tileSize": TILE_SIZE,
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "bounds": list(bounds),
        "center": _center(layer, bounds),
        "vector_layers": [
            {
                "id": layer.id,
                "description": definition.description["ja"],
                "minzoom": layer.minzoom,
                "maxzoom": layer.maxzoom,
                "fields": {
                    name: types.get(field.type, "String")
                    for name, field in definition.public_fields.items()
                },
            }
        ],
        "sample": definition.sample,
        "revision": layer.revision.id,
    }


def _center(layer: Layer, bounds: Bounds) -> list[float]:
    """The middle in degrees, and the zoom of the layer at which it is about a tile large."""
    longitude, latitude = bounds.middle
    zoom = min(max(fitting_zoom(bounds), layer.minzoom), layer.maxzoom)
    return [longitude, latitude, zoom]
