"""The features of a layer that hold a text, for those who look after it."""

from __future__ import annotations

import re

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
    needle = re.compile(re.escape(orjson.dumps(text)[1:-1]))
    rows: list[int] = []
    at = 0
    while (hit := needle.search(content, at)) and len(rows) < MOST:
        row = int(np.searchsorted(ends, hit.start(), side="right"))
        (values,) = table.properties.take(np.array([row]))
        if any(text in str(value) for value in orjson.loads(values).values()):
            rows.append(row)
            at = int(ends[row])
        else:  # the name of a field
            at = hit.start() + 1
    return np.array(rows, dtype=np.int64)
