"""What a revision publishes of each feature, as it is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.revision.table import Slices


def test_stored_properties_are_a_view_of_the_file(asaka: Catalog) -> None:
    revision = asaka.layer("hydrants").revision
    view: Any = revision.table.properties.content
    assert isinstance(view.obj.base, np.memmap), "a copy would grow with the layer"


def test_byte_strings_come_back_in_any_order() -> None:
    strings = [b"a", b"", b"ccc"]
    slices = Slices.of(strings)
    stored = Slices(memoryview(slices.content), slices.ends)
    for each in (slices, stored):
        assert each.take(np.array([2, 0, 1, 2])) == [b"ccc", b"a", b"", b"ccc"]
        assert each.take(np.array([], dtype=np.int64)) == []


@pytest.mark.parametrize("index", [0, 41])
def test_stored_properties_are_read_one_by_one(asaka: Catalog, index: int) -> None:
    table = asaka.layer("emergency_sites").revision.table
    (properties,) = table.properties.take(np.array([index]))
    assert orjson.loads(properties)["name"]
