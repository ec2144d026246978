"""Named numpy arrays in one file, opened without reading them.

A little-endian header length (8 bytes), the header (JSON: name → dtype, shape, offset), then the
arrays, each starting at a multiple of 64 bytes. The same arrays give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from layers.geometry.parts import Array

ALIGNMENT = 64
AT_ONCE = 10_000  # byte strings: as objects they take a multiple of their length


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


@dataclass(frozen=True)
class Slices:
    """Byte strings end to end: one buffer instead of an object each."""

    content: bytes
    ends: Array

    @classmethod
    def of(cls, several: Iterable[bytes]) -> Slices:
        """Put the byte strings end to end."""
        content, sizes = BytesIO(), [np.empty(0, dtype=np.int64)]
        remaining = iter(several)
        while some := [*islice(remaining, AT_ONCE)]:
            content.write(b"".join(some))
            sizes.append(np.fromiter(map(len, some), dtype=np.int64, count=len(some)))
        return cls(content.getvalue(), np.cumsum(np.concatenate(sizes)))

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def _starts(self) -> Array:
        return np.concatenate([np.zeros(1, dtype=np.int64), self.ends[:-1]])

    def take(self, index: Array) -> list[bytes]:
        """The byte strings at these indices."""
        starts, ends = self._starts[index].tolist(), self.ends[index].tolist()
        content = self.content
        return [content[a:b] for a, b in zip(starts, ends, strict=True)]
