"""Excel workbooks: one sheet of them, its cells as the text that Excel shows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.rows import Rows
from layers.sources.tables import strict
from layers.sources.tables.cells import cell_text
from layers.sources.tables.grid import Flaw, Grid, Line
from layers.sources.tables.sheet import Sheet, look
from layers.sources.tables.table import rows_of
from layers.sources.tables.workbook import check_package, sheet_count

MOST_CHARACTERS = 256 << 20  # of all cells of a sheet


def read(source: Source, path: Path) -> Rows:
    """Read every record of a sheet. Raises `SourceError`."""
    return rows_of(source, path, read_grid(path, source.sublayer))


def read_grid(path: Path, sublayer: str | None) -> Grid:
    """Read the cells of a sheet: the one called `sublayer`, or the only one that holds something.

    Raises `SourceError`.
    """
    check_package(path)
    try:
        with (
            strict.opened(path) as file,  # by its name openpyxl would refuse one called .csv
            warnings.catch_warnings(action="ignore"),  # of styles and charts that are not read
        ):
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                _require_all_sheets(path, workbook)
                return _grid(path, workbook, sublayer)
            finally:
                workbook.close()
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever a broken workbook makes it stumble on
        raise SourceError(path, "broken_workbook", path.name, type(error).__name__) from error


def _require_all_sheets(path: Path, workbook: Workbook) -> None:
    """openpyxl passes over a sheet whose part is not in the package."""
    stated, count = sheet_count(path), len(workbook.sheetnames)
    if count < stated:
        raise SourceError(path, "sheets_missing", stated, str(count))


def _grid(path: Path, workbook: Workbook, sublayer: str | None) -> Grid:
    sheets: dict[str, Any] = {sheet.title: sheet for sheet in workbook.worksheets}
    looks = {title: look(path, sheet) for title, sheet in sheets.items()}
    title = _chosen(path, sheets, looks, sublayer)
    sheet, look_of_it = sheets[title], looks[title]
    lines, flaws, characters = [], [], 0
    for number, cells, wrong in _rows(sheet):
        characters += sum(map(len, cells))  # which many cells may share
        if characters > MOST_CHARACTERS:
            raise SourceError(path, "much_text", number, f"{MOST_CHARACTERS:,}")
        wrong += [
            Flaw(number, column, "no_stored_value")
            for column in look_of_it.without_value.get(number, [])
        ]
        flaws += wrong
        if any(cell.strip() for cell in cells) or wrong:
            lines.append(Line(number, cells))
    return Grid(
        lines,
        _notes(sheets, looks, title),
        None,
        flaws,
        look_of_it.merged,
        frozenset(look_of_it.hidden_rows),
        frozenset(look_of_it.hidden_columns),
        may_be_short=True,
    )


def _chosen(
    path: Path,
    sheets: dict[str, Any],
    looks: dict[str, Sheet],
    sublayer: str | None,
) -> str:
    """The title of the sheet to read. Raises `SourceError` when it is not one only."""
    names = ", ".join(sheets)
    if sublayer is not None:
        if sublayer not in sheets:
            raise SourceError(path, "sheets", sublayer, names, key="source.sublayer")
        return sublayer
    filled = [title for title in _visible(sheets) if looks[title].filled]
    if not filled:
        raise SourceError(path, "empty_file", path.name)
    if len(filled) > 1:
        raise SourceError(path, "sheets", None, ", ".join(filled), key="source.sublayer")
    return filled[0]


def _visible(sheets: dict[str, Any]) -> list[str]:
    return [title for title, sheet in sheets.items() if sheet.sheet_state == "visible"]


def _rows(sheet: Any) -> Iterator[tuple[int, list[str], list[Flaw]]]:
    """Each row: its number, its cells as text, and errors that Excel shows in their place."""
    sheet.reset_dimensions()  # what a sheet says of its size is often wrong
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells, wrong = [], []
        for column, cell in enumerate(row):
            text = cell_text(cell, sheet.parent.epoch)
            if cell.data_type == "e" and text:
                wrong.append(Flaw(number, column, "cell_error", text))
                text = ""
            cells.append(text)
        while cells and not cells[-1].strip():
            cells.pop()
        yield number, cells, wrong


def _notes(sheets: dict[str, Any], looks: dict[str, Sheet], title: str) -> list[Problem]:
    notes = []
    visible = _visible(sheets)
    hidden = [name for name in sheets if name not in visible and name != title]
    others = [name for name in visible if looks[name].filled and name != title]
    if hidden:
        notes.append(Problem("note", "hidden_sheets", value=", ".join(hidden)))
    if others:
        notes.append(Problem("note", "other_sheets", value=", ".join(others), detail=title))
    if looks[title].formulas:
        notes.append(Problem("note", "formulas", value=str(looks[title].formulas)))
    return notes
