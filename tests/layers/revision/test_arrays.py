from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from layers.geometry.parts import Array
from layers.revision.arrays import open_arrays, write_arrays


def test_arrays_read_back_and_cannot_be_written(tmp_path: Path) -> None:
    arrays: dict[str, Array] = {
        "ids": np.arange(5),
        "empty": np.empty(0, dtype=np.uint8),
        "coordinates": np.array([[1.5, 2.5], [3.5, 4.5]]),
    }
    write_arrays(tmp_path / "arrays", arrays)
    opened = open_arrays(tmp_path / "arrays")
    assert list(opened) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(opened[name], array)
        assert opened[name].dtype == array.dtype
    with pytest.raises(ValueError, match="read-only"):
        opened["ids"][0] = 7
