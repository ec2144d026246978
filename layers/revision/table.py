"""What a revision publishes of each feature: ids, and properties as JSON in one buffer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    """Byte strings end to end: one buffer instead of an object each.

    `content` is a view of a file's pages where they are stored, so that it takes no memory of one's
    own.
    """

    content: bytes | memoryview
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

    def take(self, index: Integers) -> list[bytes]:
        """The byte strings at these indices."""
        starts = np.where(index > 0, self.ends[index - 1], 0).tolist()
        content = self.content
        return [bytes(content[a:b]) for a, b in zip(starts, self.ends[index].tolist(), strict=True)]
