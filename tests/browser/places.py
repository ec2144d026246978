"""Places to look at, found in a layer's export and not in what the page is drawn from."""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry import shape

from tests.browser.site import fetch_json


def middle(area: shapely.Geometry) -> shapely.Point:
    """The place in `area` farthest from its edges."""
    parts = shapely.get_parts(shapely.make_valid(area))
    largest = max(parts, key=lambda part: float(part.area))
    return shapely.Point(shapely.maximum_inscribed_circle(largest, tolerance=1e-5).coords[0])


def features(address: str, layer: str) -> list[dict[str, Any]]:
    return list(fetch_json(f"{address}/layers/{layer}/export.geojson")["features"])


def lonely(points: list[dict[str, Any]]) -> dict[str, Any]:
    """The point farthest from any other of its layer."""
    places = shapely.points([point["geometry"]["coordinates"] for point in points])
    tree = shapely.STRtree(places)
    _pairs, distances = tree.query_nearest(
        places, exclusive=True, return_distance=True, all_matches=False
    )
    return points[int(distances.argmax())]


def widest(polygons: list[dict[str, Any]]) -> tuple[dict[str, Any], shapely.Point]:
    """The feature of the deepest rank at its place, and that place, far from every edge."""
    best = max(polygons, key=lambda feature: shape(feature["geometry"]).area)
    place = middle(shape(best["geometry"]))
    there = [
        feature for feature in polygons if shapely.intersects(shape(feature["geometry"]), place)
    ]
    return max(there, key=lambda feature: feature["properties"]["rank"]), place


def overlap(
    polygons: list[dict[str, Any]],
) -> tuple[dict[str, Any], dict[str, Any], shapely.Point]:
    """Properties of two rivers' polygons of different rank, and a place well inside both."""
    found = []
    for first in polygons:
        for second in polygons:
            one, other = first["properties"], second["properties"]
            if one["rank"] <= other["rank"] or one["river_code"] == other["river_code"]:
                continue
            common = shapely.intersection(shape(first["geometry"]), shape(second["geometry"]))
            if common.is_empty:
                continue
            found.append((common.area, one, other, middle(common)))
    _area, deeper, shallower, place = max(found, key=lambda each: each[0])
    return deeper, shallower, place
