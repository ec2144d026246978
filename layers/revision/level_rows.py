"""A level as rows of a database that has geometry: a row of each part, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely

from layers.geometry.parts import Kind, Shapes, from_shapes
from layers.revision.level import Level

DEGREES = 4326  # of EPSG, the reference system of shapes
AT_ONCE = 10_000  # parts as objects


class PartRow(NamedTuple):
    """A part of the feature of this index, and the block of tiles it is for.

    `shape` is WKB with its reference system, as PostGIS has it; its coordinates are those of the
    part, to the last bit.
    """

    feature: int
    first_column: int
    first_row: int
    end_column: int
    end_row: int
    shape: bytes


def rows_of(level: Level) -> Iterator[PartRow]:
    """The rows of a level."""
    ends = [*range(0, len(level.parts), AT_ONCE), len(level.parts)]
    for first, last in pairwise(ends):
        shapes = level.parts.take(np.arange(first, last)).to_shapes()
        features, blocks = shapes.owner.tolist(), level.blocks[first:last].tolist()
        located = shapely.set_srid(shapes.geometry, DEGREES)
        written = shapely.to_wkb(located, include_srid=True).tolist()
        for feature, (left, top, right, bottom), shape in zip(
            features, blocks, written, strict=True
        ):
            yield PartRow(feature, left, top, right, bottom, shape)


def level_of_rows(kind: Kind, z: int, rows: Sequence[PartRow]) -> Level:
    """The level of rows, all of one or some of them, in the order of `rows_of`."""
    numbers = np.array([row[:-1] for row in rows], dtype=np.int64).reshape(-1, 5)
    geometry = np.array(shapely.from_wkb([row.shape for row in rows]), dtype=object)
    parts = from_shapes(Shapes(kind, geometry, numbers[:, 0]))
    return Level(z, parts, parts.bounds(), numbers[:, 1:])
