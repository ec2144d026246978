"""The keys of a standard's TOML file, and every standard that has one."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from layers.japanese.spelling import nfkc
from layers.schema.bundled import CODELISTS, read_bundled
from layers.schema.codelists import codelists
from layers.schema.layer import FieldDefinition, Nearest, Style, UsageNote
from layers.schema.values import Hazard, Scalar, Scenario, Strict, Text
from layers.standards.depth import depth_range, depth_rank

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent
SHARED = "columns.toml"
NO_STANDARDS = {SHARED, "base_files.toml"}
NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+")


class StandardField(Strict):
    """A published property and the names its column has had.

    `codes` names a code list; `card` is as a definition has it. With `from_label` the values are
    derived from the depth classes that the column holds in words.
    """

    title: Text
    columns: tuple[str, ...]
    type: Literal["text", "integer", "number", "date", "flag"] = "text"
    unit: str | None = None
    values: Mapping[str, Scalar] = {}
    codes: str | None = None
    open_codes: bool = False
    card: bool = True
    from_label: Literal["rank", "min", "max"] | None = None

    def defined(self, column: str, cells: pd.Series[Any]) -> FieldDefinition | None:
        """The field as a definition declares it; None when no cell holds a depth class it needs.

        A column of numbers whose cells mostly are none is one of texts.
        """
        values = self.values if self.from_label is None else self._from_labels(cells)
        if self.from_label is not None and not values:
            return None
        is_text = self.type in ("integer", "number") and not values and _mostly_words(cells)
        return FieldDefinition(
            title=self.title,
            column=column,
            type="text" if is_text else self.type,
            unit=None if is_text else self.unit,
            values=values,
            codes=() if self.codes is None else codelists()[self.codes],
            open_codes=self.open_codes,
            card=self.card,
        )

    def _from_labels(self, cells: pd.Series[Any]) -> dict[str, Scalar]:
        values: dict[str, Scalar] = {}
        for label in dict.fromkeys(str(cell).strip() for cell in cells.dropna()):
            depths = depth_range(label)
            if depths is not None:
                least, most = depths
                upper = "" if most == math.inf else most  # "": no value
                parts: dict[str, Scalar] = {
                    "rank": depth_rank(least, most),
                    "min": least,
                    "max": upper,
                }
                values[label] = parts[str(self.from_label)]
        return values


def _mostly_words(cells: pd.Series[Any]) -> bool:
    texts = [text for cell in cells.dropna() if (text := nfkc(str(cell)).strip())]
    numbers = sum(NUMBER.fullmatch(text) is not None for text in texts)
    return 2 * numbers < len(texts)


class Suggested(Strict):
    """The keys of the layer as a whole that `bosai add` proposes."""

    title: Text
    description: Text
    group: str
    label: str | None = None
    hazard: Hazard | None = None
    scenario: Scenario | None = None
    partition: str | None = None
    attribution: Text | None = None
    usage_note: UsageNote | None = None
    nearest: Nearest | None = None
    shelters: bool = False


class Standard(Strict):
    """A published set of columns. `id` is the file's stem.

    Of each entry of `required` one spelling must be there. `row_id` are columns that may number the
    rows, `clip_to_boundary` says that a file may cover more than the city, `unpublished` are
    columns that belong to the standard and are left out. `fields` are in published order.
    """

    id: str
    title: Text
    publisher: Text
    required: tuple[str | tuple[str, ...], ...]
    row_id: tuple[str, ...] = ()
    clip_to_boundary: bool = False
    unpublished: tuple[str, ...] = ()
    layer: Suggested
    fields: Mapping[str, StandardField]
    style: Style = Style()


class SharedColumns(Strict):
    """Columns of many lists: where a row is, what is left out, and fields by id."""

    longitude: tuple[str, ...]
    latitude: tuple[str, ...]
    unpublished: tuple[str, ...]
    fields: Mapping[str, StandardField]


@cache
def shared_columns() -> SharedColumns:
    """The columns that standards share, from columns.toml."""
    document = read_bundled(FOLDER / SHARED)
    fields = {key: value for key, value in document.items() if isinstance(value, dict)}
    rest = {key: value for key, value in document.items() if key not in fields}
    return SharedColumns.model_validate({**rest, "fields": fields})


@cache
def standards() -> tuple[Standard, ...]:
    """Every standard declared, by id."""
    paths = (path for path in sorted(FOLDER.glob("*.toml")) if path.name not in NO_STANDARDS)
    return tuple(map(_load, paths))


@cache
def digest() -> str:
    """A hash of all standards and code lists, which decide what a definition without fields is."""
    files = sorted([*FOLDER.glob("*.toml"), *CODELISTS.glob("*.toml")])
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _load(path: Path) -> Standard:
    document = read_bundled(path)
    own, shared = document.pop("fields", {}), shared_columns().fields
    published = {name: own.get(name) or shared[name] for name in document.pop("publish")}
    return Standard.model_validate({"id": path.stem, **document, "fields": published})
