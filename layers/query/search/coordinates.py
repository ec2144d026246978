"""Coordinates as somebody types or pastes them.

35.797, 139.593; 北緯35度47分49秒 東経139度35分34秒; 35°47′49″N 139°35′34″E; also in full width.
South and west of the origin: -12.05, -77.04; 12.05S 77.04W.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from layers.geometry.tile import Bounds
from layers.japanese.spelling import nfkc_with_marks

# One expression, that a browser understands too: axis, degrees, minutes, seconds, axis; and again.
_ANGLE = (
    r"(?:(北緯|南緯|東経|西経|緯度|経度|[nesw])[\s:]*)?"
    r"(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*"
    r"(?:[°度]\s*(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*['分]\s*"
    r"""(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:"|''|秒)?\s*)?)?)?"""
    r"([nesw])?"
)
_APART = r"(?:[\s,、/;]+|(?=[nesw]|東経|西経|経度|北緯|南緯|緯度))"
PAIR = re.compile(_ANGLE + _APART + _ANGLE)
BRACKETS = "()[]"
LONGITUDE_NAMES = ("東経", "西経", "経度", "e", "w")
NEGATIVE_NAMES = ("南緯", "西経", "s", "w")


def coordinates_in(text: str, region: Bounds) -> tuple[float, float] | None:
    """Longitude and latitude in degrees that the text is; None when it is none in the region.

    The latitude comes first unless the text names the axes, or the region tells.
    """
    match = PAIR.fullmatch(_plain(text))
    if match is None:
        return None
    groups = match.groups()
    first, second = _degrees(groups[0:5]), _degrees(groups[5:10])
    if first is None or second is None:
        return None
    orders = [(second, first), (first, second)]
    name = groups[0] or groups[4]
    if name:
        orders = orders[1:] if name in LONGITUDE_NAMES else orders[:1]
    return next((place for place in orders if _is_in(region, *place)), None)


def _is_in(region: Bounds, longitude: float, latitude: float) -> bool:
    west, south, east, north = region
    return west <= longitude <= east and south <= latitude <= north


def _plain(text: str) -> str:
    """One form for each sign and space."""
    spelled = nfkc_with_marks(text)
    return " ".join(spelled.lower().strip(BRACKETS + " ").split())


def _degrees(parts: Sequence[str | None]) -> float | None:
    """Those of a name, a number of each unit, and a name."""
    degrees, minutes, seconds = (float(part or 0) for part in parts[1:4])
    if minutes >= 60 or seconds >= 60:
        return None
    value = abs(degrees) + minutes / 60 + seconds / 3600
    is_negative = (parts[1] or "").startswith("-") or not {parts[0], parts[4]}.isdisjoint(
        NEGATIVE_NAMES
    )
    return -value if is_negative else value
