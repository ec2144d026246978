"""Gaps between areas that adjoin: slips of the pen that would be drawn as ground outside."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.tile import METRES_PER_DEGREE


def without_gaps(area: shapely.Geometry, width: float) -> shapely.Geometry:
    """The area (degrees) with every gap filled that is up to `width` metres wide.

    Nothing is taken from it, and its outline stays where it is no gap.
    """
    latitude = float(shapely.get_coordinates(area)[:, 1].mean())
    y = METRES_PER_DEGREE
    scale = np.array([y * math.cos(math.radians(latitude)), y])
    metres = shapely.transform(area, partial(_scaled, scale=scale))
    half = width / 2
    grown = shapely.buffer(metres, half, join_style="mitre")
    closed = shapely.buffer(grown, -half, join_style="mitre")
    filled = shapely.union(metres, closed)
    return shapely.transform(filled, partial(_scaled, scale=1 / scale))


def _scaled(
    pairs: npt.NDArray[np.float64], scale: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return pairs * scale
