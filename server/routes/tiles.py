"""Tiles and their TileJSON."""

from __future__ import annotations

from typing import NamedTuple

import orjson
from fastapi import APIRouter, Request, Response

from layers.catalog.layer import Encoding, Layer
from layers.exports.tileset import tileset
from layers.geometry.tile import Tile
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
        address = Tile.written(z, x, y)
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


def _tilejson(layer: Layer, at: str) -> dict[str, object]:
    """TileJSON 3.0.0 (github.com/mapbox/tilejson-spec), with our own `sample` and `revision`.

    `at` is where the service is.
    """
    template = f"{at}/tiles/{layer.id}/{{z}}/{{x}}/{{y}}"
    return {
        "tilejson": "3.0.0",
        "tiles": [f"{template}.mvt?v={layer.revision.id}"],
        "data": [f"{template}.geojson?v={layer.revision.id}"],
        **tileset(layer),
    }
