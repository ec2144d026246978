"""Where a place may lie that a request concerns: in the city, or a little outside."""

from __future__ import annotations

from collections.abc import Sequence

MARGIN_DEGREES = 0.1  # about 10 km


def near_city(extent: Sequence[float]) -> tuple[float, float, float, float]:
    """West, south, east and north of where a place may lie that the form takes."""
    west, south, east, north = extent
    return (
        west - MARGIN_DEGREES,
        south - MARGIN_DEGREES,
        east + MARGIN_DEGREES,
        north + MARGIN_DEGREES,
    )
