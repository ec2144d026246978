"""From the published values of a field to a typed column of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from layers.geometry.parts import Integers
from layers.prepare.properties import Values
from layers.revision.columns import Column, Mask, Texts
from layers.schema.values import Scalar


def column_of(values: Values) -> Column:
    """The column of a field's values, one for each feature, None where there is none."""
    if isinstance(values, pa.LargeStringArray):
        return _of_texts(values)
    present = np.array([value is not None for value in values], dtype=bool)
    types = {type(value) for value in values} - {type(None)}
    if types == {str}:
        return _of_texts(pa.array(values, pa.large_string()))
    if types <= {bool}:
        return _of_numbers(values, present, np.bool_)
    if types == {float}:
        return _of_numbers(values, present, np.float64)
    if types == {int}:
        with suppress(OverflowError):
            return _of_numbers(values, present, np.int64)
    return _of_several_types(values, present)


def _of_numbers(values: Sequence[Scalar | None], present: Mask, dtype: npt.DTypeLike) -> Column:
    return Column(
        present, np.array([0 if value is None else value for value in values], dtype=dtype)
    )


def _of_texts(values: pa.LargeStringArray) -> Column:
    encoded = values.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()  # by bytes: as by code points
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    present = encoded.is_valid().to_numpy(zero_copy_only=False)
    keys = np.zeros(len(values), dtype=np.int64)
    keys[present] = place[encoded.indices.drop_null().to_numpy()]
    _, offsets, content = encoded.dictionary.take(pa.array(order)).buffers()
    ends = np.frombuffer(offsets, np.int64)[1 : len(order) + 1]
    length = int(ends[-1]) if len(ends) else 0
    texts = Texts(np.frombuffer(content or b"", np.uint8)[:length], _narrow(ends, length))
    return Column(present, _narrow(keys, len(order)), texts)


def _of_several_types(values: Sequence[Scalar | None], present: Mask) -> Column:
    """A field whose definition maps cells to values of several types, or of unusual size."""
    distinct = {_rank(value): value for value in values if value is not None}
    ranks = sorted(distinct)
    place = {rank: index for index, rank in enumerate(ranks)}
    keys = np.array([0 if value is None else place[_rank(value)] for value in values])
    return Column(present, _narrow(keys, len(ranks)), [distinct[rank] for rank in ranks])


def _rank(value: Scalar) -> tuple[int, Scalar, str]:
    """What a value sorts by: flags before numbers before texts. 1 and 1.0 are two values."""
    kind = 0 if isinstance(value, bool) else 2 if isinstance(value, str) else 1
    return kind, value, repr(value)


def _narrow(numbers: Integers, most: int) -> npt.NDArray[np.unsignedinteger]:
    """Return whole numbers from 0 to `most` in as few bytes as they fit in."""
    return numbers.astype(np.min_scalar_type(most))
