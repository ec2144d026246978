"""Coordinate reference systems that positions are handed out and asked about in, by their URI.

The axes of each are in the system's own order: of EPSG:4326 latitude comes first, of a plane the
northing. Positions are kept in degrees, longitude first; see `layers.geometry.datum` for what
they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from pyproj import CRS
from pyproj.transformer import Transformer

from layers.geometry import datum
from layers.geometry.parts import Coordinates
from layers.geometry.plane_zones import plane_zone
from layers.geometry.region import Region
from layers.geometry.tile import SOURCE_DIGITS, Bounds

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CRS84_HEIGHTS = "http://www.opengis.net/def/crs/OGC/0/CRS84h"  # of a bbox of six numbers
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
METRE_DIGITS = 3  # decimals: a millimetre
# Degrees as they are kept: those of JGD2011, which are those of WGS 84 for every use of a map.
SAME_DEGREES = (4326, 6668)


@dataclass(frozen=True)
class ReferenceSystem:
    """A system of coordinates.

    `code` is EPSG's, None of CRS84; `area` where it is used, in degrees, by which the operation to
    it is chosen; `is_swapped` whether its northing or latitude comes first.
    """

    uri: str
    code: int | None
    area: Bounds
    is_degrees: bool
    is_swapped: bool

    @property
    def digits(self) -> int:
        """Decimals that its coordinates are written with."""
        return SOURCE_DIGITS if self.is_degrees else METRE_DIGITS

    def from_degrees(self, coordinates: Coordinates) -> Coordinates:
        """Degrees, longitude first, in this system, (n, 2)."""
        moved = self._moved(coordinates, "from")
        return np.round(moved[:, ::-1] if self.is_swapped else moved, self.digits)

    def to_degrees(self, coordinates: Coordinates) -> Coordinates:
        """Coordinates of this system in degrees, longitude first, (n, 2)."""
        return self._moved(coordinates[:, ::-1] if self.is_swapped else coordinates, "to")

    def _moved(self, coordinates: Coordinates, way: Literal["from", "to"]) -> Coordinates:
        if self.code is None or self.code in SAME_DEGREES:
            return coordinates
        transformer, is_to_degrees = _transformer(self.code, self.area)
        forward = (way == "to") == is_to_degrees
        x, y = coordinates.T
        moved = transformer.transform(x, y, direction="FORWARD" if forward else "INVERSE")
        return np.column_stack(moved)


def city_systems(extent: tuple[float, float, float, float], code: str) -> Sequence[ReferenceSystem]:
    """The systems for a city of this extent in degrees and this code; CRS84 comes first.

    In Japan these are the degrees of JGD2011 and JGD2000, too, and the plane of JGD2011.
    """
    area = Bounds(*extent)
    epsg = [4326, datum.WEB_MERCATOR]
    if Region.of(extent).is_japan:
        epsg += [6668, 4612]
        zone = plane_zone(code, area.middle[0])
        first_plane, _ = datum.ZONES[datum.JGD2011]
        epsg += [] if zone is None else [first_plane + zone - 1]
    return [
        ReferenceSystem(CRS84, None, area, is_degrees=True, is_swapped=False),
        *(_system(code, area) for code in epsg),
    ]


@lru_cache(maxsize=64)
def _system(code: int, area: Bounds) -> ReferenceSystem:
    crs = CRS.from_epsg(code)
    is_swapped = crs.axis_info[0].direction == "north"
    return ReferenceSystem(f"{EPSG}{code}", code, area, crs.is_geographic, is_swapped)


@lru_cache(maxsize=64)
def _transformer(code: int, area: Bounds) -> tuple[Transformer, bool]:
    """The operation, and whether it leads to degrees; both with the easting first.

    That of another datum is the one by which a file is read.
    """
    crs = CRS.from_epsg(code)
    if crs.is_geographic:
        shift = datum.shift(crs, area)
        if shift is None:
            raise ValueError(f"PROJ has no operation for EPSG:{code}")
        return shift.transformer, True
    base = datum.WGS84 if code == datum.WEB_MERCATOR else datum.base_of(crs)
    return Transformer.from_crs(base, crs, always_xy=True), False
