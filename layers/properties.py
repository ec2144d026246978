"""What each feature publishes, written as JSON a column at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson

from layers.arrays import AT_ONCE, Slices
from layers.definition import Scalar

Values = Sequence[Scalar | None]


def properties(published: Mapping[str, Values], count: int) -> Slices:
    """The values of each of `count` rows as a JSON object; what has no value is left out."""
    return Slices.of(objects(published) if published else [b"{}"] * count)


def objects(published: Mapping[str, Values]) -> Iterator[bytes]:
    """The same of one column or more, one by one."""
    count = len(next(iter(published.values())))
    for first in range(0, count, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        columns = [_members(name, values[some]) for name, values in published.items()]
        for members in zip(*columns, strict=True):
            yield b"{%b}" % b"".join(members)[1:]


def _members(name: str, values: Values) -> list[bytes]:
    """`,"name":value` for each value; nothing for None."""
    key = b",%b:" % orjson.dumps(name)
    # Within a value JSON has no line break: those of the indented list part the values.
    written = orjson.dumps(values, option=orjson.OPT_INDENT_2)[len("[\n  ") : -len("\n]")]
    members = (key + written.replace(b",\n  ", b"\n" + key)).split(b"\n")
    if None not in values:
        return members
    return [b"" if value is None else one for one, value in zip(members, values, strict=True)]
