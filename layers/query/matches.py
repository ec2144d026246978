"""The features of a layer that hold a text, for those who look after it."""

from __future__ import annotations

import numpy as np
import orjson

from layers.catalog.layer import Layer
from layers.geometry.parts import Integers

MOST = 500  # features: more of them are told by a longer text


def matches(layer: Layer, text: str) -> Integers:
    """The indices of the features of which a value holds the text, or whose id it is.

    In the order of the source, at most `MOST`; all of the layer's without a text.
    """
    table = layer.revision.table
    if not text:
        return np.arange(len(table))
    if text.isascii() and text.isdecimal() and len(text) < 17:
        index: Integers = np.flatnonzero(table.ids == int(text))
        if len(index):
            return index
    content, ends = table.properties.content, table.properties.ends
    needle = orjson.dumps(text)[1:-1]
    rows: list[int] = []
    at = content.find(needle)
    while at >= 0 and len(rows) < MOST:
        row = int(np.searchsorted(ends, at, side="right"))
        (values,) = table.properties.take(np.array([row]))
        if any(text in str(value) for value in orjson.loads(values).values()):
            rows.append(row)
            at = content.find(needle, int(ends[row]))
        else:  # the name of a field
            at = content.find(needle, at + 1)
    return np.array(rows, dtype=np.int64)
