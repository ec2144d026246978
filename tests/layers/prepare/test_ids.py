from __future__ import annotations

import pandas as pd

from layers.prepare.ids import LIMIT, content_ids, source_ids


def test_the_sources_own_ids_are_kept() -> None:
    assert source_ids(pd.Series(["3", 1, 2.0], dtype=object)) == ([3, 1, 2], 0)


def test_ids_that_are_none_are_refused_with_the_cell_at_fault() -> None:
    assert source_ids(pd.Series(["1", "1"])) == (None, 1)
    assert source_ids(pd.Series(["A-1"])) == (None, 0)
    assert source_ids(pd.Series(["0"])) == (None, 0)
    assert source_ids(pd.Series([str(LIMIT)])) == (None, 0)
    assert source_ids(pd.Series([3, 1, 2])) == ([3, 1, 2], 0)
    assert source_ids(pd.Series([3, 0])) == (None, 1)
    assert source_ids(pd.Series([3, LIMIT])) == (None, 1)
    assert source_ids(pd.Series([3, 3])) == (None, 1)


def test_a_rows_id_does_not_depend_on_where_it_stands() -> None:
    first = content_ids([b"a", b"b", b"c"])
    second = content_ids([b"c", b"a"])
    assert second == [first[2], first[0]]
    assert all(0 < number < LIMIT for number in first)


def test_rows_that_say_the_same_have_ids_of_their_own() -> None:
    ids = content_ids([b"a"] * 1000)
    assert len(set(ids)) == 1000
    assert ids[0] == content_ids([b"a"])[0]
