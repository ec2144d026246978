"""What a reader gives: every row of a source, its geometry as the source has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from layers.report import Problem

Geometries = npt.NDArray[Any]  # of shapely geometries, or None


@dataclass(frozen=True)
class Rows:
    """Rows in the order of the source; the four members run in parallel.

    `geometry` is in `crs`, x before y, and None where a row has none; `numbers` are row numbers
    as `layers.report` counts them; `total` counts the rows of the source, unreadable ones too.
    """

    columns: pd.DataFrame
    geometry: Geometries
    numbers: npt.NDArray[np.int64]
    total: int
    crs: CRS
    encoding: str | None
    problems: list[Problem] = field(default_factory=list)
