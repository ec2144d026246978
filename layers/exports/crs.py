"""The reference systems in which layers are handed on: those in which Japan's files come.

A system is reached from the degrees of a revision by the operation with which a file in it is read,
in reverse (`layers.geometry.datum`): who reads an export again gets the same degrees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from pyproj import CRS
from pyproj.enums import TransformDirection

from layers.errors import UnfitCrs
from layers.geometry.datum import (
    JAPAN,
    JGD2011,
    WEB_MERCATOR,
    WGS84,
    ZONES,
    metre_codes,
    shift,
)
from layers.geometry.parts import Parts
from layers.geometry.tile import Bounds

DEGREES = 4326  # EPSG: what a revision has, longitude first
SAME = (DEGREES, JGD2011.to_epsg())  # nothing is moved between them
CODES = (
    DEGREES,
    WEB_MERCATOR,
    *(code for base in ZONES for code in (base.to_epsg(), *metre_codes(base))),
)
WRITTEN = re.compile(r"(?:EPSG:)?([1-9][0-9]{3,4})", re.IGNORECASE)
EXAMPLES = "EPSG:4326, EPSG:6668 (JGD2011), EPSG:6669–6687 (JGD2011, zones I–XIX), EPSG:4612"


def code_of(text: str) -> int:
    """The EPSG code that a text names, one of `CODES`. Raises `UnfitCrs`."""
    written = WRITTEN.fullmatch(text.strip())
    if written is None or int(written[1]) not in CODES:
        raise UnfitCrs("unknown_crs", value=text[:50], detail=EXAMPLES)
    return int(written[1])


def placing(code: int, bounds: Bounds | None) -> Callable[[Parts], Parts]:
    """What moves parts in degrees, within `bounds`, into the system. Raises `UnfitCrs`."""
    if code in SAME:
        return lambda parts: parts
    operation = shift(WGS84 if code == DEGREES else CRS.from_epsg(code), bounds or JAPAN)
    if operation is None:
        raise UnfitCrs("unknown_crs", value=f"EPSG:{code}", detail=EXAMPLES)
    transform = operation.transformer.transform

    def place(parts: Parts) -> Parts:
        x, y = parts.coordinates.T
        moved = transform(x, y, direction=TransformDirection.INVERSE, errcheck=True)
        return replace(parts, coordinates=np.column_stack(moved))

    return place
