"""OGC API – Tiles: the grid of Web Mercator, and the tiles of a layer in it."""

from __future__ import annotations

import math
from typing import Any

from layers.catalog.layer import Layer
from layers.geometry.reference_systems import CRS84, EPSG
from layers.geometry.tile import MAX_ZOOM, SIZE, WORLD, Tile
from server.ogc.addresses import DOCUMENT, GEOJSON, JSON, MVT, PREFIX, TILE_MATRIX_SET
from server.ogc.documents import title_of
from server.ogc.links import TILING_SCHEME, Link, Place, link

URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{TILE_MATRIX_SET}"
SCALE_SET = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
TITLE = "Google Maps Compatible for the World"
CRS = f"{EPSG}3857"
EARTH = 6_378_137.0  # metres: the radius of Web Mercator's sphere
PIXEL = 0.00028  # metres of a pixel of a screen, as OGC 17-083r4 has it
HALF = math.pi * EARTH  # metres from the middle of the map to its edges


def tile_matrix_sets(at: Place, form: str) -> dict[str, Any]:
    """The grids there are: one."""
    return {
        "links": [*at.forms(form, DOCUMENT)],
        "tileMatrixSets": [
            {
                "id": TILE_MATRIX_SET,
                "title": TITLE,
                "uri": URI,
                "crs": CRS,
                "links": [link(_grid(at), "self", JSON, TITLE)],
            }
        ],
    }


def tile_matrix_set(at: Place, form: str) -> dict[str, Any]:
    """The grid (OGC 17-083r4, annex D.1), as far as layers have tiles."""
    return {
        "id": TILE_MATRIX_SET,
        "title": TITLE,
        "uri": URI,
        "crs": CRS,
        "wellKnownScaleSet": SCALE_SET,
        "orderedAxes": ["X", "Y"],
        "tileMatrices": [_matrix(z) for z in range(MAX_ZOOM + 1)],
        "links": [*at.forms(form, DOCUMENT)],
    }


def _matrix(z: int) -> dict[str, Any]:
    side = 1 << z
    cell = 2 * HALF / (SIZE * side)  # metres along the equator
    return {
        "id": str(z),
        "scaleDenominator": cell / PIXEL,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF, HALF],
        "tileWidth": SIZE,
        "tileHeight": SIZE,
        "matrixWidth": side,
        "matrixHeight": side,
    }


def tilesets(layer: Layer, at: Place, form: str) -> dict[str, Any]:
    """The sets of tiles of a layer: one."""
    here = f"{at.root}/collections/{layer.id}/tiles/{TILE_MATRIX_SET}"
    return {
        "links": [*at.forms(form, DOCUMENT)],
        "tilesets": [
            {
                "title": title_of(layer),
                "dataType": "vector",
                "crs": CRS,
                "tileMatrixSetURI": URI,
                "links": [link(here, "self", JSON), link(_grid(at), TILING_SCHEME, JSON)],
            }
        ],
    }


def tileset(layer: Layer, at: Place, form: str) -> dict[str, Any]:
    """The tiles of a layer: their addresses, zooms and extent."""
    definition, bounds = layer.definition, layer.bounds or WORLD
    limits = [_limits(layer, z) for z in range(layer.minzoom, layer.maxzoom + 1)]
    return {
        "title": title_of(layer),
        "description": definition.description["ja"],
        "attribution": definition.credit.attribution["ja"],
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": URI,
        "tileMatrixSetLimits": limits,
        "boundingBox": {
            "lowerLeft": [bounds.west, bounds.south],
            "upperRight": [bounds.east, bounds.north],
            "crs": CRS84,
        },
        "layers": [
            {
                "id": layer.id,
                "title": title_of(layer),
                "dataType": "vector",
                "geometryDimension": ("point", "line", "polygon").index(layer.geometry),
                "minTileMatrix": str(layer.minzoom),
                "maxTileMatrix": str(layer.maxzoom),
            }
        ],
        "sample": definition.sample,
        "links": [
            *at.forms(form, DOCUMENT),
            link(_grid(at), TILING_SCHEME, JSON),
            *_tiles(layer, at),
        ],
    }


def _limits(layer: Layer, z: int) -> dict[str, Any]:
    """The rows and columns in which something may lie."""
    bounds = layer.bounds or WORLD
    last = (1 << z) - 1
    first = _at(z, bounds.west, bounds.north)
    end = _at(z, bounds.east, bounds.south)
    return {
        "tileMatrix": str(z),
        "minTileRow": first.y,
        "maxTileRow": min(end.y, last),
        "minTileCol": first.x,
        "maxTileCol": min(end.x, last),
    }


def _at(z: int, longitude: float, latitude: float) -> Tile:
    """The tile there; of the world's own edges the last one."""
    inside = math.nextafter(WORLD.east, 0.0)
    south, north = math.nextafter(WORLD.south, 0.0), math.nextafter(WORLD.north, 0.0)
    return Tile.at(z, min(longitude, inside), min(max(latitude, south), north))


def _tiles(layer: Layer, at: Place) -> list[Link]:
    template = f"{at.root}/collections/{layer.id}/tiles/{TILE_MATRIX_SET}"
    template += "/{tileMatrix}/{tileRow}/{tileCol}"
    return [
        {**link(f"{template}?f={name}", "item", media_type), "templated": True}
        for name, media_type in (("mvt", MVT), ("geojson", GEOJSON))
    ]


def _grid(at: Place) -> str:
    return f"{at.service}{PREFIX}/tileMatrixSets/{TILE_MATRIX_SET}"
