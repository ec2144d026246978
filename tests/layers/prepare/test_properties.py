"""Properties are written a column at a time: the same bytes as an object at a time."""

from __future__ import annotations

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import example, given, strategies as st

from layers.prepare import properties
from layers.schema.values import Scalar

TEXT = st.text() | st.sampled_from(['",\n  "', "],[", "\n", ",", 'a"b\\', "\x00\x1f\x7f\u2028", ""])
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats()
CELLS = st.none() | st.booleans() | NUMBERS | TEXT


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, list[Scalar | None]], int]:
    """Columns of one length, and that length."""
    count = draw(st.integers(0, 7))
    column = st.lists(CELLS, min_size=count, max_size=count)
    return draw(st.dictionaries(TEXT, column, max_size=4)), count


@given(tables())
@example(({}, 3))
@example(({"a": [None, 1], "b": [2, None], "c": [None, None]}, 2))
def test_the_bytes_are_those_of_an_object_a_row(
    table: tuple[dict[str, list[Scalar | None]], int],
) -> None:
    published, count = table
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(properties, "AT_ONCE", 3)
        written = properties.properties(published, count)
    rows = zip(*published.values(), strict=True) if published else [()] * count
    expected = [
        orjson.dumps({n: v for n, v in zip(published, row, strict=True) if v is not None})
        for row in rows
    ]
    assert written.take(np.arange(count)) == expected
    assert written.content == b"".join(expected)


@given(st.lists(st.none() | TEXT, max_size=7))
@example(["a", None])
def test_text_of_arrow_is_written_the_same(texts: list[Scalar | None]) -> None:
    arrow = pa.array(texts, pa.large_string())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(properties, "AT_ONCE", 3)
        found = properties.properties({"名": arrow}, len(texts))
    assert found.content == properties.properties({"名": texts}, len(texts)).content
