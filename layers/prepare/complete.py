"""The fields of a standard, for a definition without fields whose source follows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from layers.errors import SourceError
from layers.japanese.spelling import normalised_name
from layers.prepare.ids import source_ids
from layers.report import Problem
from layers.schema.layer import FieldDefinition, LayerDefinition, Nearest, Style
from layers.schema.validation import broken_rule
from layers.standards import Recognised, recognised, spelling

Cells = dict[str, "pd.Series[Any]"]  # of columns, by their names


def completed(
    definition: LayerDefinition, columns: pd.DataFrame
) -> tuple[LayerDefinition, list[Problem]]:
    """The definition with all that the source's columns let us fill in, and a note of it.

    The definition's own keys stay; with fields it is complete, and so it is of a source without
    columns: shapes alone. Raises `SourceError` when it has none and the columns follow no standard,
    or lack the fields that the definition names.
    """
    shapes_alone = len(columns) and columns.columns.empty and not _names_fields(definition)
    if definition.fields or shapes_alone:
        return definition, []
    path = Path(definition.source.name)
    suppressed = definition.privacy.suppress
    cells = {
        name: column for name, column in cells_by_name(columns).items() if name not in suppressed
    }
    match = recognised(cells)
    if match is None:
        raise SourceError(path, "no_standard", None, ", ".join(cells), key="fields")
    declared = {**definition.model_dump(), **_standard_keys(definition, match, cells)}
    try:
        complete = LayerDefinition.model_validate(declared)
    except ValidationError as error:
        raise SourceError(path, **broken_rule(error)) from None
    return complete, [_note(match), *_numbers_in_words(match, complete)]


def _names_fields(definition: LayerDefinition) -> bool:
    """Whether keys of the definition name fields."""
    named = (definition.label, definition.partition, definition.nearest, definition.style.field)
    return any(key is not None for key in named)


def cells_by_name(columns: pd.DataFrame) -> Cells:
    """The cells of columns by name: of columns with the same name, those of the first."""
    cells: Cells = {}
    for index, name in enumerate(map(str, columns.columns)):
        if name.strip():
            cells.setdefault(name, columns.iloc[:, index])
    return cells


def fields_of(match: Recognised, cells: Cells) -> dict[str, FieldDefinition]:
    """The standard's fields that these columns hold, in published order."""
    fields = {
        name: match.standard.fields[name].defined(column, cells[column])
        for name, column in match.fields.items()
    }
    return {name: field for name, field in fields.items() if field is not None}


def style_of(match: Recognised, fields: Collection[str]) -> Style:
    """The standard's style; without classes where `fields` lack the field that decides them."""
    style = match.standard.style
    if style.field is None or style.field in fields:
        return style
    return style.model_copy(update={"field": None, "classes": ()})


def nearest_of(nearest: Nearest | None, fields: Collection[str]) -> Nearest | None:
    """Those of the flags that `fields` have; None without any: no place is valid for anything."""
    if nearest is None or not nearest.valid_for:
        return nearest
    flags = {disaster: flag for disaster, flag in nearest.valid_for.items() if flag in fields}
    return Nearest(valid_for=flags) if flags else None


def row_id_of(names: Iterable[str], cells: Cells) -> str | None:
    """The first of these columns that numbers every row differently."""
    spellings = {normalised_name(name): name for name in cells}
    columns = (spelling(spellings, [name]) for name in names)
    numbering = (
        column for column in columns if column and source_ids(cells[column])[0] is not None
    )
    return next(numbering, None)


def _standard_keys(
    definition: LayerDefinition, match: Recognised, cells: Cells
) -> dict[str, object]:
    """The keys of a definition that the standard decides where the definition does not."""
    fields, suggested = fields_of(match, cells), match.standard.layer
    style = definition.style if definition.style.field else style_of(match, fields)
    row_id = definition.source.id or row_id_of(match.standard.row_id, cells)
    return {
        "fields": fields,
        "label": definition.label or _if_field(suggested.label, fields),
        "partition": definition.partition or _if_field(suggested.partition, fields),
        "nearest": nearest_of(definition.nearest or suggested.nearest, fields),
        "style": style,
        "source": definition.source.model_copy(update={"id": row_id}),
    }


def _if_field(name: str | None, fields: Collection[str]) -> str | None:
    return name if name in fields else None


def _numbers_in_words(match: Recognised, definition: LayerDefinition) -> list[Problem]:
    """A note of each column that is published as text where the standard wants numbers."""
    return [
        Problem("note", "kept_as_text", column=definition.fields[name].column)
        for name in match.fields
        if name in definition.fields
        and definition.fields[name].type == "text" != match.standard.fields[name].type
    ]


def _note(match: Recognised) -> Problem:
    title = match.standard.title
    return Problem("note", "standard", value=title["ja"], detail=title["en"])
