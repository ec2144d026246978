"""What tiles show, ready to be encoded: parts, and the id and properties of each feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import orjson

from layers.geometry.parts import Parts
from layers.geometry.runs import run_starts
from layers.geometry.tile import Tile
from layers.schema.values import Scalar

COUNT = "count:"  # begins the names of a cluster's properties that count the points of a class


@dataclass(frozen=True)
class TileContent:
    """Parts on their zoom's grid; a run of the same owner is one feature, with `ids` and
    `properties` (JSON objects) in the order of the runs. `ends[i]` is the number of features up to
    and with the i-th of `tiles`.
    """

    tiles: Sequence[Tile]
    parts: Parts
    ids: list[int]
    properties: list[bytes]
    ends: list[int]

    @property
    def runs(self) -> list[tuple[int, int]]:
        """First part of each feature, and the one after its last."""
        return list(pairwise(run_starts(self.parts.owner).tolist()))


def whole_layer(parts: Parts, ids: list[int], properties: list[bytes]) -> TileContent:
    """Features of no tile in particular, one for each owner."""
    return TileContent((), parts, ids, properties, [len(ids)])


def count_name(value: Scalar | None) -> str:
    """The name of a cluster's property that counts the points of one class.

    The class is written as JSON writes it, a text without its quotes, and none as nothing.
    """
    if value is None:
        return COUNT
    return COUNT + (value if isinstance(value, str) else orjson.dumps(value).decode())
