"""What each feature publishes, written as JSON a column at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from layers.arrays import AT_ONCE, Slices
from layers.definition import Scalar

Members = list[bytes]  # a column's: texts of a line for each of `AT_ONCE` rows


def members(name: str, values: Sequence[Scalar | None]) -> Members:
    """A column as what stands in the rows' objects, `,"name":value`, and nothing for None."""
    key = b",%b:" % orjson.dumps(name)
    starts = range(0, len(values), AT_ONCE)
    return [_lines(key, values[start : start + AT_ONCE]) for start in starts]


def _lines(key: bytes, values: Sequence[Scalar | None]) -> bytes:
    # Within a value JSON has no line break: those of the indented list part the values.
    written = orjson.dumps(values, option=orjson.OPT_INDENT_2)[len("[\n  ") : -len("\n]")]
    lines = key + written.replace(b",\n  ", b"\n" + key)
    if None not in values:
        return lines
    pairs = zip(lines.split(b"\n"), values, strict=True)
    return b"\n".join(b"" if value is None else line for line, value in pairs)


def properties(columns: Sequence[Members], count: int) -> Slices:
    """A JSON object for each of `count` rows."""
    return Slices.of(objects(columns) if columns else [b"{}"] * count)


def objects(columns: Sequence[Members]) -> Iterator[bytes]:
    """The JSON objects of one column or more, one by one."""
    for texts in zip(*columns, strict=True):
        for row in zip(*(text.split(b"\n") for text in texts), strict=True):
            yield b"{%b}" % b"".join(row)[1:]
