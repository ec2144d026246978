"""The features whose geometry has a relation to a geometry of a filter, both in degrees."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import orjson
import shapely

from layers.catalog.layer import Layer, Relation
from layers.errors import InvalidFilter
from layers.geometry.features import whole_geometries
from layers.geometry.parts import Integers, Parts
from layers.revision.columns import Mask

TYPES = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
WANTED = "a geometry as in POINT(139.59 35.80), or BBOX(west, south, east, north)"
# By the name of a function of CQL2, with the feature's geometry first.
RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "s_intersects": shapely.intersects,
    "s_equals": shapely.equals,
    "s_touches": shapely.touches,
    "s_crosses": shapely.crosses,
    "s_overlaps": shapely.overlaps,
    "s_within": shapely.within,
    "s_contains": shapely.contains,
}
CONVERSE = {"s_within": "s_contains", "s_contains": "s_within"}
# The same asked of an index: with the geometry of the filter first.
OF_PARTS: Mapping[str, Relation] = {
    "s_intersects": "intersects",
    "s_touches": "touches",
    "s_crosses": "crosses",
    "s_overlaps": "overlaps",
    "s_within": "contains",
    "s_contains": "within",
}
DISJOINT = "s_disjoint"
FUNCTIONS = (*RELATIONS, DISJOINT)

Transform = Callable[[shapely.Geometry], shapely.Geometry]


def geometry_of(node: object, to_degrees: Transform) -> shapely.Geometry:
    """The geometry of a literal: GeoJSON's, or `{"bbox": […]}`; in degrees, longitude first.

    `to_degrees` brings it there from the coordinates that the filter is written in. Raises
    `InvalidFilter`.
    """
    if isinstance(node, dict) and "bbox" in node:
        return boxes(node["bbox"], to_degrees)
    if not isinstance(node, dict) or node.get("type") not in TYPES:
        raise InvalidFilter("lacks a geometry", WANTED)
    try:
        geometry: shapely.Geometry | None = shapely.from_geojson(orjson.dumps(node))
    except (shapely.GEOSException, orjson.JSONEncodeError, ValueError, TypeError):
        raise InvalidFilter("has a geometry that cannot be read", WANTED) from None
    if geometry is None or shapely.is_empty(geometry):
        raise InvalidFilter("has an empty geometry", WANTED)
    geometry = to_degrees(shapely.force_2d(geometry))
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise InvalidFilter("has coordinates that are on no map", WANTED)
    if not shapely.is_valid(geometry):
        reason = shapely.is_valid_reason(geometry)
        raise InvalidFilter(f"has a geometry that is not valid: {reason}", "one that is")
    return geometry


def boxes(numbers: object, to_degrees: Transform) -> shapely.Geometry:
    """The area of a bbox of 4 numbers, or of 6 with heights, which are left out.

    One whose west is greater than its east goes across the antimeridian: two areas.
    Raises `InvalidFilter`.
    """
    wanted = "4 numbers (west, south, east, north) or 6 with heights"
    if not (isinstance(numbers, list) and len(numbers) in (4, 6) and all(map(_is_number, numbers))):
        raise InvalidFilter("has a bbox of other than numbers", wanted)
    half = len(numbers) // 2
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    if south > north:
        raise InvalidFilter(f"has a bbox whose south {south} is north of {north}", wanted)
    areas = [(west, south, east, north)]
    if west > east:
        if east < -180 or west > 180:
            raise InvalidFilter(f"has a bbox from {west} to {east}", "west before east")
        areas = [(west, south, 180.0, north), (-180.0, south, east, north)]
    shapes = [to_degrees(shapely.box(*area)) for area in areas]
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def related(layer: Layer, function: str, geometry: shapely.Geometry) -> Mask:
    """Where the feature's geometry has the relation to `geometry`; the former first.

    Raises `InvalidFilter` for a geometry that the relation cannot be asked of.
    """
    if function == DISJOINT:
        return ~related(layer, "s_intersects", geometry)
    matches = np.zeros(layer.feature_count, dtype=bool)
    try:
        matches[_related(layer, function, geometry)] = True
    except shapely.GEOSException as error:
        raise InvalidFilter(f"asks {function} of a geometry: {error}", "a simple one") from None
    return matches


def _related(layer: Layer, function: str, geometry: shapely.Geometry) -> Integers:
    """The indices of the features, some of them several times."""
    source = layer.revision.source
    is_of_parts = function == "s_intersects" or len(source) == layer.feature_count
    if is_of_parts and function in OF_PARTS:
        parts: Integers = source.owner[layer.parts_in(geometry, OF_PARTS[function])]
        return parts
    near = np.unique(source.owner[layer.parts_in(shapely.box(*shapely.bounds(geometry)))])
    geometries = whole_geometries(source_of(layer, near).to_shapes())
    is_related: Mask = RELATIONS[function](geometries, geometry)
    chosen: Integers = near[is_related]
    return chosen


def source_of(layer: Layer, features: Integers) -> Parts:
    """The source's parts of these features, in their order."""
    source = layer.revision.source
    first, after = np.searchsorted(source.owner, [features, features + 1])
    count = after - first
    return source.take(np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum()))


def as_is(geometry: shapely.Geometry) -> shapely.Geometry:
    """A geometry that is in degrees already, longitude first."""
    return geometry


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
