"""What columns of no known standard hold: their types, and ids to publish them under."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Literal

import pandas as pd

from layers.japanese.spelling import nfkc, normalised_name
from layers.prepare.values import CONVERSIONS, YES, convert
from layers.schema.layer import FieldDefinition
from layers.schema.values import LAYER_ID, RESERVED_FIELDS
from layers.standards.schema import StandardField, shared_columns

Type = Literal["text", "integer", "number", "date", "flag"]
CODE = re.compile(r"[+-]?0\d|\d{16}|[+-]?\d+_")  # a number to a computer, a code to its writer
NAMES = re.compile("(名称|施設名|公園名|店名|河川名|区域名)$")  # of what a row is about
NUMERAL = re.compile(r"[01](?:\.0)?|\d+")
NUMBERLIKE: tuple[Type, ...] = ("integer", "number", "date")


def field_of(column: str, cells: pd.Series[Any]) -> FieldDefinition:
    """How to publish a column: its type by all its values, its words by its name."""
    _, shared_field = _known(column)
    title = " ".join(column.split())
    if shared_field is None:
        return _field(column, title, title, inferred(cells))
    if title.isascii():
        title = shared_field.title["ja"]
    if shared_field.type != "text" and _fits(shared_field.type, _texts(cells)):
        return _field(column, title, shared_field.title["en"], shared_field.type, shared_field.unit)
    return _field(column, title, shared_field.title["en"], inferred(cells))


def inferred(cells: pd.Series[Any]) -> Type:
    """The narrowest type that every value has; "text" where none has, or there is no value."""
    texts = _texts(cells)
    if not texts or any(CODE.match(nfkc(text)) for text in texts):
        return "text"
    # 1 and 0 alone are numbers, and a remark that only ever says なし is no answer to a question.
    marks = {text.lower() for text in texts if not NUMERAL.fullmatch(text)}
    if marks & YES and _fits("flag", texts):
        return "flag"
    return next((kind for kind in NUMBERLIKE if _fits(kind, texts)), "text")


def field_id(column: str, position: int, used: Collection[str]) -> str:
    """An id of this column that is not used yet: its word, its ASCII name, or column_n."""
    name = _known(column)[0] or ascii_id(column)
    if name is None or name in RESERVED_FIELDS:
        name = f"column_{position}"
    number = 2
    unique = name
    while unique in used:
        unique, number = f"{name}_{number}", number + 1
    return unique


def ascii_id(name: str) -> str | None:
    """A name of ASCII letters in the form of an id; None when the name is not in them."""
    text = nfkc(name).strip()
    if not text.isascii():
        return None
    words = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return words if LAYER_ID.fullmatch(words) else None


@cache
def _vocabulary() -> Mapping[str, tuple[str, StandardField]]:
    """What columns that many lists share are published as, by their plain names."""
    return {
        normalised_name(column): (name, field)
        for name, field in shared_columns().fields.items()
        for column in field.columns
    }


def _known(column: str) -> tuple[str | None, StandardField | None]:
    """The id and the words that a column of this name is published under, where they are known."""
    if NAMES.search(column) and normalised_name(column) not in _vocabulary():
        return "name", shared_columns().fields["name"]
    return _vocabulary().get(normalised_name(column), (None, None))


def _fits(kind: Type, texts: Collection[str]) -> bool:
    return all(CONVERSIONS[kind](text) is not None for text in texts)


def _texts(cells: pd.Series[Any]) -> set[str]:
    values, _ = convert(_field("", "-", "-", "text"), cells, range(len(cells)))
    return {str(value) for value in values if value is not None}


def _field(
    column: str, title: str, english: str, kind: Type, unit: str | None = None
) -> FieldDefinition:
    return FieldDefinition(title={"ja": title, "en": english}, column=column, type=kind, unit=unit)
