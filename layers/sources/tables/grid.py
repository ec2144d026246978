"""A table as it lies on a sheet, before it is known which of its rows is the header."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.report import Problem

MOST_CELLS = 20_000_000  # the largest of all Japan's towns together have 1.7 million


class Line(NamedTuple):
    """A row with something in it: its number as a spreadsheet shows it, from 1, and its cells."""

    number: int
    cells: list[str]


class Flaw(NamedTuple):
    """What is wrong with one cell, left empty for it; `column` counts from 0."""

    row: int
    column: int
    kind: ProblemKind
    value: str | None = None


class Merged(NamedTuple):
    """Cells of one column, counted from 0, that share the content of the first."""

    column: int
    first: int
    last: int


@dataclass(frozen=True)
class Grid:
    """The rows with something in them. `problems` are of the file, or of a row as a whole.

    Of the rows by number, and of the columns from 0, some may be hidden from who looks at them.
    Where rows `may_be_short` they end with their last cell that holds something.
    """

    lines: list[Line]
    problems: list[Problem]
    encoding: str | None = None
    flaws: list[Flaw] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    may_be_short: bool = False


def check_size(path: Path, largest: int) -> None:
    """Raise `SourceError` for what is no file, is empty, or has more than `largest` bytes."""
    if not path.is_file():
        raise SourceError(path, "no_file", path.name)
    size = path.stat().st_size
    if not size:
        raise SourceError(path, "empty_file", path.name)
    if size > largest:
        raise SourceError(path, "too_large", f"{size >> 20} MB", f"{largest >> 20} MB")
