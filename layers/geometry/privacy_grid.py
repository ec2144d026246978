"""The grid to whose cells a rule of privacy moves positions."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from layers.geometry.parts import Coordinates
from layers.geometry.tile import METRES_PER_DEGREE


def middles(places: npt.ArrayLike, grid_m: int, south: float, north: float) -> Coordinates:
    """The middles of the cells, in degrees, that places (longitude first) lie in.

    Cells are `grid_m` metres high, and as wide halfway between these two latitudes.
    """
    high = grid_m / METRES_PER_DEGREE
    wide = high / math.cos(math.radians((south + north) / 2))
    step = np.array([wide, high])
    moved: Coordinates = (np.floor(np.asarray(places) / step) + 0.5) * step
    return moved
