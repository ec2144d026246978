"""What each feature publishes, written as JSON a column at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from layers.revision.table import AT_ONCE, Slices
from layers.schema.values import Scalar

Values: TypeAlias = "Sequence[Scalar | None] | pa.LargeStringArray"  # of a column
ESCAPED = re.compile(rb'["\\\x00-\x1f]')  # what JSON does not write in a text as it is
BINARY = pa.large_binary()


def properties(columns: Mapping[str, Values], count: int) -> Slices:
    """A JSON object for each of `count` rows, of columns by name."""
    if not columns:
        return Slices.of([b"{}"] * count)
    content, ends = BytesIO(), [np.empty(0, dtype=np.int64)]
    writable = {name: _without_escapes(values) for name, values in columns.items()}
    for start in range(0, count, AT_ONCE):
        some = {name: values[start : start + AT_ONCE] for name, values in writable.items()}
        rows = _objects(some)
        _, offsets, rendered = rows.buffers()
        ends.append(np.frombuffer(offsets, np.int64, len(rows) + 1)[1:] + content.tell())
        content.write(rendered)
    return Slices(content.getvalue(), np.concatenate(ends))


def _objects(columns: Mapping[str, Values]) -> pa.LargeBinaryArray:
    """The JSON objects of one column or more, by name; text of Arrow needs no escapes."""
    rows = _joined(*(_members(name, values) for name, values in columns.items()))
    return _joined(pc.binary_replace_slice(rows, 0, 1, b"{"), b"}")


def _members(name: str, values: Values) -> pa.LargeBinaryArray:
    """A column as what stands in the rows' objects, `,"name":value`, and nothing for None."""
    key = b",%b:" % orjson.dumps(name)
    if isinstance(values, pa.LargeStringArray):
        return _joined(key + b'"', values.cast(BINARY), b'"').fill_null(b"")
    # Within a value JSON has no line break: those of the indented list part the values.
    rendered = orjson.dumps(values, option=orjson.OPT_INDENT_2)[len("[\n  ") : -len("]")]
    lines = key + rendered.replace(b",\n  ", b"\n" + key)
    breaks = np.flatnonzero(np.frombuffer(lines, dtype=np.uint8) == ord("\n"))
    ends = np.concatenate([[0], breaks - np.arange(len(breaks))])
    content = pa.py_buffer(lines.replace(b"\n", b""))
    validity = pa.array([value is not None for value in values]).buffers()[1]
    buffers = [validity, pa.py_buffer(ends), content]
    return pa.Array.from_buffers(BINARY, len(values), buffers).fill_null(b"")


def _without_escapes(values: Values) -> Values:
    """A column as it is, or as a list where JSON does not write all its texts as they are."""
    if isinstance(values, pa.LargeStringArray) and ESCAPED.search(values.buffers()[2] or b""):
        return values.to_pylist()
    return values


def _joined(*parts: bytes | pa.LargeBinaryArray) -> pa.LargeBinaryArray:
    """Rows of these parts, null where one of them is."""
    texts = [pa.scalar(part, BINARY) if isinstance(part, bytes) else part for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar(b"", BINARY))
