"""CSV with the columns of a published standard, for portals that gather many cities' lists.

As the standards want it: UTF-8 with a byte order mark, the standard's names in its order. A layer
has it when it is known by the standard's columns and every required item has a value in every row.
Nothing of ours is added but in the standard's note (備考), which says that a sample is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

from layers.errors import UnfitFormat
from layers.exports.csv import BYTE_ORDER_MARK, cell, encoded
from layers.exports.export import Export
from layers.geometry.parts import Integers, Parts
from layers.geometry.tile import SOURCE_DIGITS
from layers.revision.revision import Revision
from layers.schema.bundled import read_bundled
from layers.schema.layer import FieldDefinition
from layers.schema.values import Scalar, Strict
from layers.standards.schema import Standard, shared_columns, standards

COLUMNS = Path(__file__).with_name("standard_columns.toml")
LATITUDE, LONGITUDE, NOTE = "緯度", "経度", "備考"
SAMPLE = "【見本データ】"
WEIGHTS = (6, 5, 4, 3, 2)  # of the check digit: 総務省, 全国地方公共団体コード


class Columns(Strict):
    """The columns of a standard; see standard_columns.toml."""

    title: str
    municipality: tuple[str, ...]
    id: tuple[str, ...]
    yes: str
    no: str
    columns: tuple[str, ...]
    required: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A standard that a layer follows, and the layer's field for each of its columns it has."""

    columns: Columns
    fields: dict[str, str]


def fits(revision: Revision) -> bool:
    """Whether the layer can be handed on so."""
    sheet = _sheet(revision)
    return sheet is not None and not _lacking(sheet, revision)


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature. Raises `UnfitFormat`, which names the required items without a value."""
    revision = export.revision
    sheet = _sheet(revision)
    lacking = [] if sheet is None else _lacking(sheet, revision)
    if sheet is None or lacking:
        layer_id = revision.definition.id
        raise UnfitFormat("no_standard_columns", value=layer_id, detail=", ".join(lacking) or "-")
    sink.write(BYTE_ORDER_MARK + encoded([sheet.columns.columns]))
    for index, parts in export.stretches():
        taken = [_values(name, sheet, export, index, parts) for name in sheet.columns.columns]
        sink.write(encoded([*zip(*taken, strict=True)]))


def _values(
    name: str, sheet: Sheet, export: Export, index: Integers, parts: Parts
) -> Sequence[str]:
    """The cells of a column."""
    revision, columns = export.revision, sheet.columns
    field_id = sheet.fields.get(name)
    if field_id is not None:
        words = _words(revision.definition.public_fields[field_id], columns)
        cells = [words(value) for value in revision.columns[field_id].take(index)]
    elif name in (LATITUDE, LONGITUDE):
        axis = parts.coordinates[:, 0 if name == LONGITUDE else 1]
        cells = [*map(str, np.round(axis, SOURCE_DIGITS).tolist())]
    elif name in columns.municipality and export.city_code:
        cells = [six_digits(export.city_code)] * len(index)
    elif name in columns.id:
        cells = [*map(str, revision.table.ids[index].tolist())]
    else:
        cells = [""] * len(index)
    if name == NOTE and revision.definition.sample:
        return [SAMPLE + text for text in cells]
    return cells


def _words(field: FieldDefinition, columns: Columns) -> Callable[[Scalar | None], str]:
    """What writes a value in the standard's words."""
    words = {value: text for text, value in field.values.items() if not isinstance(value, bool)}

    def word(value: Scalar | None) -> str:
        if isinstance(value, bool):
            return columns.yes if value else columns.no
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return cell(words.get(value, value) if value is not None else None)

    return word


def six_digits(code: str) -> str:
    """A municipality's code of five digits with its check digit."""
    total = sum(int(digit) * weight for digit, weight in zip(code, WEIGHTS, strict=True))
    return f"{code}{(11 - total % 11) % 10}"


def _sheet(revision: Revision) -> Sheet | None:
    """The standard by whose columns the layer is known; None where there is none, or where a
    feature is no single point.
    """
    if revision.kind != "point" or len(revision.source) > revision.feature_count:
        return None
    stated = {field.column: name for name, field in revision.definition.public_fields.items()}
    for standard, columns in _standards():
        known_by = ((each,) if isinstance(each, str) else each for each in standard.required)
        if all(any(spelling in stated for spelling in spellings) for spellings in known_by):
            spellings = [*_spellings(standard)]
            fields = {
                name: field
                for name in columns.columns
                if (field := _field(name, stated, spellings)) is not None
            }
            return Sheet(columns, fields)
    return None


def _field(name: str, stated: dict[str, str], groups: Sequence[Sequence[str]]) -> str | None:
    """The field that is read from a column of this name, or of another spelling of it."""
    if name in stated:
        return stated[name]
    same = next((group for group in groups if name in group), ())
    return next((stated[spelling] for spelling in same if spelling in stated), None)


def _spellings(standard: Standard) -> Iterator[Sequence[str]]:
    for fields in (standard.fields, shared_columns().fields):
        yield from (field.columns for field in fields.values())


def _lacking(sheet: Sheet, revision: Revision) -> list[str]:
    """The required items that have no value in some row. No flag is the standard's empty text."""
    fields = revision.definition.public_fields
    return [
        name
        for name in sheet.columns.required
        if name not in sheet.columns.municipality
        and (
            name not in sheet.fields
            or not (
                fields[sheet.fields[name]].type == "flag"
                or revision.columns[sheet.fields[name]].present.all()
            )
        )
    ]


@cache
def _standards() -> tuple[tuple[Standard, Columns], ...]:
    tables = read_bundled(COLUMNS)
    return tuple(
        (standard, Columns.model_validate(tables[standard.id]))
        for standard in standards()
        if standard.id in tables
    )
