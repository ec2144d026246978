"""A level put into a database as rows, and read back, is the same to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.geometry.parts import Kind, from_shapes, shapes_of
from layers.revision.level import Level, level_of
from layers.revision.level_rows import level_of_rows, rows_of
from tests.layers.revision.test_level import blob


def level(kind: Kind) -> Level:
    """Several features, of which one is split into pieces."""
    areas = [blob(9000, 0.05), shapely.difference(blob(400, 0.01), blob(200, 0.004)), blob(8, 1e-5)]
    geometry = areas if kind == "polygon" else [shapely.boundary(area) for area in areas]
    return level_of(from_shapes(shapes_of(kind, np.array(geometry))), 13)


def assert_same(one: Level, other: Level) -> None:
    for attribute in ("coordinates", "owner"):
        expected = getattr(other.parts, attribute)
        assert getattr(one.parts, attribute).tobytes() == expected.tobytes()
    for offsets, expected in zip(one.parts.offsets, other.parts.offsets, strict=True):
        assert offsets.tobytes() == expected.tobytes()
    assert one.bounds.tobytes() == other.bounds.tobytes()
    assert one.blocks.tobytes() == other.blocks.tobytes()


@pytest.mark.parametrize("kind", ["line", "polygon"])
def test_rows_are_the_level(kind: Kind) -> None:
    whole = level(kind)
    rows = [*rows_of(whole)]
    assert len(rows) == len(whole.parts) > 3
    assert_same(level_of_rows(kind, 13, rows), whole)
    index = np.array([1, 2])
    some = Level(13, whole.parts.take(index), whole.bounds[index], whole.blocks[index])
    assert_same(level_of_rows(kind, 13, rows[1:3]), some)


@pytest.mark.parametrize("kind", ["line", "polygon"])
def test_of_no_rows_it_shows_nothing(kind: Kind) -> None:
    nothing = level_of_rows(kind, 13, [])
    assert (len(nothing.parts), nothing.bounds.shape, nothing.blocks.shape) == (0, (0, 4), (0, 4))
