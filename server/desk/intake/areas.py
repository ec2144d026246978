"""The area that a request is about, drawn on the map in its form: read, and stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import Column, ForeignKey, Table, Text

from layers.geometry.drawn_area import MOST_CORNERS, InvalidArea, Ring, geojson, read_ring
from server.database.engine import metadata
from server.texts import Translate

# A table of its own: most requests have none, and a list of them reads none.
areas = Table(
    "request_areas",
    metadata,
    Column("number", ForeignKey("requests.number", ondelete="CASCADE"), primary_key=True),
    Column("area", Text, nullable=False),  # a GeoJSON Polygon
)


def read_area(
    typed: Mapping[str, str], limits: Sequence[float], errors: dict[str, str], _: Translate
) -> Ring | None:
    """The area in the field `area`; None where nothing is drawn.

    `limits` are west, south, east and north of what is near enough. What is no area gets a message
    in `errors`, and so does a point beside it.
    """
    text = typed.get("area", "").strip()
    if not text:
        return None
    try:
        ring = read_ring(text)
    except InvalidArea as invalid:
        errors["area"] = _invalid(invalid, _)
        return None
    west, south, east, north = limits
    if not all(west <= x <= east and south <= y <= north for x, y in ring):
        errors["area"] = _("Part of the area is too far from the city. Please draw it again.")
        return None
    points = [name for name in ("lat", "lon", "town") if typed.get(name, "").strip()]
    if points:
        errors[points[0]] = _("An area is drawn on the map. Leave this empty, or remove the area.")
        return None
    return ring


def stored_area(ring: Ring) -> str:
    """The area as its column holds it."""
    return orjson.dumps(geojson(ring)).decode()


def ring_in(stored: str | None) -> Ring | None:
    """The area in a column; None for none."""
    if stored is None:
        return None
    (exterior,) = orjson.loads(stored)["coordinates"]
    return tuple((x, y) for x, y in exterior)


def _invalid(invalid: InvalidArea, _: Translate) -> str:
    if invalid.fault == "crossing":
        return _(
            "The outline of the area crosses or touches itself. Please draw it again so that it "
            "does not."
        )
    if invalid.fault == "many":
        return _(
            "The area has too many corners: {count}. Please draw it again with at most {most}."
        ).format(most=MOST_CORNERS, count=invalid.corners)
    if invalid.fault == "small":
        return _("The area is too small. Please draw it again, with three corners or more.")
    return _("The area could not be read. Please draw it again.")
