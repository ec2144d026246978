"""What the addresses that hold no features answer, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.reference_systems import CRS84, ReferenceSystem, city_systems
from layers.query.items import date_fields, dates_of
from layers.schema.layer import FieldDefinition
from server.ogc.addresses import DOCUMENT, GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from server.ogc.links import (
    CONFORMANCE,
    DATA,
    QUERYABLES,
    STYLES,
    TILING_SCHEMES,
    VECTOR_TILES,
    Link,
    Place,
    link,
)
from server.texts import translator
from server.texts.wording import site_title

LANGUAGE = "ja"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
GEOMETRY_FORMATS = {"point": "point", "line": "linestring", "polygon": "polygon"}
TYPES = {"integer": "integer", "number": "number", "flag": "boolean"}


def systems_of(catalog: Catalog) -> Sequence[ReferenceSystem]:
    """The reference systems in which features are handed out."""
    return city_systems(catalog.city.extent, catalog.city.code)


def landing(catalog: Catalog, at: Place, form: str) -> dict[str, Any]:
    """What there is."""
    root = at.root
    return {
        "title": site_title(catalog.city, LANGUAGE, translator(LANGUAGE)),
        "description": f"{catalog.city.name[LANGUAGE]}の地図のレイヤー（地物・タイル・スタイル）",
        "links": [
            *at.forms(form, DOCUMENT),
            link(f"{root}/api?f=json", "service-desc", OPENAPI, "OpenAPI 3.0"),
            link(f"{root}/api?f=html", "service-doc", HTML, "API"),
            link(f"{root}/conformance", CONFORMANCE, JSON, "Conformance classes"),
            link(f"{root}/conformance", "conformance", JSON, "Conformance classes"),
            link(f"{root}/collections", DATA, JSON, "Layers"),
            link(f"{root}/collections", "data", JSON, "Layers"),
            link(f"{root}/tileMatrixSets", TILING_SCHEMES, JSON, "Tile matrix sets"),
            link(f"{root}/styles", STYLES, JSON, "Styles"),
        ],
    }


def collections(catalog: Catalog, at: Place, form: str) -> dict[str, Any]:
    """Every layer."""
    systems = systems_of(catalog)
    return {
        "links": [*at.forms(form, DOCUMENT)],
        "crs": [system.uri for system in systems],
        "collections": [collection_of(layer, at, systems) for layer in catalog.layers.values()],
    }


def collection(catalog: Catalog, layer: Layer, at: Place, form: str) -> dict[str, Any]:
    """A layer."""
    document = collection_of(layer, at, systems_of(catalog))
    return {**document, "links": [*at.forms(form, DOCUMENT), *document["links"]]}


def collection_of(layer: Layer, at: Place, systems: Sequence[ReferenceSystem]) -> dict[str, Any]:
    """A layer, without links to the answer itself. A sample says so in its title, too."""
    definition = layer.definition
    credit, note = definition.credit, definition.usage_note
    return {
        "id": layer.id,
        "title": title_of(layer),
        "description": definition.description[LANGUAGE],
        "attribution": credit.attribution[LANGUAGE],
        "itemType": "feature",
        "extent": {
            **({"spatial": _spatial(layer)} if layer.bounds else {}),
            "temporal": {"interval": [_interval(layer)], "trs": GREGORIAN},
        },
        "crs": [system.uri for system in systems],
        "storageCrs": CRS84,
        "sample": definition.sample,
        "usageNote": note.text[LANGUAGE] if note else None,
        "date": credit.date.isoformat(),
        "revision": layer.revision.id,
        "links": _links(layer, at),
    }


def title_of(layer: Layer) -> str:
    """What a layer is called by programs."""
    title = layer.definition.title[LANGUAGE]
    return f"{title}（見本）" if layer.definition.sample else title


def _spatial(layer: Layer) -> dict[str, object]:
    assert layer.bounds is not None
    return {"bbox": [list(layer.bounds)], "crs": CRS84}


def _interval(layer: Layer) -> list[str | None]:
    """From the first date of features to the last one; else that of the data."""
    dates = dates_of(layer) if date_fields(layer) else None
    day = layer.definition.credit.date.isoformat()
    return [f"{date}T00:00:00Z" for date in dates or (day, day)]


def _links(layer: Layer, at: Place) -> list[Link]:
    here = f"{at.root}/collections/{layer.id}"
    credit = layer.definition.credit
    licence = [link(credit.licence_url, "license")] if credit.licence_url else []
    source = [link(credit.url, "via")] if credit.url else []
    return [
        link(f"{here}/items?f=json", "items", GEOJSON, "GeoJSON"),
        link(f"{here}/items?f=html", "items", HTML, "HTML"),
        link(f"{here}/queryables", QUERYABLES, SCHEMA, "Queryables"),
        link(f"{here}/tiles", VECTOR_TILES, JSON, "Tiles"),
        link(f"{here}/styles", STYLES, JSON, "Styles"),
        link(f"{at.service}/layers/{layer.id}", "describedby", HTML, title_of(layer)),
        *licence,
        *source,
    ]


def queryables(layer: Layer, at: Place) -> dict[str, Any]:
    """What a filter may ask about, as a JSON Schema; the values of a code list as an enum."""
    fields = layer.definition.public_fields
    properties: dict[str, Any] = {}
    if "id" not in fields:
        properties["id"] = {"title": "ID", "type": "integer", "x-ogc-role": "id"}
    if "geometry" not in fields:
        properties["geometry"] = {
            "title": "geometry",
            "x-ogc-role": "primary-geometry",
            "format": f"geometry-{GEOMETRY_FORMATS[layer.geometry]}"
            if len(layer.revision.source) == layer.feature_count
            else f"geometry-multi{GEOMETRY_FORMATS[layer.geometry]}",
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{at.root}/collections/{layer.id}/queryables",
        "type": "object",
        "title": title_of(layer),
        "properties": {**properties, **{name: _schema(field) for name, field in fields.items()}},
        "additionalProperties": False,
    }


def _schema(field: FieldDefinition) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field.title[LANGUAGE]}
    if field.codes and not field.open_codes:
        labels = [f"{code.value}: {code.label[LANGUAGE]}" for code in field.codes]
        schema |= {"description": "、".join(labels)}
        schema |= {"enum": [code.value for code in field.codes]}
    if not field.values:
        schema |= {"type": TYPES.get(field.type, "string")}
    if field.type == "date":
        schema |= {"format": "date"}
    if field.unit:
        schema |= {"x-ogc-unit": field.unit}
    return schema
