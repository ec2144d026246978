"""The part of the world where a city's data may lie, and the systems that its numbers may be in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from pyproj import CRS

from layers.geometry import datum
from layers.geometry.datum import JAPAN
from layers.geometry.tile import WORLD, Bounds

# Degrees on each side of a city outside Japan: a window of Japan's own size, for a country's data.
AROUND = 12.0
UTM_NORTH, UTM_SOUTH, UTM_ZONES, UTM_WIDTH = 32600, 32700, 60, 6  # EPSG: WGS 84 / UTM; degrees


@dataclass(frozen=True)
class Region:
    """The bounds, in degrees, beyond which nothing of a city's data is."""

    bounds: Bounds

    @classmethod
    def of(cls, extent: tuple[float, float, float, float]) -> Self:
        """That of a city with this extent: Japan, or what surrounds a city elsewhere."""
        west, south, east, north = extent
        in_japan = west >= JAPAN.west and south >= JAPAN.south
        if in_japan and east <= JAPAN.east and north <= JAPAN.north:
            return cls(JAPAN)
        return cls(
            Bounds(
                max(west - AROUND, WORLD.west),
                max(south - AROUND, WORLD.south),
                min(east + AROUND, WORLD.east),
                min(north + AROUND, WORLD.north),
            )
        )

    @property
    def is_japan(self) -> bool:
        return self.bounds == JAPAN

    @property
    def degrees(self) -> CRS:
        """The system of degrees that state none."""
        return datum.JGD2011 if self.is_japan else datum.WGS84

    def base_of(self, crs: CRS) -> CRS:
        """The degrees on a system's datum."""
        if self.is_japan or crs.geodetic_crs is None:
            return datum.base_of(crs)
        return crs.geodetic_crs.to_2d()

    def metre_systems(self, base: CRS) -> list[CRS]:
        """The systems in metres that are usual here on this datum, the most usual first."""
        codes = datum.metre_codes(base) if self.is_japan else self._utm()
        return [CRS.from_epsg(code) for code in (*codes, datum.WEB_MERCATOR)]

    def _utm(self) -> list[int]:
        """The zone of the region's middle, and those beside it."""
        west, south, east, north = self.bounds
        first = UTM_NORTH if south + north >= 0 else UTM_SOUTH
        zone = math.floor(((west + east) / 2 + 180) / UTM_WIDTH)
        return [first + (zone + step) % UTM_ZONES + 1 for step in (0, -1, 1)]


JAPANESE = Region(JAPAN)
