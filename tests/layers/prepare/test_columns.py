"""A column says of each feature what its rendered properties say."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias, cast

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import example, given, strategies as st

from layers.prepare.columns import column_of
from layers.prepare.properties import Values, properties
from layers.revision.arrays import open_arrays, write_arrays
from layers.revision.columns import Column, columns_from_arrays, columns_to_arrays
from layers.schema.values import Scalar

Cells: TypeAlias = list[Scalar | None]

FLAGS, FLOATS = st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-(2**63), 2**63 - 1) | st.integers(2**53 - 2, 2**53 + 2)
TEXTS = st.text(max_size=3)
SORTABLE = [st.lists(st.none() | cells) for cells in (FLAGS, FLOATS, INTEGERS, TEXTS)]
ANYTHING = st.none() | FLAGS | FLOATS | INTEGERS | TEXTS | st.integers(2**63, 2**64 - 1)
COLUMNS = st.one_of(*SORTABLE, st.lists(ANYTHING))


def stored(values: Values) -> Column:
    """The column, written into a file and opened again."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "arrays.bin"
        write_arrays(path, columns_to_arrays({"field": column_of(values)}))
        return columns_from_arrays(["field"], open_arrays(path))["field"]


def rendered(values: Values) -> Cells:
    """The values as they stand in the features' properties."""
    written = properties({"field": values}, len(values)).take(np.arange(len(values)))
    return [orjson.loads(one).get("field") for one in written]


def spelt(values: Cells) -> list[bytes]:
    """Each value as JSON spells it: 1, 1.0 and true are three."""
    return [orjson.dumps(value) for value in values]


@given(COLUMNS)
@example([2**53 + 1, None, -(2**63)])
@example([1, 1.0, True, -0.0, 0.0, None, "1"])
@example([2**64 - 1, 0])
@example([None, None])
@example([])
def test_the_values_are_those_of_the_properties(values: Cells) -> None:
    column = stored(values)
    every = np.arange(len(values))
    assert spelt(column.take(every)) == spelt(rendered(values))
    assert column.present.tolist() == [value is not None for value in values]
    assert column.is_true().tolist() == [value is True for value in rendered(values)]


@given(st.lists(st.none() | TEXTS))
@example([None])
@example([])
def test_a_column_of_arrow_is_that_of_a_list(texts: Cells) -> None:
    every = np.arange(len(texts))
    assert stored(pa.array(texts, pa.large_string())).take(every) == texts


@given(st.one_of(*SORTABLE), st.booleans())
@example(["b", "a", None, "b", "\U0001f600", "\uffee"], True)
def test_the_order_is_pythons_with_what_is_missing_last(values: Cells, descending: bool) -> None:
    stated = [index for index, value in enumerate(values) if value is not None]
    missing = [index for index, value in enumerate(values) if value is None]
    stated.sort(key=lambda index: cast(str, values[index]), reverse=descending)
    assert stored(values).order(descending=descending).tolist() == stated + missing


@given(st.one_of(*SORTABLE))
def test_each_value_appears_once_where_it_stands_first(values: Cells) -> None:
    expected = [*dict.fromkeys(value for value in values if value is not None)]
    assert stored(values).in_order_of_appearance() == expected


def test_several_types_sort_flags_before_numbers_before_texts() -> None:
    column = stored(["b", 2, None, True, 1.5, "a", False])
    order = [6, 3, 4, 1, 5, 0]
    assert column.order(descending=False).tolist() == [*order, 2]
    assert column.order(descending=True).tolist() == [*reversed(order), 2]


@pytest.mark.parametrize(("count", "width"), [(2, 1), (300, 2), (70_000, 4)])
def test_keys_take_as_few_bytes_as_they_can(count: int, width: int) -> None:
    column = column_of([f"{number}" for number in range(count)])
    assert column.keys.dtype.itemsize == width
