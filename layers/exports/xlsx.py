"""XLSX: a sheet of the features, one of what the columns are, and one of where they are from.

Every text is written as a text, so that none runs as a formula. A sheet has room for 1,048,576
rows: what is beyond goes on in the next. Whole numbers that a spreadsheet does not keep exactly
(more than 15 digits) are texts. The shapes of lines and areas are in the other formats.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from layers.exports.csv import plain_cell
from layers.exports.export import Export
from layers.exports.names import free
from layers.exports.provenance import LANGUAGE, credit_line, credit_texts
from layers.geometry.features import points_on
from layers.geometry.tile import SOURCE_DIGITS
from layers.schema.values import Scalar

ROWS = 1_048_576  # of a sheet
CHARACTERS = 32_767  # of a cell
EXACT = 10**15  # whole numbers below it are kept and shown as they are
FIRST_YEAR = 1900  # of a spreadsheet's dates
CUT = "…"
DATA, FIELDS, SOURCE = "データ", "項目", "出典"  # names of sheets


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature with all published fields."""
    revision = export.revision
    definition = revision.definition
    workbook = Workbook(sink, {"constant_memory": True, "use_zip64": True})
    workbook.set_properties(
        {
            "title": definition.title[LANGUAGE],
            "comments": credit_line(revision),
            "created": datetime.datetime.combine(definition.credit.date, datetime.time()),
        }
    )
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    fields = definition.public_fields
    header = [*(free(n, fields) for n in ("id", "longitude", "latitude", "source_row")), *fields]
    dates = [None] * 4 + [day if field.type == "date" else None for field in fields.values()]
    rows = _Rows(workbook, header, dates)
    for index, parts in export.stretches():
        columns = zip(
            revision.table.ids[index].tolist(),
            *np.round(points_on(parts), SOURCE_DIGITS).T.tolist(),
            revision.rows[index].tolist(),
            *(column.take(index) for column in revision.columns.values()),
            strict=True,
        )
        for values in columns:
            rows.add(values)
    _table(
        workbook,
        FIELDS,
        [
            ("name", "title", "title_en", "type", "unit"),
            *(
                (name, field.title[LANGUAGE], field.title["en"], field.type, field.unit)
                for name, field in fields.items()
            ),
        ],
    )
    _table(workbook, SOURCE, [*credit_texts(revision).items()])
    workbook.close()


class _Rows:
    """The rows of the features, on as many sheets as they need."""

    def __init__(
        self, workbook: Workbook, header: Sequence[str], dates: Sequence[CellFormat | None]
    ) -> None:
        self._workbook, self._header, self._dates = workbook, header, dates
        self._bold = workbook.add_format({"bold": True})
        self._sheets = 0
        self._begin()

    def add(self, values: Sequence[Scalar | None]) -> None:
        """Add a row."""
        if self._next == ROWS:
            self._begin()
        for column, (value, date) in enumerate(zip(values, self._dates, strict=True)):
            _put(self._sheet, self._next, column, value, date)
        self._next += 1

    def _begin(self) -> None:
        self._sheets += 1
        name = DATA if self._sheets == 1 else f"{DATA} {self._sheets}"
        self._sheet: Worksheet = self._workbook.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for column, title in enumerate(self._header):
            self._sheet.write_string(0, column, title, self._bold)
        self._next = 1


def _table(workbook: Workbook, name: str, rows: Sequence[Sequence[str | None]]) -> None:
    sheet = workbook.add_worksheet(name)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            _put(sheet, row, column, value)


def _put(
    sheet: Worksheet, row: int, column: int, value: Scalar | None, date: CellFormat | None = None
) -> None:
    """Write a value into a cell, with `date` as a day where it is one."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
        return
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < EXACT):
        sheet.write_number(row, column, value)
        return
    text = plain_cell(value)
    if date is not None:
        with suppress(ValueError):
            day = datetime.date.fromisoformat(text)
            if day.year >= FIRST_YEAR:
                sheet.write_datetime(row, column, day, date)
                return
    sheet.write_string(row, column, _fitting(text))


def _fitting(text: str) -> str:
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - len(CUT)] + CUT
