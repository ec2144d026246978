"""OGC API – Styles (draft, OGC 20-009): how each layer looks, for MapLibre and as SLD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.symbology.maplibre import maplibre_style
from layers.symbology.sld import to_sld
from server.ogc.addresses import DOCUMENT, MAPLIBRE, SLD, TILE_MATRIX_SET
from server.ogc.documents import title_of
from server.ogc.links import Link, Place, link

DEFAULT = "default"  # the one style that a layer has: the map's
FORMS = (("mbs", MAPLIBRE), ("sld10", SLD))


def styles(catalog: Catalog, at: Place, form: str) -> dict[str, Any]:
    """The style of every layer."""
    return {
        "links": [*at.forms(form, DOCUMENT)],
        "styles": [_style(layer, at) for layer in catalog.layers.values()],
    }


def styles_of(layer: Layer, at: Place, form: str) -> dict[str, Any]:
    """The styles of a layer: one."""
    return {
        "links": [*at.forms(form, DOCUMENT)],
        "default": DEFAULT,
        "styles": [{**_style(layer, at), "id": DEFAULT}],
    }


def maplibre_of(layer: Layer, at: Place) -> dict[str, Any]:
    """The style for MapLibre, which draws the vector tiles of this revision."""
    tiles = f"{at.root}/collections/{layer.id}/tiles/{TILE_MATRIX_SET}/{{z}}/{{y}}/{{x}}"
    template = f"{tiles}?f=mvt&v={layer.revision.id}"
    return maplibre_style(layer.definition, layer.geometry, layer.legend(), template)


def sld_of(layer: Layer) -> bytes:
    """The style as SLD."""
    return to_sld(layer.definition, layer.geometry, layer.legend(), layer.id).encode()


def _style(layer: Layer, at: Place) -> dict[str, Any]:
    return {"id": layer.id, "title": title_of(layer), "links": [*_sheets(layer, at)]}


def _sheets(layer: Layer, at: Place) -> Iterator[Link]:
    for form, media_type in FORMS:
        href = f"{at.root}/collections/{layer.id}/styles/{DEFAULT}?f={form}"
        yield link(href, "stylesheet", media_type)
