"""Every address under /ogc, with its parameters and the forms of its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PREFIX = "/ogc"
TILE_MATRIX_SET = "WebMercatorQuad"
DEFAULT_LIMIT, MOST_ITEMS = 100, 10_000
JSON, HTML = "application/json", "text/html"
GEOJSON = "application/geo+json"
MVT = "application/vnd.mapbox-vector-tile"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
MAPLIBRE = "application/vnd.mapbox.style+json"
SLD = "application/vnd.ogc.sld+xml;version=1.0"

DOCUMENT: Mapping[str, str] = {"json": JSON, "html": HTML}
EVERYWHERE = ("f", "lang")


@dataclass(frozen=True)
class Address:
    """An address by its path below /ogc. `parameters` are those of its query but `EVERYWHERE`'s.

    `answers` are media types by the name that `f` has for each, the usual one first. `by_value`
    says that a layer's queryables are parameters, too, where none has their name.
    """

    id: str
    path: str
    tag: str
    summary: str
    answers: Mapping[str, str] = field(default_factory=lambda: DOCUMENT)
    parameters: Sequence[str] = ()
    may_be_empty: bool = False
    by_value: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """The parameters of the query."""
        return (*self.parameters, *EVERYWHERE)


def _of(schema: Mapping[str, Any], description: str, **more: Any) -> Mapping[str, Any]:
    return {"schema": schema, "description": description, **more}


TEXT = {"type": "string"}
LIST = {"style": "form", "explode": False}
# Parameters of queries, as OpenAPI describes them.
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "bbox": _of(
        {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "Only features that touch this box: its lower corner, then its upper one, each without or "
        "with a height. A box whose west is greater than its east crosses the antimeridian.",
        **LIST,
    ),
    "bbox-crs": _of({**TEXT, "format": "uri"}, "The reference system of bbox; else CRS84."),
    "crs": _of({**TEXT, "format": "uri"}, "The reference system of the answer; else CRS84."),
    "datetime": _of(
        TEXT,
        "Only features of which a date lies in it: a date, a time, or start/end of which one may "
        "be `..`. A date is a whole day. Features without dates lie at that of their layer.",
        **LIST,
    ),
    "filter": _of(TEXT, "Only features for which this condition in CQL2 is true."),
    "filter-lang": _of(
        {**TEXT, "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
        "The form of the filter.",
    ),
    "filter-crs": _of(
        {**TEXT, "format": "uri"}, "The reference system of the filter's geometries; else CRS84."
    ),
    "sortby": _of(
        {"type": "array", "items": TEXT},
        "The order: fields, each with `-` before it to descend. Without a value means last.",
        **LIST,
    ),
    "properties": _of(
        {"type": "array", "items": TEXT}, "Only these fields of each feature.", **LIST
    ),
    "limit": _of(
        {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": DEFAULT_LIMIT},
        "How many features there are in an answer at most.",
    ),
    "offset": _of(
        {"type": "integer", "minimum": 0, "default": 0},
        "How many features come before. `next` links hold it.",
    ),
    "v": _of(TEXT, "The revision that a `next` link goes on in."),
    "f": _of(TEXT, "The form of the answer; else as the Accept header says."),
    "lang": _of(TEXT, "The language of a page."),
}
PATH_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "layer_id": _of(TEXT, "The collection: the id of a layer."),
    "feature": _of({"type": "integer"}, "The id of a feature."),
    "matrix": _of({"type": "integer", "minimum": 0, "maximum": 22}, "The zoom."),
    "row": _of({"type": "integer", "minimum": 0}, "The row, from the north."),
    "col": _of({"type": "integer", "minimum": 0}, "The column, from the west."),
    "style": _of({**TEXT, "enum": ["default"]}, "The style: a layer has one, that of the map."),
}
FILTER = ("filter", "filter-lang", "filter-crs")
COLLECTION = "/collections/{layer_id}"
TILE_MATRIX_SETS = "/tileMatrixSets"
TILESETS = f"{COLLECTION}/tiles"
TILESET = f"{TILESETS}/{TILE_MATRIX_SET}"

ADDRESSES: Sequence[Address] = (
    Address("landing", "", "Capabilities", "What there is"),
    Address("conformance", "/conformance", "Capabilities", "Conformance classes"),
    Address("api", "/api", "Capabilities", "This description", {"json": OPENAPI, "html": HTML}),
    Address("collections", "/collections", "Capabilities", "The layers"),
    Address("collection", COLLECTION, "Capabilities", "A layer"),
    Address(
        "queryables",
        f"{COLLECTION}/queryables",
        "Capabilities",
        "What a filter may ask about",
        {"json": SCHEMA, "html": HTML},
    ),
    Address(
        "items",
        f"{COLLECTION}/items",
        "Data",
        "Features of a layer. Each of its queryables is a parameter, too: features of this value",
        {"json": GEOJSON, "html": HTML},
        (
            *("bbox", "bbox-crs", "crs", "datetime", *FILTER),
            *("sortby", "properties", "limit", "offset", "v"),
        ),
        by_value=True,
    ),
    Address(
        "item",
        f"{COLLECTION}/items/{{feature}}",
        "Data",
        "A feature",
        {"json": GEOJSON, "html": HTML},
        ("crs", "properties"),
    ),
    Address("tileMatrixSets", TILE_MATRIX_SETS, "Tiles", "How the world is parted into tiles"),
    Address(
        "tileMatrixSet",
        f"{TILE_MATRIX_SETS}/{TILE_MATRIX_SET}",
        "Tiles",
        "The grid of Web Mercator",
    ),
    Address("tilesets", TILESETS, "Tiles", "Tiles of a layer"),
    Address("tileset", TILESET, "Tiles", "Tiles of a layer in Web Mercator"),
    Address(
        "tile",
        f"{TILESET}/{{matrix}}/{{row}}/{{col}}",
        "Tiles",
        "A tile",
        {"mvt": MVT, "geojson": GEOJSON},
        (*FILTER, "v"),
        may_be_empty=True,
    ),
    Address("styles", "/styles", "Styles", "How the layers look"),
    Address("layerStyles", f"{COLLECTION}/styles", "Styles", "How a layer looks"),
    Address(
        "style",
        f"{COLLECTION}/styles/{{style}}",
        "Styles",
        "How a layer looks, for a program that draws it",
        {"mbs": MAPLIBRE, "sld10": SLD},
    ),
)
