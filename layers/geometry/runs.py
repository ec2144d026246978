"""Runs of equal values in a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from layers.geometry.parts import Integers


def run_starts(values: npt.NDArray[np.integer[Any]]) -> Integers:
    """Where each run of equal values begins, and the end."""
    starts = np.ones(len(values) + 1, dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=starts[1:-1])
    return np.flatnonzero(starts)
