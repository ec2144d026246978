"""A tile's address (XYZ, Web Mercator), its bounds in degrees, and its coordinates' grid."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from layers.errors import InvalidTile

Floats = npt.NDArray[np.float64]

METRES_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371.0 km
MAX_ZOOM = 22
SIZE = 256  # CSS pixels along a tile's side
BUFFER = 16  # CSS pixels of geometry kept beyond each side, so that strokes do not show the cut
SOURCE_DIGITS = 7  # decimals of a degree in what is not generalised: a centimetre
WRITTEN = re.compile(r"0|[1-9][0-9]{0,8}")  # a number of an address
GRID = 4096  # steps along a tile's side that coordinates must be able to tell apart


class Bounds(NamedTuple):
    """A box in degrees of longitude and latitude."""

    west: float
    south: float
    east: float
    north: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle in degrees of longitude and latitude."""
        longitude, latitude = (self.west + self.east) / 2, (self.south + self.north) / 2
        return round(longitude, SOURCE_DIGITS), round(latitude, SOURCE_DIGITS)


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

    @classmethod
    def written(cls, z: str, x: str, y: str) -> Self:
        """The tile of an address, its numbers written in the one way there is.

        Raises `InvalidTile`.
        """
        if not all(WRITTEN.fullmatch(part) for part in (z, x, y)):
            raise InvalidTile(f"tile {z}/{x}/{y}; wanted three whole numbers")
        return cls(int(z), int(x), int(y))

    @classmethod
    def at(cls, z: int, longitude: float, latitude: float) -> Self:
        """The tile of zoom `z` that a place in degrees lies in."""
        column, row = columns(np.array([longitude]), z), rows(np.array([latitude]), z)
        return cls(z, math.floor(column[0]), math.floor(row[0]))

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
    return 360.0 / (SIZE * 2.0**z)


def digits(z: int) -> int:
    """Decimals of a degree that tell `GRID` steps along a tile of zoom `z` apart."""
    return math.ceil(math.log10((GRID << z) / 360.0))


def columns(longitude: Floats, z: int) -> Floats:
    """Tile columns, with their fractions, of longitudes in degrees."""
    return (longitude + 180.0) / 360.0 * (1 << z)


def rows(latitude: Floats, z: int) -> Floats:
    """Tile rows from the north, with their fractions, of latitudes in degrees."""
    mercator = np.arcsinh(np.tan(np.radians(latitude)))
    return (1.0 - mercator / math.pi) / 2.0 * (1 << z)


def fitting_zoom(box: Bounds) -> int:
    """The zoom whose tiles are at least as large as the box, and of those the nearest."""
    west, east = columns(np.array([box.west, box.east]), 0)
    north, south = rows(np.array([box.north, box.south]), 0)
    side = max(east - west, south - north, 0.5**MAX_ZOOM)
    return math.floor(-math.log2(side))


@dataclass(frozen=True, slots=True)
class TileRange:
    """The tiles of zoom `z` from column `left` and row `top` up to before `right` and `bottom`."""

    z: int
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, z: int, box: Bounds, margin: float = 0.0) -> Self:
        """The tiles that show something of `box`, each widened by `margin` (in tiles)."""
        last, around = (1 << z) - 1, np.array([-margin, margin])
        left, right = (columns(np.array([box.west, box.east]), z) + around).tolist()
        top, bottom = (rows(np.array([box.north, box.south]), z) + around).tolist()
        return cls(
            z,
            max(0, math.floor(left)),
            max(0, math.floor(top)),
            min(last, math.floor(right)) + 1,
            min(last, math.floor(bottom)) + 1,
        )

    def is_one(self) -> bool:
        """Whether it is a single tile."""
        return self.right - self.left == 1 and self.bottom - self.top == 1

    def halves(self) -> tuple[TileRange, TileRange]:
        """The range cut along its longer side."""
        z, left, top, right, bottom = self.z, self.left, self.top, self.right, self.bottom
        if right - left >= bottom - top:
            middle = (left + right) // 2
            return TileRange(z, left, top, middle, bottom), TileRange(z, middle, top, right, bottom)
        middle = (top + bottom) // 2
        return TileRange(z, left, top, right, middle), TileRange(z, left, middle, right, bottom)

    def bounds(self, buffer: float = 0.0) -> Bounds:
        """Bounds in degrees, widened on each side by `buffer` CSS pixels."""
        first = Tile(self.z, self.left, self.top).bounds(buffer)
        last = Tile(self.z, self.right - 1, self.bottom - 1).bounds(buffer)
        return Bounds(first.west, last.south, last.east, first.north)

    def __iter__(self) -> Iterator[Tile]:
        for x in range(self.left, self.right):
            for y in range(self.top, self.bottom):
                yield Tile(self.z, x, y)


def _longitude(x: float, z: int) -> float:
    return x / (1 << z) * 360.0 - 180.0


def _latitude(y: float, z: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / (1 << z)))))
