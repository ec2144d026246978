"""From a source's cells to published values: types, flags and the definition's own mapping."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import is_integer_dtype

from layers.japanese.spelling import nfkc
from layers.messages import ProblemKind
from layers.prepare.properties import Values
from layers.report import Problem, folded
from layers.schema.layer import FieldDefinition
from layers.schema.values import Scalar

# Spreadsheets write 1 as 1.0 where a column of numbers has gaps.
YES = frozenset({"1", "1.0", "true", "yes", "○", "〇", "◯", "有", "あり", "有り", "はい", "可"})
NO = frozenset({"0", "0.0", "false", "no", "×", "✕", "無", "なし", "無し", "いいえ", "否", "不可"})
LARGEST = 1 << 63  # whole numbers are kept, and written, in 64 bits
# The first year of each era, less one: 明治 1 is 1868 (元号法; 明治 from the adoption of the
# Gregorian calendar in its sixth year).
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?"
# Forms in which dates are written, with the name that a report gives each.
DATE_FORMS = {
    "2026-04-01": re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + TIME),
    "2026/4/1": re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})" + TIME),
    "2026.4.1": re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    "2026年4月1日": re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?"),
    "20260401": re.compile(r"(\d{4})(\d{2})(\d{2})"),
    "令和8年4月1日": re.compile(r"(明治|大正|昭和|平成|令和)(元|\d{1,2})年(\d{1,2})月(\d{1,2})日?"),
    "R8.4.1": re.compile(r"([MTSHR])(元|\d{1,2})[./-](\d{1,2})[./-](\d{1,2})"),
}


def convert(
    field: FieldDefinition, cells: pd.Series[Any], rows: Iterable[int]
) -> tuple[list[Scalar | None], list[Problem]]:
    """The published value of `field` for each cell, None where there is none, and problems.

    `rows` are the cells' row numbers.
    """
    content = _cells(cells)
    as_they_are = field.type == "integer" and is_integer_dtype(cells.dtype)
    if as_they_are and not (field.values or field.codes):
        return content, []
    if _is_as_written(field):
        return [_text(cell) for cell in content], []
    texts = [*map(_text, content)]
    # Most columns repeat the same few texts.
    values = {text: _checked_value(field, text) for text in dict.fromkeys(texts)}
    problems = folded(
        Problem("warning", kind, row, field.column, text)
        for text, row in zip(texts, rows, strict=True)
        if (kind := values[text][1]) is not None
    )
    if field.codes and not field.values:
        problems += _replaced(field.column, values)
    if field.type == "date" and not field.values:
        problems += _mixed_forms(field.column, values)
    return [values[text][0] for text in texts], problems


def convert_texts(field: FieldDefinition, cells: pd.Series[Any]) -> pa.LargeStringArray | None:
    """As `convert`, all at once; None where not all cells are texts published as they are."""
    if not (_is_as_written(field) and isinstance(cells.dtype, pd.StringDtype)):
        return None
    texts = pa.table({"cells": cells}, pa.schema({"cells": pa.large_string()}))["cells"]
    stripped = pc.utf8_trim_whitespace(texts.combine_chunks())
    return pc.if_else(pc.equal(stripped, ""), pa.scalar(None, stripped.type), stripped)


class Numbered(NamedTuple):
    """The distinct values of a column, in order of appearance, and the number of each row's."""

    numbers: npt.NDArray[np.int64]
    values: list[Scalar | None]

    @classmethod
    def of(cls, column: Values) -> Self:
        """Number equal values the same."""
        if isinstance(column, pa.Array):
            encoded = column.dictionary_encode(null_encoding="encode")
            numbers = encoded.indices.to_numpy().astype(np.int64)
            return cls(numbers, encoded.dictionary.to_pylist())
        index: dict[Scalar | None, int] = {}
        row_numbers = [index.setdefault(value, len(index)) for value in column]
        return cls(np.array(row_numbers, dtype=np.int64), [*index])


def _is_as_written(field: FieldDefinition) -> bool:
    return field.type == "text" and not (field.values or field.codes)


def _mixed_forms(column: str, texts: Iterable[str | None]) -> list[Problem]:
    """A note when dates are written in more than one form: a sign of several hands."""
    dates = [nfkc(text) for text in texts if text is not None]
    forms = [name for name, form in DATE_FORMS.items() if any(map(form.fullmatch, dates))]
    if len(forms) < 2:
        return []
    return [Problem("note", "date_forms", column=column, value=" / ".join(forms))]


def _cells(cells: pd.Series[Any]) -> list[Any]:
    """The cells as Python's own values, None where there is none."""
    missing = cells.isna()
    return cells.astype(object).where(~missing, None).tolist() if missing.any() else cells.tolist()


def _checked_value(
    field: FieldDefinition, text: str | None
) -> tuple[Scalar | None, ProblemKind | None]:
    """A cell's published value and the kind of problem with it, a value without a code included."""
    value, kind = _converted(field, text)
    if isinstance(value, str) and not field.values:
        value = _code_of(field, value)
    is_closed = field.codes and not field.open_codes
    coded = not is_closed or value is None or any(value == code.value for code in field.codes)
    return value, kind if kind or coded else "unknown_code"


def _code_of(field: FieldDefinition, text: str) -> Scalar:
    """The code that a text is, or is another word for, whatever its width; else the text."""
    if any(text == code.value for code in field.codes):
        return text
    plain = nfkc(text)
    for code in field.codes:
        if any(plain == nfkc(str(word)) for word in (code.value, *code.synonyms)):
            return code.value
    return text


def _replaced(
    column: str, values: Mapping[str | None, tuple[Scalar | None, ProblemKind | None]]
) -> list[Problem]:
    """A note of the words in whose place their codes are published."""
    words = [
        f"{text} → {value}"
        for text, (value, _) in values.items()
        if text is not None and isinstance(value, str) and nfkc(text) != nfkc(value)
    ]
    return [Problem("note", "synonyms", column=column, value=", ".join(words))] if words else []


def whole_number(cell: object) -> int | None:
    """The whole number in a cell; None when it holds anything else."""
    text = _text(cell)
    return None if text is None else _parse_integer(text)


def _converted(
    field: FieldDefinition, text: str | None
) -> tuple[Scalar | None, ProblemKind | None]:
    """A cell's published value and the kind of problem with it."""
    if text is None:
        return None, None
    if field.values:
        if text not in field.values:
            return None, "unmapped"
        mapped = field.values[text]
        return (None if mapped == "" else mapped), None  # TOML has no null
    value = CONVERSIONS[field.type](text)
    return value, None if value is not None else UNREADABLE[field.type]


def _text(cell: object) -> str | None:
    """A cell's content as text; None for an empty one."""
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, (datetime.datetime, pd.Timestamp)) and cell.time() == datetime.time():
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # GDAL and pandas turn a whole number column with gaps into floats
    return str(cell).strip() or None


def _parse_integer(text: str) -> int | None:
    digits = nfkc(text).replace(",", "")
    value = int(digits) if re.fullmatch(r"[+-]?\d{1,19}", digits) else None
    return value if value is not None and abs(value) < LARGEST else None


def _parse_number(text: str) -> float | None:
    try:
        value = float(nfkc(text).replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _parse_date(text: str) -> str | None:
    """A date as ISO 8601; a time of day behind it is left out."""
    date = nfkc(text).replace(" ", "") if "年" in text else nfkc(text)
    for form in DATE_FORMS.values():
        if match := form.fullmatch(date):
            *era, year, month, day = match.groups()
            number = 1 if year == "元" else int(year)
            try:
                return datetime.date(
                    number + (ERAS[era[0]] if era else 0), int(month), int(day)
                ).isoformat()
            except ValueError:
                return None
    return None


def _parse_flag(text: str) -> bool | None:
    word = nfkc(text).lower()
    return True if word in YES else False if word in NO else None


# What to say of a text that is no value of a type; every text is one of "text".
UNREADABLE: Mapping[str, ProblemKind] = {
    "integer": "integer",
    "number": "number",
    "date": "date",
    "flag": "flag",
}
CONVERSIONS: dict[str, Callable[[str], Scalar | None]] = {
    "text": str,
    "integer": _parse_integer,
    "number": _parse_number,
    "date": _parse_date,
    "flag": _parse_flag,
}
