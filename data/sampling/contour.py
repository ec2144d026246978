"""Areas in which a field on a grid reaches a level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Nodes at equal steps, in degrees. Arrays over it are (rows from the south, columns)."""

    west: float
    south: float
    step_x: float
    step_y: float
    columns: int
    rows: int

    def nodes(self) -> tuple[Floats, Floats]:
        """Longitude and latitude of every node."""
        x = self.west + self.step_x * np.arange(self.columns, dtype=np.float64)
        y = self.south + self.step_y * np.arange(self.rows, dtype=np.float64)
        longitude, latitude = np.meshgrid(x, y)
        return longitude, latitude


def area_reaching(grid: Grid, field: Floats, level: float) -> shapely.Geometry:
    """The area where `field`, linear in each half of a cell, is at least `level`.

    The field must stay below `level` along the edge of the grid.
    """
    corners = _triangles(grid, field)
    above = corners[:, :, 2] >= level
    crossed = above.any(axis=1) & ~above.all(axis=1)
    corners, above = corners[crossed], above[crossed]
    # The corner that lies alone on its side of the level first: its two edges are the ones crossed.
    alone_above = above.sum(axis=1, keepdims=True) == 1
    alone = np.argmax(above == alone_above, axis=1)
    order = (alone[:, None] + np.arange(3)) % 3
    corners = np.take_along_axis(corners, order[:, :, None], axis=1)
    start = _crossing(corners[:, 0], corners[:, 1], level)
    end = _crossing(corners[:, 0], corners[:, 2], level)
    lines = np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))
    faces = shapely.get_parts(shapely.polygonize(lines[shapely.length(lines) > 0]))
    inside = [_value_at(grid, field, face.representative_point()) >= level for face in faces]
    return shapely.union_all(faces[inside])


def _triangles(grid: Grid, field: Floats) -> Floats:
    """The two halves of every cell: (triangles, corners, (longitude, latitude, value))."""
    longitude, latitude = grid.nodes()
    nodes = np.stack([longitude, latitude, field], axis=-1)
    south_west, south_east = nodes[:-1, :-1], nodes[:-1, 1:]
    north_west, north_east = nodes[1:, :-1], nodes[1:, 1:]
    lower = np.stack([south_west, south_east, north_east], axis=2)
    upper = np.stack([south_west, north_east, north_west], axis=2)
    return np.concatenate([lower.reshape(-1, 3, 3), upper.reshape(-1, 3, 3)])


def _crossing(one: Floats, other: Floats, level: float) -> Floats:
    """Where the edge crosses `level`, the same bits from either side of the edge."""
    one_first = (one[:, 0] < other[:, 0]) | ((one[:, 0] == other[:, 0]) & (one[:, 1] < other[:, 1]))
    first = np.where(one_first[:, None], one, other)
    last = np.where(one_first[:, None], other, one)
    share = (level - first[:, 2]) / (last[:, 2] - first[:, 2])
    crossing: Floats = first[:, :2] + share[:, None] * (last[:, :2] - first[:, :2])
    return crossing


def _value_at(grid: Grid, field: Floats, point: shapely.Point) -> float:
    across, up = (point.x - grid.west) / grid.step_x, (point.y - grid.south) / grid.step_y
    column, row = int(across), int(up)
    x, y = across - column, up - row
    south_west, north_east = field[row, column], field[row + 1, column + 1]
    if x >= y:
        south_east = field[row, column + 1]
        return float(south_west + x * (south_east - south_west) + y * (north_east - south_east))
    north_west = field[row + 1, column]
    return float(south_west + y * (north_west - south_west) + x * (north_east - north_west))
