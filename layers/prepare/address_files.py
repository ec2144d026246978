"""Published lists of postcodes and of how addresses are read: a city's rows of them.

Files are known by their columns. 日本郵便's have no header: KEN_ALL.CSV or utf_ken_all.csv
(郵便番号データ, 15 columns) and JIGYOSYO.CSV (大口事業所個別番号データ, 13 columns). デジタル庁's
町字マスター of アドレス・ベース・レジストリ has one.
https://www.post.japanpost.jp/zipcode/dl/readme.html
https://www.post.japanpost.jp/zipcode/dl/jigyosyo/readme.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import orjson

from layers.errors import SourceError
from layers.japanese.spelling import nfkc
from layers.report import Problem, Report
from layers.schema.city import CityDefinition
from layers.schema.source import Source
from layers.sources.files import locate
from layers.sources.tables.delimited import read_grid
from layers.sources.tables.grid import Line

KEY = "address_files"  # of the city's definition
POSTCODE = re.compile("[0-9]{7}")


class _Columns(NamedTuple):
    """A file without a header: how many columns it has, and which is that of the postcode."""

    width: int
    postcode: int

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether the cells are a row of such a file."""
        return len(cells) == self.width and POSTCODE.fullmatch(cells[self.postcode]) is not None


AREAS, OFFICES = _Columns(15, 2), _Columns(13, 7)
REGISTER = ("lg_code", "oaza_cho", "oaza_cho_kana", "oaza_cho_roma", "chome_number")
TITLES = (
    "日本郵便 郵便番号データ（15列）",
    "日本郵便 大口事業所個別番号データ（13列）",
    f"町字マスター（{', '.join(REGISTER)}）",
)


@dataclass(frozen=True)
class Addresses:
    """What a file says of a city, and the report on it.

    `postcodes` are codes, areas and how these are read; `offices` codes, names, how these are read,
    and addresses; `readings` towns' names in kana and in rōmaji, "" for none.
    """

    report: Report
    postcodes: list[tuple[str, str, str]] = field(default_factory=list)
    offices: list[tuple[str, str, str, str]] = field(default_factory=list)
    readings: list[tuple[str, str, str]] = field(default_factory=list)

    def to_json(self) -> bytes:
        """What the child process gives back."""
        return orjson.dumps(
            {
                "report": self.report.to_stored(),
                "postcodes": self.postcodes,
                "offices": self.offices,
                "readings": self.readings,
            }
        )


def addresses(name: str, city: CityDefinition, data: Path) -> Addresses:
    """Read the city's rows of a file, all or none. The report says what is wrong with it."""
    report = Report(path=name, layer="base")
    try:
        path = locate(Source(path=name), data, KEY)
        grid = read_grid(path, None)
        report.rows, report.encoding = len(grid.lines), grid.encoding
        report.add(grid.problems)
        read = _of_city(path, city, grid.lines, report)
    except SourceError as error:
        report.add([Problem.of(error)])
        return Addresses(report)
    return read


def _of_city(path: Path, city: CityDefinition, lines: list[Line], report: Report) -> Addresses:
    """Raises `SourceError` for a file that is none of the known, that has nothing of the city, or
    of whose rows one cannot be read.
    """
    first = [nfkc(cell).strip() for cell in lines[0].cells] if lines else []
    if set(REGISTER) <= set(first):
        rows = [
            dict(zip(first, cells, strict=True)) for cells in _rows(path, lines[1:], len(first))
        ]
        own = [row for row in rows if row["lg_code"].zfill(6)[: len(city.code)] == city.code]
        read = Addresses(report, readings=[_reading(row) for row in own])
        report.features = len(own)
    elif AREAS.fits(first):
        areas = [row for row in _rows(path, lines, AREAS.width) if _code(row) == city.code]
        read = Addresses(report, postcodes=_postcodes(areas))
        report.features = len(areas)
    elif OFFICES.fits(first):
        offices = [row for row in _rows(path, lines, OFFICES.width) if _code(row) == city.code]
        read = Addresses(
            report, offices=[(row[7], row[2], nfkc(row[1]), row[5] + row[6]) for row in offices]
        )
        report.features = len(offices)
    else:
        raise SourceError(path, "address_file", detail=" / ".join(TITLES), key=KEY)
    if not report.features:
        raise SourceError(path, "address_file_elsewhere", city.code, key=KEY)
    return read


def _rows(path: Path, lines: list[Line], width: int) -> Iterator[list[str]]:
    for number, cells in lines:
        if len(cells) != width:
            raise SourceError(path, "address_file_row", str(number), str(width), key=KEY)
        yield [cell.strip() for cell in cells]


def _code(row: Sequence[str]) -> str:
    """The code of the municipality; spreadsheets take the zero before it away."""
    return row[0].zfill(5)


def _postcodes(rows: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """A long list of 丁目 goes on in the next row, of the same code: 岡（１丁目、 ２丁目）."""
    postcodes: list[tuple[str, str, str]] = []
    for row in rows:
        code, area, kana = row[2], row[8], nfkc(row[5])
        before = postcodes[-1] if postcodes else ("", "", "")
        if before[0] == code and "（" in before[1] and "）" not in before[1]:
            postcodes[-1] = (code, before[1] + area, before[2])
        else:
            postcodes.append((code, area, kana))
    return postcodes


def _reading(row: Mapping[str, str]) -> tuple[str, str, str]:
    name, kana, romaji = (row[column] for column in REGISTER[1:4])
    if not (chome := row["chome_number"]):
        return name, kana, romaji
    return (
        f"{name}{chome}丁目",
        kana and f"{kana}{chome}チョウメ",
        romaji and f"{romaji} {chome}-chome",
    )
