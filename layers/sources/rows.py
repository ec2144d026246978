"""What a reader gives: every row of a source, its geometry as the source has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from layers.report import Problem

Geometries = npt.NDArray[Any]  # of shapely geometries, or None


@dataclass(frozen=True)
class Rows:
    """Rows in the order of the source; `columns`, `geometry` and `numbers` run in parallel.

    `geometry` is in `crs` (None: the source does not say), x before y as far as the source tells,
    and None where a row has none; `numbers` are row numbers
    as `layers.report` counts them; `total` counts the rows of the source, unreadable ones too.
    `unplaced` says why rows have no geometry, by row number, where more is known than that; such
    a row may yet be placed by its `address`, a column. `positions` are the columns that the
    geometry is made from, longitude before latitude. `loose_rings` says that the format lists the
    rings of a polygon without saying which are whose holes. `hidden` are columns that do not show
    in the program the source was made with.
    """

    path: Path
    columns: pd.DataFrame
    geometry: Geometries
    numbers: npt.NDArray[np.int64]
    total: int
    crs: CRS | None
    encoding: str | None
    problems: list[Problem] = field(default_factory=list)
    unplaced: Mapping[int, Problem] = field(default_factory=dict)
    positions: tuple[str, ...] = ()
    address: str | None = None
    loose_rings: bool = False
    hidden: tuple[str, ...] = ()
