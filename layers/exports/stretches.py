"""A layer's features a stretch at a time, so that none of them need be held with all others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from layers.geometry.parts import Integers, Parts
from layers.geometry.runs import run_starts
from layers.geometry.slivers import on_grid_whole
from layers.geometry.tile import SOURCE_DIGITS
from layers.revision.revision import Revision

AT_ONCE = 20_000  # vertices, if not of one feature
BLOCK = 1 << 16  # features of which it is looked up at once where they begin


def stretches(revision: Revision) -> Iterator[tuple[Integers, Parts]]:
    """Indices of features, in their order, and their parts as they are handed on.

    The parts are the source's, with coordinates of `SOURCE_DIGITS` decimals; they keep the
    feature's index as owner. Every feature has one, however fine it is.
    """
    source, count = revision.source, revision.feature_count
    for block in range(0, count, BLOCK):
        first_part = np.searchsorted(source.owner, np.arange(block, min(block + BLOCK, count) + 1))
        first_vertex = first_part
        for offset in reversed(source.offsets):
            first_vertex = offset[first_vertex]
        turns = run_starts(first_vertex[:-1] // AT_ONCE)
        for start, end in pairwise(turns.tolist()):
            parts = source.take(np.arange(first_part[start], first_part[end]))
            yield np.arange(block + start, block + end), _handed_on(parts)


def _handed_on(parts: Parts) -> Parts:
    if parts.kind == "point":
        return Parts("point", np.round(parts.coordinates, SOURCE_DIGITS), (), parts.owner)
    return on_grid_whole(parts, SOURCE_DIGITS)
