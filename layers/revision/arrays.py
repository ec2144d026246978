"""Named numpy arrays in one file, opened without reading them.

A little-endian header length (8 bytes), the header (JSON: name → dtype, shape, offset), then the
arrays, each starting at a multiple of 64 bytes. The same arrays give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from layers.geometry.parts import Array

ALIGNMENT = 64


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write the arrays in the order of the mapping."""
    header: dict[str, Any] = {}
    size = 0
    for name, array in arrays.items():
        header[name] = {"dtype": array.dtype.str, "shape": array.shape, "offset": size}
        size += array.nbytes + -array.nbytes % ALIGNMENT
    encoded = orjson.dumps(header)
    encoded += b" " * (-(8 + len(encoded)) % ALIGNMENT)
    with path.open("wb") as file:
        file.write(len(encoded).to_bytes(8, "little"))
        file.write(encoded)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data)
            file.write(b"\0" * (-array.nbytes % ALIGNMENT))


def open_arrays(path: Path) -> dict[str, Array]:
    """Views of the arrays in the file, read-only and paged in as they are used."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    length = int.from_bytes(content[:8].tobytes(), "little")
    header = orjson.loads(content[8 : 8 + length].tobytes())
    start = 8 + length
    return {
        name: np.ndarray(entry["shape"], entry["dtype"], content, start + entry["offset"])
        for name, entry in header.items()
    }
