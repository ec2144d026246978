"""The part of the map that a picture shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from layers.geometry.tile import SIZE, Bounds, Floats, columns, rows

EQUATOR = 40_075_016.686  # metres around Web Mercator's sphere
BETWEEN = 1  # zooms from a layer's tiles to the map: the viewer shows them at twice their size


@dataclass(frozen=True, slots=True)
class Frame:
    """`width` × `height` CSS pixels of the map around a centre in degrees.

    `zoom` is the map's, which may lie between two whole ones.
    """

    longitude: float
    latitude: float
    zoom: float
    width: float
    height: float

    @classmethod
    def around(cls, box: Bounds, width: float, height: float, margin: float = 0.0) -> Self:
        """The closest frame that shows all of `box`, with `margin` CSS pixels on each side."""
        x = columns(np.array([box.west, box.east]), 0) * SIZE
        y = rows(np.array([box.north, box.south]), 0) * SIZE
        fits = min((width - 2 * margin) / np.ptp(x), (height - 2 * margin) / np.ptp(y))
        middle = cls._latitude(float(y.mean()) / SIZE)
        return cls((box.west + box.east) / 2, middle, math.log2(fits), width, height)

    def project(self, coordinates: Floats) -> Floats:
        """Degrees (n, 2) as CSS pixels from the frame's top left corner."""
        x, y = self._world(coordinates[:, 0], coordinates[:, 1])
        left, top = self.corner
        return np.column_stack([x - left, y - top])

    def bounds(self, margin: float = 0.0) -> Bounds:
        """What the frame shows, in degrees, widened on each side by `margin` CSS pixels."""
        side = SIZE * 2.0**self.zoom
        left, top = (pixels - margin for pixels in self.corner)
        right, bottom = left + self.width + 2 * margin, top + self.height + 2 * margin
        return Bounds(
            left / side * 360 - 180,
            self._latitude(bottom / side),
            right / side * 360 - 180,
            self._latitude(top / side),
        )

    @property
    def metres(self) -> float:
        """Metres on the ground that one CSS pixel covers at the frame's middle."""
        around = math.cos(math.radians(self.latitude)) * EQUATOR
        return float(around / (SIZE * 2.0**self.zoom))

    @property
    def screen_zoom(self) -> int:
        """The zoom of the tiles that the map would show here of a layer that has them."""
        return round(self.zoom) - BETWEEN

    @property
    def tile_side(self) -> float:
        """CSS pixels along a side of such a tile: 512, or more or less between two zooms."""
        return float(SIZE * 2.0 ** (self.zoom - self.screen_zoom))

    @property
    def corner(self) -> tuple[float, float]:
        """The frame's top left corner, in CSS pixels from the world's."""
        x, y = self._world(np.array([self.longitude]), np.array([self.latitude]))
        return float(x[0]) - self.width / 2, float(y[0]) - self.height / 2

    def tile_zoom(self, least: int, most: int) -> int | None:
        """The zoom of a layer's tiles to show; None where the layer starts closer in."""
        return None if self.screen_zoom < least else min(self.screen_zoom, most)

    def _world(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """CSS pixels from the world's top left corner."""
        side = SIZE * 2.0**self.zoom
        return columns(longitude, 0) * side, rows(latitude, 0) * side

    @staticmethod
    def _latitude(row: float) -> float:
        """The latitude of a place in the world's height, from 0 in the north to 1."""
        return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * row))))


def scale_bar(frame: Frame, most: float) -> tuple[int, float]:
    """The longest round number of metres that fits `most` CSS pixels, and how many it takes."""
    room = most * frame.metres
    power = 10 ** math.floor(math.log10(room))
    metres = max(step * power for step in (1, 2, 5) if step * power <= room)
    return int(metres), metres / frame.metres
