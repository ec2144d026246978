"""What a revision publishes of each feature: ids, and properties as JSON in one buffer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import islice

import numpy as np

from layers.geometry.parts import Array, Integers

AT_ONCE = 10_000  # byte strings: as objects they take a multiple of their length


@dataclass(frozen=True)
class FeatureTable:
    """Ids and published properties (JSON objects without the empty ones) by feature index."""

    ids: Integers
    properties: Slices

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Slices:
    """Byte strings end to end: one buffer instead of an object each."""

    content: bytes
    ends: Array

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> Slices:
        """Put the byte strings end to end."""
        content, sizes = BytesIO(), [np.empty(0, dtype=np.int64)]
        remaining = iter(strings)
        while batch := [*islice(remaining, AT_ONCE)]:
            content.write(b"".join(batch))
            sizes.append(np.fromiter(map(len, batch), dtype=np.int64, count=len(batch)))
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
