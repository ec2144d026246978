"""Tables with coordinates in columns: CSV and TSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.definition import Source
from layers.errors import SourceError
from layers.report import Problem
from layers.sources.crs import declared_crs
from layers.sources.places import places
from layers.sources.rows import Rows

ENCODINGS = ("utf-8-sig", "cp932")  # in the order they are tried: CP932 decodes almost anything
FIRST_RECORD = 2  # the row number of the first record: the header is row 1, as in a spreadsheet
DELIMITERS = {".csv": ",", ".tsv": "\t"}


def read(source: Source, path: Path) -> Rows:
    """Read every record of the table. Raises `SourceError`."""
    crs = declared_crs(source, path, None)
    text, encoding = _decode(source, path)
    header, records, numbers, problems = _records(path, text)
    columns = pd.DataFrame(records, columns=header, dtype=object)
    found = places(source, path, columns, numbers)
    return Rows(
        path=path,
        columns=columns,
        geometry=found.geometry,
        numbers=numbers,
        total=len(numbers),
        crs=crs or found.crs,
        encoding=encoding,
        problems=problems + found.problems,
        unplaced=found.unplaced,
        address=found.address,
    )


def _decode(source: Source, path: Path) -> tuple[str, str]:
    content = path.read_bytes()
    tried = (source.encoding,) if source.encoding else ENCODINGS
    for encoding in tried:
        try:
            return content.decode(encoding), encoding
        except LookupError:
            raise SourceError(
                path, "source.encoding", encoding, "the name of an encoding"
            ) from None
        except UnicodeDecodeError:
            continue
    raise SourceError(path, "source.encoding", source.encoding, f"text in {' or '.join(tried)}")


def _records(
    path: Path, text: str
) -> tuple[list[str], list[list[str]], npt.NDArray[np.int64], list[Problem]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[path.suffix.lower()])
    try:
        header = [name.strip() for name in next(reader, [])]
        lines = list(reader)
    except csv.Error as error:
        raise SourceError(path, f"line {reader.line_num}", str(error), "a table") from error
    if not any(header):
        raise SourceError(path, "header", "", "a first row with column names")
    doubled = {name for name in header if name and header.count(name) > 1}
    if doubled:
        raise SourceError(path, "header", ", ".join(sorted(doubled)), "each column name once")
    records, numbers, problems = [], [], []
    for number, line in enumerate(lines, FIRST_RECORD):
        if not any(cell.strip() for cell in line):
            continue  # spreadsheets leave empty lines behind the last record
        if len(line) != len(header):
            problems.append(
                Problem("warning", "columns", number, detail=f"{len(line)} / {len(header)}")
            )
            line = (line + [""] * len(header))[: len(header)]
        records.append(line)
        numbers.append(number)
    return header, records, np.array(numbers, dtype=np.int64), problems
