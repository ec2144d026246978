"""The published fields as typed arrays, to be asked of many features at once.

They hold the same values as the properties rendered as JSON (`layers.revision.table`), exactly: an
integer stays an integer, however large. Opened from a revision's file they are views of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from layers.geometry.parts import Array, Integers
from layers.schema.values import Scalar

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Texts:
    """Texts end to end in UTF-8, decoded one by one as they are read."""

    content: npt.NDArray[np.uint8]
    ends: Array

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, index: int) -> str:
        start = self.ends[index - 1] if index else 0
        return self.content[start : self.ends[index]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True)
class Column:
    """The values of one field by feature index.

    Where `present` is false there is no value, and the key means nothing. Without `distinct` the
    keys are the values: flags, 64-bit integers or floats. Else they are indices in `distinct`,
    which ascends: flags, then numbers, then texts.
    """

    present: Mask
    keys: Array
    distinct: Texts | Sequence[Scalar] | None = None

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, index: Integers) -> list[Scalar | None]:
        """The values at these indices, None where there is none."""
        stated: list[bool] = self.present[index].tolist()
        keys: list[Any] = self.keys[index].tolist()
        distinct = self.distinct
        return [
            (key if distinct is None else distinct[key]) if is_stated else None
            for key, is_stated in zip(keys, stated, strict=True)
        ]

    def in_order_of_appearance(self) -> list[Scalar]:
        """Every value once, where it stands first before those that come later."""
        stated = np.flatnonzero(self.present)
        _, first = np.unique(self.keys[stated], return_index=True)
        return [value for value in self.take(stated[np.sort(first)]) if value is not None]

    def is_true(self) -> Mask:
        """Where the value is JSON's `true`."""
        if self.distinct is None:
            return self.present & self.keys if self.keys.dtype == np.bool_ else self._nowhere()
        flags = islice(self.distinct, 2)
        true = [key for key, value in enumerate(flags) if value is True]
        return self.present & np.isin(self.keys, true)

    def order(self, *, descending: bool) -> Integers:
        """Indices in the order of the values, equal ones as they stand, those without one last."""
        stated = np.flatnonzero(self.present)
        if descending:  # ascending from the end, so that equal values keep their order
            stated = stated[::-1]
        stated = stated[np.argsort(self.keys[stated], kind="stable")]
        if descending:
            stated = stated[::-1]
        return np.concatenate([stated, np.flatnonzero(~self.present)])

    def _nowhere(self) -> Mask:
        return np.zeros(len(self), dtype=bool)


def columns_to_arrays(columns: Mapping[str, Column]) -> dict[str, Array]:
    """The columns by name, for `layers.revision.arrays`; `columns_from_arrays` reads them back."""
    arrays: dict[str, Array] = {}
    for field, column in columns.items():
        name = f"columns/{field}"
        arrays |= {f"{name}/present": column.present, f"{name}/keys": column.keys}
        if isinstance(column.distinct, Texts):
            arrays |= {
                f"{name}/texts": column.distinct.content,
                f"{name}/texts/ends": column.distinct.ends,
            }
        elif column.distinct is not None:
            encoded = orjson.dumps(column.distinct)
            arrays[f"{name}/values"] = np.frombuffer(encoded, dtype=np.uint8)
    return arrays


def columns_from_arrays(fields: Iterable[str], arrays: Mapping[str, Array]) -> dict[str, Column]:
    """The columns of these fields that `columns_to_arrays` named."""
    return {field: _column(f"columns/{field}", arrays) for field in fields}


def _column(name: str, arrays: Mapping[str, Array]) -> Column:
    distinct: Texts | list[Scalar] | None = None
    if f"{name}/texts" in arrays:
        distinct = Texts(arrays[f"{name}/texts"], arrays[f"{name}/texts/ends"])
    elif f"{name}/values" in arrays:
        distinct = orjson.loads(arrays[f"{name}/values"].tobytes())
    return Column(arrays[f"{name}/present"], arrays[f"{name}/keys"], distinct)
