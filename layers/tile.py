"""A tile's address (XYZ, Web Mercator), its bounds in degrees, and its coordinates' grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from layers.errors import InvalidTile

MAX_ZOOM = 22
SIZE = 256  # CSS pixels along a tile's side
BUFFER = 16  # CSS pixels of geometry kept beyond each side, so that strokes do not show the cut
SOURCE_DIGITS = 7  # decimals of a degree in what is not generalised: a centimetre
GRID = 4096  # steps along a tile's side that coordinates must be able to tell apart


class Bounds(NamedTuple):
    """A box in degrees of longitude and latitude."""

    west: float
    south: float
    east: float
    north: float


# Where Web Mercator's square world ends.
WORLD = Bounds(-180.0, -85.0511, 180.0, 85.0511)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """The tile in column `x` and row `y` (from the north) of zoom `z`.

    Raises `InvalidTile` for an address outside the world.
    """

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.z <= MAX_ZOOM:
            raise InvalidTile(f"zoom {self.z}; wanted 0 to {MAX_ZOOM}")
        side = 1 << self.z
        if not (0 <= self.x < side and 0 <= self.y < side):
            raise InvalidTile(
                f"tile {self.z}/{self.x}/{self.y}; wanted x and y from 0 to {side - 1}"
            )

    def bounds(self, buffer: float = 0.0) -> Bounds:
        """Bounds in degrees, widened on each side by `buffer` CSS pixels."""
        margin = buffer / SIZE
        return Bounds(
            _longitude(self.x - margin, self.z),
            _latitude(self.y + 1 + margin, self.z),
            _longitude(self.x + 1 + margin, self.z),
            _latitude(self.y - margin, self.z),
        )


def pixel(z: int) -> float:
    """Degrees of longitude that one CSS pixel covers at zoom `z`."""
    return 360.0 / (SIZE << z)


def digits(z: int) -> int:
    """Decimals of a degree that tell `GRID` steps along a tile of zoom `z` apart."""
    return math.ceil(math.log10((GRID << z) / 360.0))


def column(longitude: float, z: int) -> float:
    """Tile column, with its fraction, of a longitude in degrees."""
    return (longitude + 180.0) / 360.0 * (1 << z)


def row(latitude: float, z: int) -> float:
    """Tile row from the north, with its fraction, of a latitude in degrees."""
    mercator = math.asinh(math.tan(math.radians(latitude)))
    return (1.0 - mercator / math.pi) / 2.0 * (1 << z)


def _longitude(x: float, z: int) -> float:
    return x / (1 << z) * 360.0 - 180.0


def _latitude(y: float, z: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / (1 << z)))))
