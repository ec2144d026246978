"""Smooth randomness over the ground."""

from __future__ import annotations

import numpy as np

from data.sampling.chance import Chance
from data.sampling.contour import Floats


def smooth_noise(east: Floats, north: Floats, scale: float, chance: Chance) -> Floats:
    """Values from -1 to 1 that turn over about every `scale` metres. Only + - × are used."""
    across, up = (east - east.min()) / scale, (north - north.min()) / scale
    columns, rows = int(across.max()) + 2, int(up.max()) + 2
    lattice = np.array([[chance.between(-1, 1) for _ in range(columns)] for _ in range(rows)])
    column, row = across.astype(np.int64), up.astype(np.int64)
    x, y = _faded(across - column), _faded(up - row)
    south = lattice[row, column] + x * (lattice[row, column + 1] - lattice[row, column])
    north_ = lattice[row + 1, column] + x * (
        lattice[row + 1, column + 1] - lattice[row + 1, column]
    )
    value: Floats = south + y * (north_ - south)
    return value


def _faded(share: Floats) -> Floats:
    faded: Floats = share * share * share * (share * (share * 6.0 - 15.0) + 10.0)
    return faded
