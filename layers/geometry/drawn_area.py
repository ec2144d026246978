"""An area that somebody drew on a map: one ring, checked before anything is made of it."""

from __future__ import annotations

from typing import Any, Literal

import orjson
import shapely

from layers.geometry.ellipsoid import GEOD

MOST_CORNERS = 200
LONGEST = 8192  # characters of GeoJSON
DIGITS = 6  # of degrees: a tenth of a metre
LEAST_SQUARE_METRES = 1.0

Corner = tuple[float, float]  # longitude and latitude in degrees
Ring = tuple[Corner, ...]  # closed, and counter-clockwise as RFC 7946, 3.1.6 has exteriors
Fault = Literal["unreadable", "many", "small", "crossing"]


class InvalidArea(Exception):
    """What was drawn is no area: `fault` says why, `corners` how many it has, where it has some."""

    def __init__(self, fault: Fault, corners: int = 0) -> None:
        super().__init__(f"no area: {fault}")
        self.fault: Fault = fault
        self.corners = corners


def read_ring(text: str) -> Ring:
    """The exterior of a GeoJSON Polygon without holes, rounded to `DIGITS`.

    Raises `InvalidArea` for what is none, has more than `MOST_CORNERS`, crosses or touches itself,
    or encloses nothing.
    """
    positions = _positions(text)
    if len(positions) > MOST_CORNERS + 1:
        raise InvalidArea("many", len(positions) - 1)
    corners = [
        (round(longitude, DIGITS), round(latitude, DIGITS)) for longitude, latitude in positions
    ]
    ring = [
        corner
        for corner, before in zip(corners, [None, *corners], strict=False)
        if corner != before
    ]
    if len(ring) < 4:
        raise InvalidArea("small", len(ring) - 1)
    polygon = shapely.Polygon(ring)
    if not shapely.is_valid(polygon):
        raise InvalidArea("crossing", len(ring) - 1)
    if square_metres(ring_of(polygon)) < LEAST_SQUARE_METRES:
        raise InvalidArea("small", len(ring) - 1)
    return ring_of(polygon)


def ring_of(polygon: shapely.Polygon) -> Ring:
    """The exterior of a polygon, counter-clockwise."""
    exterior = shapely.orient_polygons(polygon).exterior
    return tuple((x, y) for x, y in exterior.coords)


def geojson(ring: Ring) -> dict[str, Any]:
    """The area as a GeoJSON geometry."""
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}


def middle_of(ring: Ring) -> Corner:
    """A place within the area that stands for it: its centre, where that lies within."""
    polygon = shapely.Polygon(ring)
    centre = shapely.centroid(polygon)
    place = centre if shapely.covers(polygon, centre) else shapely.point_on_surface(polygon)
    return round(place.x, DIGITS), round(place.y, DIGITS)


def square_metres(ring: Ring) -> float:
    """How large the area is, on the ellipsoid."""
    longitudes, latitudes = zip(*ring, strict=True)
    area, _perimeter = GEOD.polygon_area_perimeter(longitudes, latitudes)
    return abs(float(area))


def _positions(text: str) -> list[Corner]:
    if len(text) > LONGEST:
        raise InvalidArea("unreadable")
    try:
        document = orjson.loads(text)
        (positions,) = document["coordinates"]
        if document["type"] != "Polygon" or positions[0] != positions[-1]:
            raise InvalidArea("unreadable")
        return [_position(*position) for position in positions]
    except (orjson.JSONDecodeError, LookupError, TypeError, ValueError):
        raise InvalidArea("unreadable") from None


def _position(longitude: object, latitude: object) -> Corner:
    """Raises `ValueError` for what is no place on the earth in degrees."""
    for degrees, most in ((longitude, 180), (latitude, 90)):
        if isinstance(degrees, bool) or not isinstance(degrees, int | float) or abs(degrees) > most:
            raise ValueError(degrees)
    assert isinstance(longitude, int | float)
    assert isinstance(latitude, int | float)
    return float(longitude), float(latitude)
