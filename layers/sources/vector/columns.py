"""Columns of values that have the types of JSON, without a digit lost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow

from layers.report import Problem
from layers.sources.bounds import MOST_CELLS, require_table

EXACT = 1 << 53  # up to here a float is exact for whole numbers
AT_ONCE = 1_000  # records
LARGE = 1 << 63  # from here on no column of whole numbers can hold one


class Record(dict[str, Any]):
    """The values of one row by name; a name that comes again is numbered from 2 on."""

    __slots__ = ("_last_numbers",)

    def __init__(self) -> None:
        super().__init__()
        self._last_numbers: dict[str, int] | None = None  # of names that came again

    def put(self, name: str, value: Any) -> str:
        """Add a value under the name, or under it with the first number that is free; gives it."""
        free = name
        while free in self:
            if self._last_numbers is None:
                self._last_numbers = {}
            number = self._last_numbers.get(name, 1) + 1
            self._last_numbers[name], free = number, f"{name}_{number}"
        self[free] = value
        return free


class Columns:
    """The values of records by name, taken up one record after the other.

    Methods raise `SourceError`, of the file at `path`, where the table grows too large.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cells: dict[str, list[Any]] = {}
        self._count = 0
        self._alike: list[tuple[Any, ...]] = []  # the last records, of these names in this order
        self._names: list[str] = []

    @classmethod
    def of(cls, path: Path, records: Iterable[Mapping[str, Any]]) -> Self:
        """The columns of all records."""
        columns = cls(path)
        for record in records:
            columns.add(record)
        return columns

    def add(self, record: Mapping[str, Any]) -> None:
        """Put a record below the others."""
        if [*record] == self._names:
            self._alike.append((*record.values(),))
            if len(self._alike) == AT_ONCE:
                self._put_alike()
        else:
            self._put_alike()
            self._put(record)
            self._names = [*record] if len(record) == len(self._cells) else []
        self._count += 1
        if self._count * len(self._cells) > MOST_CELLS:
            require_table(self._path, self._count, len(self._cells))

    def _put(self, record: Mapping[str, Any]) -> None:
        for name, value in record.items():
            cells = self._cells.get(name)
            if cells is None:
                require_table(self._path, self._count + 1, len(self._cells) + 1)
                cells = self._cells[name] = []
            if len(cells) < self._count:
                cells.extend([None] * (self._count - len(cells)))
            cells.append(value)

    def _put_alike(self) -> None:
        """Put the records that have all names, column by column."""
        for name, cells in zip(self._names, zip(*self._alike, strict=True), strict=False):
            self._cells[name].extend(cells)
        self._alike.clear()

    def frame(self) -> pd.DataFrame:
        """Each column in the type that holds all its values as they are; None where there is none.

        Of lone halves of surrogate pairs, which are no text, U+FFFD is left.
        """
        self._put_alike()
        require_table(self._path, self._count, len(self._cells))
        columns = {}
        for name, cells in self._cells.items():
            cells.extend([None] * (self._count - len(cells)))
            columns[name] = column(cells)
        return pd.DataFrame(columns, index=range(self._count))


def column(cells: list[Any]) -> pd.Series[Any]:
    """A column in the type that holds all its cells as they are."""
    types = {*map(type, cells)}
    if str in types and types <= {str, type(None)}:
        try:
            return pd.Series(cells, dtype="str")
        except UnicodeEncodeError:
            return pd.Series([cell and _text(cell) for cell in cells], dtype="str")
    if types == {bool}:
        return pd.Series(cells, dtype="bool")
    if types == {int} and all(-LARGE <= cell < LARGE for cell in cells):
        return pd.Series(cells, dtype="int64")
    if float in types and types <= {float, int, type(None)}:
        whole = (cell for cell in cells if type(cell) is int)
        if all(-EXACT <= number <= EXACT for number in whole):
            return pd.Series(cells, dtype="float64")
    return pd.Series(cells, dtype="object")


def _text(cell: str) -> str:
    return cell.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def decodable(cells: pd.Series[Any]) -> pd.Series[Any]:
    """A column of text with U+FFFD for what is no UTF-8, which Arrow takes over as it is."""
    column = pyarrow.table({"cells": cells})["cells"]
    try:
        column.validate(full=True)
    except pyarrow.ArrowInvalid:
        contents = column.cast(pyarrow.large_binary()).to_pylist()
        texts = [None if cell is None else cell.decode("utf-8", "replace") for cell in contents]
        return pd.Series(texts, cells.index, cells.dtype)
    return cells


def flat(columns: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Columns with lists and objects in their cells as JSON text, and which these were."""
    nested = [
        name
        for name, column in columns.items()
        if column.dtype == object
        and any(isinstance(cell, (dict, list, np.ndarray)) for cell in column)
    ]
    for name in nested:
        columns[name] = [_json(cell) for cell in columns[name]]
    return columns, [Problem("note", "nested", column=str(name)) for name in nested]


def _json(cell: Any) -> Any:
    if isinstance(cell, np.ndarray):
        cell = cell.tolist()
    if isinstance(cell, (dict, list)):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return cell
