"""Which row of a sheet is the header, what its columns are called, and the records below it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from layers.errors import SourceError
from layers.japanese.spelling import nfkc
from layers.messages import ProblemKind
from layers.report import Problem
from layers.sources.bounds import require_table
from layers.sources.tables.grid import MOST_CELLS, Grid, Line

WITHIN = 50  # rows among which the header is looked for
SAMPLE = 200  # rows that show how wide the table is
FILLED = 0.6  # of the cells of the widest row a header has at least so many
VALUE = re.compile(r"[-+]?\d+\.\d+|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")  # never a column's name
NUMBER = re.compile(r"[-+]?[\d,]+")
LINE_BREAK = re.compile(r"[\r\n]+")


@dataclass(frozen=True)
class Table:
    """Column names, each once, and records as wide as they are, with their row numbers.

    `total` counts the hidden records too, which are no records here; `hidden` are names.
    """

    names: list[str]
    records: list[Line]
    problems: list[Problem]
    total: int
    hidden: tuple[str, ...] = ()


def tabulate(grid: Grid, declared: int | None, path: Path) -> Table:
    """Find the header, in the row numbered `declared` if one is. Raises `SourceError`."""
    first, last = _header(grid.lines, declared, path)
    problems = _titles(grid.lines, first, last)
    header, below = grid.lines[first : last + 1], grid.lines[last + 1 :]
    problems += _repeated(grid, below, path)
    labels = _labels([line.cells for line in header])
    used = _used(labels, below)
    require_table(path, len(below), len(used), MOST_CELLS)
    names, renamed = _unique([labels[c] if c < len(labels) else "" for c in used], used)
    if renamed:
        problems.append(Problem("note", "renamed_columns", value=", ".join(renamed)))
    records, every = [], list(range(used[-1] + 1))
    for number, cells in below:
        if number in grid.hidden_rows:
            problems.append(Problem("warning", "hidden_row", number, rows_left_out=1))
            continue
        problems += _ragged(number, cells, 0 if grid.may_be_short else len(labels), used)
        if len(cells) != len(every) or used != every:
            width = len(cells)
            cells = [cells[column] if column < width else "" for column in used]
        records.append(Line(number, cells))
    start = grid.lines[last].number
    name_of = dict(zip(used, names, strict=True))
    problems += [
        Problem("warning", flaw.kind, flaw.row, name_of[flaw.column], flaw.value)
        for flaw in grid.flaws
        if flaw.row > start and flaw.row not in grid.hidden_rows and flaw.column in name_of
    ]
    hidden = tuple(name for column, name in name_of.items() if column in grid.hidden_columns)
    return Table(names, records, problems, len(below), hidden)


def _header(lines: list[Line], declared: int | None, path: Path) -> tuple[int, int]:
    """The first and the last of the header's lines, by index: two where names are in groups."""
    if not lines:
        raise SourceError(path, "empty_file", path.name)
    if declared is None:
        at = _likeliest(lines)
        if at is None:
            raise SourceError(path, "no_header", key="source.header")
    else:
        numbers = [line.number if _filled(line.cells) else 0 for line in lines]
        if declared not in numbers:
            raise SourceError(path, "not_a_header", declared, key="source.header")
        at = numbers.index(declared)
    if at + 1 < len(lines) and _heads(lines[at].cells, lines[at + 1].cells):
        return at, at + 1
    if at and _heads(lines[at - 1].cells, lines[at].cells):
        return at - 1, at
    return at, at


def _likeliest(lines: list[Line]) -> int | None:
    """The first row that reads as names and is about as wide as the table.

    A title is one cell, or two, above many.
    """
    most = max((_filled(line.cells) for line in lines[:SAMPLE]), default=0)
    likely = [at for at, line in enumerate(lines[:WITHIN]) if _reads_as_names(line.cells)]
    wide = [at for at in likely if _filled(lines[at].cells) >= FILLED * most]
    more_than_one = [at for at in likely if _filled(lines[at].cells) > 1]
    return next(iter(wide or more_than_one or likely), None)


def _filled(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _reads_as_names(cells: list[str]) -> bool:
    texts = [nfkc(cell).strip() for cell in cells if cell.strip()]
    numbers = sum(1 for text in texts if NUMBER.fullmatch(text))
    if not texts or 2 * numbers > len(texts):
        return False
    return not any(VALUE.fullmatch(text) for text in texts)


def _heads(upper: list[str], lower: list[str]) -> bool:
    """Whether `upper` names groups of columns (災害種別, then nothing) whose parts `lower` names.

    Under the names of single columns there is nothing then, as no record has it.
    """
    width = max(_width(upper), _width(lower))
    above = [bool(cell.strip()) for cell in upper] + [False] * width
    under = {column for column, cell in enumerate(lower) if cell.strip()}
    gaps = {column for column in range(width) if not above[column]}
    groups = {column - 1 for column in gaps if column and above[column - 1]}
    parts = gaps | groups
    grouped = 0 not in gaps and len(gaps) > 0 and under == parts and len(parts) < width
    return grouped and _reads_as_names(lower)


def _width(cells: list[str]) -> int:
    return max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _labels(header: list[list[str]]) -> list[str]:
    """What stands above each column, "" where nothing does; groups before their parts."""
    width = max(map(_width, header))
    upper, *lower = ([*map(_clean, cells), *[""] * width][:width] for cells in header)
    if not lower:
        return upper
    labels, group = [], ""
    for above, part in zip(upper, lower[0], strict=True):
        group = above or group
        labels.append(f"{group}_{part}" if part else above)
    return labels


def _clean(name: str) -> str:
    """A name as it is published, on one line; between words in ASCII a break is a space."""
    pieces: list[str] = []
    for line in filter(None, map(str.strip, LINE_BREAK.split(name))):
        if pieces and "!" <= pieces[-1][-1] <= "~" and "!" <= line[0] <= "~":
            pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)


def _used(labels: list[str], below: list[Line]) -> list[int]:
    """The columns with a name, and those without one that are filled: beyond the last name, in
    most rows, for there they may also be pieces of a broken row.
    """
    nameless = [column for column, label in enumerate(labels) if not label]
    filled = Counter(
        at
        for line in below
        for at in chain(
            nameless[: bisect_left(nameless, len(line.cells))],
            range(len(labels), len(line.cells)),
        )
        if line.cells[at].strip()
    )
    within = [column for column, label in enumerate(labels) if label or filled[column]]
    return within + sorted(c for c, n in filled.items() if c >= len(labels) and 2 * n > len(below))


def _unique(labels: list[str], columns: list[int]) -> tuple[list[str], list[str]]:
    """Names that occur once each, and those of them that the header has not."""
    names: dict[str, None] = {}
    used_names, renamed = set(labels), []
    counts: Counter[str] = Counter()  # of each label, the last number that was tried for it
    for label, column in zip(labels, columns, strict=True):
        name = label
        if not label or label in names:
            stem = label or f"列{column + 1}"
            counts[stem] = counts[stem] or bool(label)
            while name in used_names or not name:
                counts[stem] += 1
                name = stem if counts[stem] == 1 else f"{stem} ({counts[stem]})"
            used_names.add(name)
            renamed.append(name)
        names[name] = None
    return [*names], renamed


def _titles(lines: list[Line], first: int, last: int) -> list[Problem]:
    """Where the header is, unless it is the first row; what stands above it is no record."""
    if lines[last].number == 1:
        return []
    header = "-".join(str(number) for number in sorted({lines[first].number, lines[last].number}))
    above = ", ".join(str(line.number) for line in lines[:first])
    kind: ProblemKind = "titles" if above else "header_row"
    return [Problem("note", kind, lines[first].number, value=header, detail=above)]


def _ragged(number: int, cells: list[str], names: int, used: list[int]) -> list[Problem]:
    """What does not fit the header: too few cells, or text where no column is."""
    if len(cells) < names:
        return [Problem("warning", "columns", number, detail=f"{len(cells)} / {names}")]
    extra = [cell for cell in cells[used[-1] + 1 :] if cell.strip()]
    if extra:
        return [Problem("warning", "beyond_header", number, value=str(len(extra)))]
    return []


def _repeated(grid: Grid, below: list[Line], path: Path) -> list[Problem]:
    """Put the content of merged cells into each of them."""
    numbers = [line.number for line in below]
    count = added = 0
    for column, first, last in grid.merged:
        start, stop = bisect_left(numbers, first), bisect_right(numbers, last)
        if stop - start < 2 or numbers[start] != first or column >= len(below[start].cells):
            continue
        count += stop - start
        if count > MOST_CELLS:
            raise SourceError(path, "many_merged", detail=f"{MOST_CELLS:,}")
        for line in below[start:stop]:
            missing = [""] * (column + 1 - len(line.cells))
            added += len(missing)
            if added > MOST_CELLS:
                raise SourceError(path, "many_merged", detail=f"{MOST_CELLS:,}")
            line.cells.extend(missing)
            line.cells[column] = below[start].cells[column]
    return [Problem("note", "merged_cells", value=str(count))] if count else []
