"""What openpyxl does not tell of a sheet that it reads row by row: formulas, what is hidden, and
merged cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils import coordinate_to_tuple, range_boundaries
from openpyxl.xml.constants import SHEET_MAIN_NS

from layers.errors import SourceError
from layers.sources.tables.grid import MOST_CELLS, Merged

CELL, ROW, COLUMN, VALUE, FORMULA, INLINE, MERGED = (
    f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("c", "row", "col", "v", "f", "is", "mergeCell")
)
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14  # of Excel


@dataclass
class Sheet:
    """How many cells hold something and how many a formula; formulas without a stored value, by
    row number and column from 0; merged cells that reach over several rows; and the rows and
    columns that are hidden.
    """

    filled: int = 0
    formulas: int = 0
    without_value: dict[int, list[int]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def look(path: Path, worksheet: Any) -> Sheet:
    """Look once through a sheet of a workbook that is opened to be read row by row.

    Raises `SourceError` where its rows are no sheet's.
    """
    sheet, hidden_columns = Sheet(), bytearray(LAST_COLUMN)
    row = column = cells = ranges = 0
    with worksheet._get_source() as xml:
        for event, element in iterparse(xml, ("start", "end")):
            if element.tag == ROW and event == "start":
                row, column = _next_row(path, element, row), 0
                if _is_hidden(element):
                    sheet.hidden_rows.add(row)
            elif event == "start":
                continue
            elif element.tag == CELL:
                column = _column(path, element, column)
                _take(sheet, element, row, column - 1)
            elif element.tag == ROW:
                cells += column
                if cells > MOST_CELLS:
                    raise SourceError(path, "many_cells", row, f"{MOST_CELLS:,}")
                element.clear()
            elif element.tag == COLUMN and _is_hidden(element):
                ranges += 1
                if ranges > LAST_COLUMN:
                    raise SourceError(path, "broken_workbook", path.name, f"<col> × {ranges}")
                start, end = int(element.get("min", 1)), int(element.get("max", 1))
                end = max(start - 1, min(end, LAST_COLUMN))
                hidden_columns[start - 1 : end] = b"\x01" * (end - start + 1)
            elif element.tag == MERGED:
                left, first, _, last = range_boundaries(element.get("ref", ""))
                if left and first and last and last > first:
                    sheet.merged.append(Merged(left - 1, first, last))
    sheet.hidden_columns = {at for at, hidden in enumerate(hidden_columns) if hidden}
    return sheet


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") in ("1", "true")


def _next_row(path: Path, element: Element, before: int) -> int:
    row = int(element.get("r", before + 1))
    if not before < row <= LAST_ROW:
        raise SourceError(path, "broken_workbook", path.name, f"<row r={row}> after {before}")
    return row


def _column(path: Path, element: Element, before: int) -> int:
    reference = element.get("r")
    column = coordinate_to_tuple(reference)[1] if reference else before + 1
    if not before < column <= LAST_COLUMN:
        raise SourceError(path, "broken_workbook", path.name, f"<c r={reference}> after {before}")
    return column


def _take(sheet: Sheet, cell: Element, row: int, column: int) -> None:
    stored = bool(cell.findtext(VALUE)) or cell.find(INLINE) is not None
    sheet.filled += stored
    if cell.find(FORMULA) is not None:
        sheet.formulas += 1
        # A formula that gives no text has an empty value of the type string.
        if not stored and cell.get("t") != "str":
            sheet.without_value.setdefault(row, []).append(column)
