"""Records become columns, whichever names each has and in whatever order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from layers.sources.vector import columns
from layers.sources.vector.columns import Columns

VALUES = st.one_of(st.none(), st.integers(-5, 5), st.text("ab", max_size=2))
NAMES = [("a", "b", "c"), ("a", "b", "c"), ("c", "a", "b"), ("a", "b"), ("d",), ()]
RECORDS = st.lists(
    st.sampled_from(NAMES).flatmap(
        lambda names: st.tuples(*[VALUES] * len(names)).map(
            lambda values: dict(zip(names, values, strict=True))
        )
    ),
    max_size=12,
)


@given(RECORDS)
def test_every_value_is_in_its_column_and_row(records: list[dict[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "AT_ONCE", 3)
        frame = Columns.of(Path("x"), records).frame()
    assert [*frame] == [*dict.fromkeys(name for record in records for name in record)]
    assert len(frame) == len(records)
    for name in map(str, frame):
        cells = [None if cell != cell else cell for cell in frame[name].tolist()]
        assert cells == [record.get(name) for record in records]
