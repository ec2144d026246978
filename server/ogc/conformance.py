"""The conformance classes that the service claims; `tests/server/ogc` shows each."""

from __future__ import annotations

from collections.abc import Sequence

SPEC = "http://www.opengis.net/spec/"


def _of(standard: str, *classes: str) -> list[str]:
    return [f"{SPEC}{standard}/conf/{name}" for name in classes]


CLASSES: Sequence[str] = (
    *_of("ogcapi-common-1/1.0", "core"),
    *_of("ogcapi-common-2/1.0", "collections"),
    *_of("ogcapi-features-1/1.0", "core", "geojson", "html", "oas30"),
    *_of("ogcapi-features-2/1.0", "crs"),
    *_of("ogcapi-features-3/1.0", "queryables", "filter", "features-filter"),
    *_of(
        "ogcapi-tiles-1/1.0",
        *("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "geojson"),
    ),
    *_of(
        "cql2/1.0",
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "accent-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "spatial-functions",
        "temporal-functions",
        "property-property",
        "arithmetic",
    ),
)
