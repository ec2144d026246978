"""The attributes of a Shapefile, read from the DBF's own bytes.

GDAL drops without a word what does not fit a column's type, and decodes with the wrong code page
when a file does not name its own.
"""

from __future__ import annotations

import datetime
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.report import Problem
from layers.sources.bounds import require_table
from layers.sources.encoding import fields, names

HEADER = 32  # bytes of the file's header, and of each field's after it
LONGEST_NAME = 10  # bytes of a field's name
TERMINATOR = 0x0D
DELETED = ord("*")
# Language driver ids (byte 29 of the header) that say code page 932.
CP932_LANGUAGE_IDS = frozenset({0x13, 0x7B})
FLAGS = {b"T": True, b"Y": True, b"F": False, b"N": False}  # "?" is not known
DATE = re.compile(rb"(\d{4})(\d{2})(\d{2})")


class Column(NamedTuple):
    """A field as the header describes it; `start` and `length` are bytes within a record."""

    raw_name: bytes
    kind: str
    start: int
    length: int


@dataclass(frozen=True)
class Header:
    """The header of a DBF."""

    records: int
    header_length: int
    record_length: int
    language: int
    columns: list[Column]


@dataclass(frozen=True)
class Attributes:
    """The records of the file; `columns` has a row for each, those marked deleted too."""

    columns: pd.DataFrame
    deleted: npt.NDArray[np.bool_]
    encoding: str
    problems: list[Problem] = field(default_factory=list)


def read(path: Path, declared: str | None, cpg: str | None) -> Attributes:
    """Read every record. `declared` is the definition's encoding, `cpg` the content of the .cpg.

    Raises `SourceError` when the header is none, or records that it states are missing.
    """
    header = read_header(path)
    records = _records(path, header)
    require_table(path, header.records, len(header.columns))
    encoding, problems = _encoding(path, header, records, declared, cpg)
    names, cut = _names(header, encoding)
    problems += _cut_names(cut)
    columns: dict[str, Any] = {}
    for name, column in zip(names, header.columns, strict=True):
        if column.kind not in CONVERSIONS:
            problems.append(Problem("warning", "dbf_column_type", column=name, value=column.kind))
            continue
        values, wrong = _values(name, column, records, encoding)
        columns[name] = values
        problems += wrong
    deleted = records[:, 0] == DELETED
    frame = pd.DataFrame(columns, index=range(len(records)))
    return Attributes(frame, deleted, encoding, problems)


def read_header(path: Path) -> Header:
    """The header of a DBF. Raises `SourceError` when it is none."""
    with path.open("rb") as content:
        head = content.read(HEADER)
        if len(head) < HEADER:
            raise SourceError(path, "dbf_header", f"{len(head)} bytes")
        records, header_length, record_length = struct.unpack("<IHH", head[4:12])
        fields = content.read(max(header_length - HEADER, 0))
    columns = list(_columns(fields))
    if not columns or record_length < columns[-1].start + columns[-1].length:
        raise SourceError(path, "dbf_header", f"{len(columns)} fields")
    return Header(records, header_length, record_length, head[29], columns)


def _columns(fields: bytes) -> Iterator[Column]:
    start = 1  # behind the mark of deleted records
    for at in range(0, len(fields) - HEADER + 1, HEADER):
        entry = fields[at : at + HEADER]
        if entry[0] == TERMINATOR:
            return
        name = entry[:11].split(b"\x00")[0]
        yield Column(name, chr(entry[11]).upper(), start, entry[16])
        start += entry[16]


def _records(path: Path, header: Header) -> npt.NDArray[np.uint8]:
    """The bytes of every record, a row each. Raises `SourceError` where some are missing."""
    count = header.records
    whole_records = max(path.stat().st_size - header.header_length, 0) // header.record_length
    if whole_records < count:
        raise SourceError(path, "rows_missing", count, str(whole_records))
    shape = (count, header.record_length)
    if not count:
        return np.empty(shape, dtype=np.uint8)
    return np.memmap(path, np.uint8, "r", offset=header.header_length, shape=shape)


def _cells(records: npt.NDArray[np.uint8], column: Column) -> list[bytes]:
    """The bytes of a column without padding."""
    if not column.length:
        return [b""] * len(records)
    field_bytes = records[:, column.start : column.start + column.length]
    cells = np.ascontiguousarray(field_bytes).view(f"S{column.length}").ravel().tolist()
    return [cell.split(b"\x00")[0].strip(b" ") for cell in cells]


def _encoding(
    path: Path,
    header: Header,
    records: npt.NDArray[np.uint8],
    declared: str | None,
    cpg: str | None,
) -> tuple[str, list[Problem]]:
    """The encoding, and how it was found."""
    if declared is not None:
        return names.require_encoding(declared, path), []
    texts = {column.raw_name for column in header.columns}
    for column in header.columns:
        if column.kind == "C":
            texts.update(_cells(records, column))
    texts = {text for text in texts if not text.isascii()}
    name, where = None, ""
    if cpg is not None and cpg.strip():
        name, where = names.encoding_named(cpg), f".cpg: {cpg.strip()[:40]}"
    elif header.language in CP932_LANGUAGE_IDS:
        name, where = "cp932", f".dbf: 0x{header.language:02X}"
    if not texts:
        return name or "utf-8", []
    guess = fields.guess(texts)
    fits = name is not None and all(fields.decoded(text, name) is not None for text in texts)
    if fits and (name == "utf-8" or not fields.surely_utf8(texts)):
        return str(name), [Problem("note", "dbf_encoding_said", value=name, detail=where)]
    used = guess or name or "cp932"
    if where:
        return used, [Problem("warning", "dbf_encoding_wrong", value=used, detail=where)]
    return used, [Problem("note", "dbf_encoding_guessed", value=used)]


def _names(header: Header, encoding: str) -> tuple[list[str], list[str]]:
    """The columns' names, each once, and those that look cut."""
    names: list[str] = []
    cut = []
    for column in header.columns:
        text = fields.decoded(column.raw_name, encoding)
        name = (column.raw_name.decode(encoding, "replace") if text is None else text).strip()
        name = _once(name or f"column_{len(names) + 1}", names)
        last = len(name[-1:].encode(encoding, "replace"))
        # Another character such as the last would not have had room.
        if len(column.raw_name) + last > LONGEST_NAME:
            cut.append(name)
        names.append(name)
    return names, cut


def _once(name: str, names: list[str]) -> str:
    number, free = 2, name
    while free in names:
        free, number = f"{name}_{number}", number + 1
    return free


def _cut_names(cut: list[str]) -> list[Problem]:
    return [Problem("note", "dbf_names_cut", value=", ".join(cut))] if cut else []


def _values(
    name: str, column: Column, records: npt.NDArray[np.uint8], encoding: str
) -> tuple[Any, list[Problem]]:
    """A column's values, and what was wrong with them, by row."""
    cells = _cells(records, column)
    convert = CONVERSIONS[column.kind]
    # Most columns say the same few things over and over.
    converted = {cell: convert(cell, column.length, encoding) for cell in dict.fromkeys(cells)}
    problems = []
    for row, cell in enumerate(cells, 1):
        value, kind = converted[cell]
        if kind and records[row - 1, 0] != DELETED:
            text = value if value is not None else cell.decode(encoding, "replace")
            problems.append(Problem("warning", kind, row, name, str(text)))
    values = [converted[cell][0] for cell in cells]
    kinds = Counter(type(value) for value in values if value is not None)
    if set(kinds) == {int} and all(abs(value) < 1 << 63 for value in values if value is not None):
        return pd.array(values, dtype="Int64"), problems
    if set(kinds) == {float}:
        return np.array(values, dtype=float), problems
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array, problems


Converted = tuple[Any, ProblemKind | None]  # the value, and the kind of problem with it


def _text(cell: bytes, length: int, encoding: str) -> Converted:
    if not cell:
        return None, None
    try:
        return cell.decode(encoding), None
    except UnicodeDecodeError:
        pass
    text = fields.decoded(cell, encoding)
    if text is not None and len(cell) >= length - 1:
        return text, "dbf_value_cut"
    return None, "dbf_undecodable"


def _number(cell: bytes, _length: int, encoding: str) -> Converted:
    """A number; what is none stays the text that it is."""
    if not cell:
        return None, None
    try:
        plain = cell.decode("ascii")
        return (int(plain) if plain.lstrip("+-").isdigit() else float(plain)), None
    except ValueError:
        pass
    if not cell.strip(b"*"):
        return None, "dbf_overflow"
    text, kind = _text(cell, len(cell) + 2, encoding)
    return text, kind or "dbf_text_in_number"


def _date(cell: bytes, _length: int, encoding: str) -> Converted:
    """A date as ISO 8601; what is none stays the text that it is."""
    if not cell.strip(b"0 "):
        return None, None
    match = DATE.fullmatch(cell)
    try:
        if match:
            return datetime.date(*map(int, match.groups())).isoformat(), None
    except ValueError:
        pass
    text, kind = _text(cell, len(cell) + 2, encoding)
    return text, kind or "dbf_date"


def _flag(cell: bytes, _length: int, _encoding: str) -> Converted:
    return FLAGS.get(cell.upper()), None


CONVERSIONS: dict[str, Callable[[bytes, int, str], Converted]] = {
    "C": _text,
    "N": _number,
    "F": _number,
    "D": _date,
    "L": _flag,
}
