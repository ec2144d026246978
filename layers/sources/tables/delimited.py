"""Text tables: CSV, TSV and whatever else is between their cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.encoding.detect import decode
from layers.sources.rows import Rows
from layers.sources.tables.grid import MOST_CELLS, Grid, Line, check_size
from layers.sources.tables.table import rows_of

LARGEST = 256 << 20  # bytes
LONGEST_CELL = 16 << 20  # characters; a polygon with a million vertices as WKT
DELIMITERS = {".tsv": "\t,;", ".txt": "\t,;"}  # the likeliest first
MOST_SWALLOWED = 1_000  # rows in which a quotation mark is left open
SAMPLE = 200  # records that the delimiter is found by
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")  # str.splitlines would split at U+2028 too


def read(source: Source, path: Path) -> Rows:
    """Read every record. Raises `SourceError`."""
    return rows_of(source, path, read_grid(path, source.encoding))


def read_grid(path: Path, encoding: str | None) -> Grid:
    """Read the cells of a text table. Raises `SourceError`."""
    check_size(path, LARGEST)
    decoded = decode(path.read_bytes(), encoding, path)
    csv.field_size_limit(LONGEST_CELL)
    delimiter = _delimiter(path, decoded.text)
    lines, problems = [], decoded.problems
    cells, swallowed = 0, list[int]()
    for number, (record, of_lines) in enumerate(_records(path, decoded.text, delimiter), 1):
        if not any(cell.strip() for cell in record):
            continue  # spreadsheets leave empty lines behind the last record
        cells += len(record)
        if cells > MOST_CELLS:
            raise SourceError(path, "many_cells", number, f"{MOST_CELLS:,}")
        if of_lines > 1 and _swallows(record, delimiter):
            swallowed.append(number)
            if len(swallowed) > MOST_SWALLOWED:  # what is a row and what a cell is anyone's guess
                raise SourceError(path, "unclosed", swallowed[0])
            problems.append(Problem("warning", "swallowed", number))
        lines.append(Line(number, record))
    return Grid(lines, problems, decoded.encoding)


def _lines(text: str) -> Iterator[str]:
    return (match.group() for match in LINE.finditer(text))


def _delimiter(path: Path, text: str) -> str:
    """What is between the cells: what gives rows of the same width, and of the most cells."""
    best, most = "", (False, 0.0)
    for delimiter in DELIMITERS.get(path.suffix.lower(), ",\t;"):
        try:
            records = list(islice(csv.reader(_lines(text), delimiter=delimiter), SAMPLE))
        except csv.Error:
            continue
        widths = Counter(len(record) for record in records if any(record))
        width, rows = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        share = rows / max(widths.total(), 1)
        score = (share == 1 and width > 1, share * (width - 1))
        if not best or score > most:
            best, most = delimiter, score
    return best or ","


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The records of a table, and how many lines each is of.

    Raises `SourceError` where its quotation marks do not close.
    """
    number, pending = 0, []

    def read_ahead() -> Iterator[str]:
        for line in _lines(text):
            pending.append(line)
            yield line

    reader = csv.reader(read_ahead(), delimiter=delimiter)
    try:
        for number, record in enumerate(reader, 1):
            if len(pending) > 1:
                _require_closed(path, pending, delimiter, number)
            of_lines = len(pending)
            pending.clear()
            yield record, of_lines
    except csv.Error:
        raise SourceError(path, "long_cell", number + 1, f"{LONGEST_CELL:,}") from None


def _require_closed(path: Path, lines: list[str], delimiter: str, number: int) -> None:
    """The csv module takes all the rest of a file into a cell whose quotation never ends."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error) or "".join(lines).count('"') % 2:
            raise SourceError(path, "unclosed", number) from None


def _swallows(record: list[str], delimiter: str) -> bool:
    """Whether a cell holds a line that looks like a whole row: two stray marks make one of many."""
    if len(record) < 3 or not any("\n" in cell or "\r" in cell for cell in record):
        return False
    return any(
        line.count(delimiter) >= len(record) - 1
        for cell in record
        for line in re.split(r"[\r\n]+", cell)
    )
