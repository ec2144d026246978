"""Features of an XML document that are read one after the other, each with its geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS

from layers.report import Problem
from layers.sources.rows import Rows
from layers.sources.vector import xml
from layers.sources.vector.columns import Columns, Record


@dataclass(kw_only=True)
class XmlFeatures:
    """The features read so far; `records` and `geometries` run in parallel.

    `unplaced` says why a geometry is None, by the feature's number from 1.
    """

    records: list[Record] = field(default_factory=list)
    geometries: list[shapely.Geometry | None] = field(default_factory=list)
    unplaced: dict[int, Problem] = field(default_factory=dict)

    def rows(
        self, path: Path, crs: CRS | None, problems: Sequence[Problem] = (), *, unread: int = 0
    ) -> Rows:
        """All of them, row n being the n-th; `unread` are those of the document left out."""
        with path.open("rb") as raw:
            encoding = xml.encoding_of(path, raw)
        geometry = np.empty(len(self.geometries), dtype=object)
        geometry[:] = self.geometries
        return Rows(
            path=path,
            columns=Columns.of(path, self.records).frame(),
            geometry=geometry,
            numbers=np.arange(1, len(geometry) + 1),
            total=len(geometry) + unread,
            crs=crs,
            encoding=encoding,
            problems=[*problems],
            unplaced=self.unplaced,
        )
