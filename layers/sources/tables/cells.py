"""A spreadsheet's cells as text: what Excel shows, dates and times in the forms of ISO 8601."""

from __future__ import annotations

import datetime
import re
from typing import Any

from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape

# Number formats of Japanese Excel that a file names by number only (ECMA-376-1, 18.8.30): dates
# such as 令和8年4月1日, which openpyxl would give as 46113, and times such as 9時30分.
JAPANESE_DATES = frozenset({*range(27, 32), *range(34, 37), *range(50, 59)})
JAPANESE_TIMES = frozenset({32, 33})
LITERALS = re.compile(r'"[^"]*"|\\.|\[(?!h+\])[^\]]*\]')
TIME_ONLY = re.compile(r"[^dyge]*h[^dyge]*", re.IGNORECASE)
ZEROS = re.compile(r"0{2,}")  # 0000: a number shown with leading zeros, as codes are
MOST_DIGITS = 1e15  # what Excel holds exactly


def cell_text(cell: Any, epoch: datetime.datetime) -> str:
    """The text of a cell of openpyxl's read-only sheets; "" for an empty one."""
    value: Any = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return unescape(value) if "_x" in value else value
    if isinstance(value, bool):
        return str(value).upper()
    style = cell.style_array.numFmtId
    if isinstance(value, (int, float)):
        if style not in JAPANESE_DATES | JAPANESE_TIMES:
            return _number(value, cell.number_format)
        try:
            value = from_excel(value, epoch)
        except (OverflowError, ValueError):
            return _number(value, "")
    plain = LITERALS.sub("", cell.number_format)
    return _moment(value, bool(TIME_ONLY.fullmatch(plain)) or style in JAPANESE_TIMES)


def _number(value: float, number_format: str) -> str:
    if not float(value).is_integer() or abs(value) >= MOST_DIGITS:
        return repr(value)
    text = str(int(value))
    return text.zfill(len(number_format)) if ZEROS.fullmatch(number_format) else text


def _moment(value: Any, time_only: bool) -> str:
    """A date, a time of day, both, or hours and minutes; without what is nought."""
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        text = f"{minutes // 60}:{minutes % 60:02}"
        return f"{text}:{seconds:02}" if seconds else text
    if isinstance(value, datetime.datetime):
        if time_only:
            return _clock(value.time())
        day = value.date().isoformat()
        return day if value.time() == datetime.time() else f"{day} {_clock(value.time())}"
    return _clock(value) if isinstance(value, datetime.time) else str(value)


def _clock(time: datetime.time) -> str:
    return time.isoformat("seconds" if time.second else "minutes")
