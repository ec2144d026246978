"""Coordinates as somebody types or pastes them.

35.797, 139.593; 北緯35度47分49秒 東経139度35分34秒; 35°47′49″N 139°35′34″E; also in full width.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from layers.japanese.spelling import nfkc_with_marks

# One expression, that a browser understands too: axis, degrees, minutes, seconds, axis; and again.
_ANGLE = (
    r"(?:(北緯|東経|緯度|経度|[ne])[\s:]*)?"
    r"([0-9]{1,3}(?:\.[0-9]+)?)\s*"
    r"(?:[°度]\s*(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*['分]\s*"
    r"""(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:"|''|秒)?\s*)?)?)?"""
    r"([ne])?"
)
_APART = r"(?:[\s,、/;]+|(?=[ne]|東経|経度|北緯|緯度))"
PAIR = re.compile(_ANGLE + _APART + _ANGLE)
BRACKETS = "()[]"
LONGITUDE_NAMES = ("東経", "経度", "e")
JAPAN = (122.0, 20.0, 154.0, 46.0)  # degrees; other pairs of numbers are no place here


def coordinates_in(text: str) -> tuple[float, float] | None:
    """Longitude and latitude in degrees that the text is; None when it is none in Japan.

    The latitude comes first unless the text names the axes or the numbers tell.
    """
    match = PAIR.fullmatch(_plain(text))
    if match is None:
        return None
    groups = match.groups()
    first, second = _degrees(groups[1:4]), _degrees(groups[6:9])
    if first is None or second is None:
        return None
    names = [name for at in (0, 4) if (name := groups[at])]
    says = names[0] in LONGITUDE_NAMES if names else first > second
    longitude, latitude = (first, second) if says else (second, first)
    west, south, east, north = JAPAN
    inside = west <= longitude <= east and south <= latitude <= north
    return (longitude, latitude) if inside else None


def _plain(text: str) -> str:
    """One form for each sign and space."""
    spelled = nfkc_with_marks(text)
    return " ".join(spelled.lower().strip(BRACKETS + " ").split())


def _degrees(parts: Sequence[str | None]) -> float | None:
    degrees, minutes, seconds = (float(part or 0) for part in parts)
    if minutes >= 60 or seconds >= 60:
        return None
    return degrees + minutes / 60 + seconds / 3600
