"""Feature ids: positive integers below 2^53, so that every JSON reader keeps them exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import pandas as pd
from pandas.api.types import is_integer_dtype

from layers.prepare.values import whole_number

LIMIT = 1 << 53


def source_ids(cells: pd.Series[Any]) -> tuple[list[int] | None, int]:
    """The source's own ids; or None, and the index of the first cell without an id of its own."""
    if is_integer_dtype(cells.dtype) and cells.is_unique and cells.between(1, LIMIT - 1).all():
        return cells.tolist(), 0
    ids: list[int] = []
    seen: set[int] = set()
    for index, cell in enumerate(cells):
        number = whole_number(cell)
        if number is None or not 0 < number < LIMIT or number in seen:
            return None, index
        seen.add(number)
        ids.append(number)
    return ids, 0


def content_ids(contents: Sequence[bytes]) -> list[int]:
    """Ids from the content of rows: a row keeps its id wherever it stands in the file.

    Rows of exactly the same content differ by their order.
    """
    ids: list[int] = []
    seen: set[int] = set()
    repetitions: Counter[bytes] = Counter()
    for content in contents:
        number = 0
        while number == 0 or number in seen:
            salted = content + b"\0%d" % repetitions[content]
            repetitions[content] += 1
            number = int.from_bytes(blake2b(salted, digest_size=8).digest()) % LIMIT
        seen.add(number)
        ids.append(number)
    return ids
