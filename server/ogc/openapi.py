"""The description of /ogc in OpenAPI 3.0, made of the table of its addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from layers.catalog.catalog import Catalog
from server.ogc.addresses import (
    ADDRESSES,
    HTML,
    PARAMETERS,
    PATH_PARAMETERS,
    PREFIX,
    Address,
)
from server.ogc.documents import LANGUAGE, systems_of
from server.ogc.links import Place
from server.texts import translator
from server.texts.wording import site_title

IN_PATH = re.compile(r"\{(\w+)\}")
PROBLEM = "application/problem+json"
BINARY = {"type": "string", "format": "binary"}
ERRORS = {
    "400": "A parameter that is not known, or has a value that cannot be used",
    "404": "Nothing of this address",
    "406": "No answer of a type that is accepted",
    "503": "So much is asked for that this has to wait",
}
SYSTEMS = ("crs", "bbox-crs", "filter-crs")


def description(catalog: Catalog, at: Place) -> dict[str, Any]:
    """The whole document."""
    layers = list(catalog.layers)
    systems = [system.uri for system in systems_of(catalog)]
    return {
        "openapi": "3.0.3",
        "info": {
            "title": site_title(catalog.city, LANGUAGE, translator(LANGUAGE)),
            "version": version("bosai-layers"),
            "description": "OGC API – Features, Tiles, Styles",
        },
        "servers": [{"url": at.service}],
        "tags": [{"name": name} for name in sorted({address.tag for address in ADDRESSES})],
        "paths": {f"{PREFIX}{address.path}": {"get": _operation(address)} for address in ADDRESSES},
        "components": {
            "parameters": {
                **{
                    name: _parameter(name, "query", parameter, systems)
                    for name, parameter in PARAMETERS.items()
                },
                **{
                    name: _path_parameter(name, parameter, layers)
                    for name, parameter in PATH_PARAMETERS.items()
                },
            },
            "responses": {
                f"Error{status}": {
                    "description": text,
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}},
                }
                for status, text in ERRORS.items()
            },
            "schemas": SCHEMAS,
        },
    }


def _operation(address: Address) -> dict[str, Any]:
    names = [*IN_PATH.findall(address.path), *address.parameters, "f", "lang"]
    forms = _forms(address)
    return {
        "operationId": address.id,
        "tags": [address.tag],
        "summary": address.summary,
        "parameters": [
            {**forms} if name == "f" else {"$ref": f"#/components/parameters/{name}"}
            for name in names
        ],
        "responses": {
            "200": {
                "description": address.summary,
                "content": {
                    media_type: {"schema": _schema(address, name, media_type)}
                    for name, media_type in address.answers.items()
                },
            },
            **({"204": {"description": "Nothing lies in it"}} if address.may_be_empty else {}),
            **{status: {"$ref": f"#/components/responses/Error{status}"} for status in ERRORS},
        },
    }


def _forms(address: Address) -> dict[str, Any]:
    """The parameter `f`, which has other values at each address."""
    schema = {"type": "string", "enum": list(address.answers)}
    return {"name": "f", "in": "query", **PARAMETERS["f"], "schema": schema}


def _schema(address: Address, name: str, media_type: str) -> Mapping[str, Any]:
    if media_type == HTML or "json" not in media_type:
        return {"type": "string"} if media_type == HTML else BINARY
    if name == "json" and address.id in SCHEMAS:
        return {"$ref": f"#/components/schemas/{address.id}"}
    return {"type": "object"}


def _parameter(
    name: str, place: str, parameter: Mapping[str, Any], systems: Sequence[str]
) -> dict[str, Any]:
    schema = parameter["schema"]
    if name in SYSTEMS:
        schema = {**schema, "enum": [*systems]}
    return {"name": name, "in": place, "required": False, **parameter, "schema": schema}


def _path_parameter(
    name: str, parameter: Mapping[str, Any], layers: Sequence[str]
) -> dict[str, Any]:
    schema = parameter["schema"]
    if name == "layer_id" and layers:
        schema = {**schema, "enum": [*layers]}
    return {"name": name, "in": "path", "required": True, **parameter, "schema": schema}


def _object(*required: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": [*required], "properties": properties}


_TEXT = {"type": "string"}
_LINKS = {
    "type": "array",
    "items": _object("href", "rel", href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
}
_COLLECTION = _object(
    *("id", "title", "links", "extent", "crs", "storageCrs"),
    id=_TEXT,
    title=_TEXT,
    description=_TEXT,
    links=_LINKS,
    extent={"type": "object"},
    itemType=_TEXT,
    crs={"type": "array", "items": _TEXT},
    storageCrs=_TEXT,
)
_FEATURE = _object(
    *("type", "id", "geometry", "properties"),
    type={"type": "string", "enum": ["Feature"]},
    id={"type": "integer"},
    geometry={"type": "object", "nullable": True},
    properties={"type": "object", "nullable": True},
    links=_LINKS,
)
# What answers hold, by the id of their address.
SCHEMAS: Mapping[str, Any] = {
    "landing": _object("links", title=_TEXT, description=_TEXT, links=_LINKS),
    "conformance": _object("conformsTo", conformsTo={"type": "array", "items": _TEXT}),
    "collections": _object(
        *("links", "collections"),
        links=_LINKS,
        collections={"type": "array", "items": _COLLECTION},
    ),
    "collection": _COLLECTION,
    "items": _object(
        *("type", "features", "numberMatched", "numberReturned", "timeStamp", "links"),
        type={"type": "string", "enum": ["FeatureCollection"]},
        features={"type": "array", "items": _FEATURE},
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
        timeStamp={"type": "string", "format": "date-time"},
        links=_LINKS,
    ),
    "item": _FEATURE,
    "problem": _object(
        *("type", "title", "status", "detail"),
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        instance=_TEXT,
    ),
}
