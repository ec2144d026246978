"""Workbooks of one test's own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

SHEET = "xl/worksheets/sheet1.xml"


def book(path: Path, *rows: list[object], fill: Callable[[Worksheet], None] | None = None) -> Path:
    """Write a workbook of one sheet; `fill` does to it what rows cannot say."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    if fill is not None:
        fill(sheet)
    made.save(path)
    return path


def rewrite(path: Path, member: str, old: str, new: str) -> Path:
    """Put another text into a member of a workbook."""
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as read, zipfile.ZipFile(path, "w") as written:
        for name in read.namelist():
            content = read.read(name)
            if name == member:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            written.writestr(name, content, zipfile.ZIP_DEFLATED)
    return path
