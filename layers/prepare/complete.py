"""A definition without fields gets those of the standard that its source follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from layers.errors import SourceError
from layers.japanese.spelling import plain
from layers.prepare.ids import source_ids
from layers.report import Problem
from layers.schema.layer import FieldDefinition, LayerDefinition, Nearest, Style
from layers.schema.validation import broken_rule
from layers.standards import Recognised, recognised, spelling

Cells = dict[str, "pd.Series[Any]"]  # of columns, by their names


def completed(
    definition: LayerDefinition, columns: pd.DataFrame
) -> tuple[LayerDefinition, list[Problem]]:
    """The definition with everything the source's columns let us fill in, and a note of it.

    What the definition says itself stays. One with fields is complete. Raises `SourceError` when it
    has none and the columns follow no standard, or not the fields that the definition names.
    """
    if definition.fields:
        return definition, []
    path = Path(definition.source.name)
    suppressed = definition.privacy.suppress
    cells = {name: one for name, one in named(columns).items() if name not in suppressed}
    found = recognised(cells)
    if found is None:
        raise SourceError(path, "no_standard", None, ", ".join(cells), key="fields")
    declared = {**definition.model_dump(), **_filled(definition, found, cells)}
    try:
        filled = LayerDefinition.model_validate(declared)
    except ValidationError as error:
        raise SourceError(path, **broken_rule(error)) from None
    return filled, [_note(found)]


def named(columns: pd.DataFrame) -> Cells:
    """The cells of columns that can be told by their name: one, and the first of its kind."""
    cells: Cells = {}
    for place, name in enumerate(map(str, columns.columns)):
        if name.strip():
            cells.setdefault(name, columns.iloc[:, place])
    return cells


def fields_of(found: Recognised, cells: Cells) -> dict[str, FieldDefinition]:
    """The standard's fields that these columns hold, in published order."""
    offered = {
        name: found.standard.fields[name].defined(column, cells[column])
        for name, column in found.fields.items()
    }
    return {name: field for name, field in offered.items() if field is not None}


def style_of(found: Recognised, fields: Collection[str]) -> Style:
    """The standard's look; without classes where the field that they tell apart is not there."""
    style = found.standard.style
    if style.field is None or style.field in fields:
        return style
    return style.model_copy(update={"field": None, "classes": ()})


def nearest_of(nearest: Nearest | None, fields: Collection[str]) -> Nearest | None:
    """The flags that are there; None without any, for then no place is valid for anything."""
    if nearest is None or not nearest.valid_for:
        return nearest
    there = {disaster: flag for disaster, flag in nearest.valid_for.items() if flag in fields}
    return Nearest(valid_for=there) if there else None


def row_id_of(names: Iterable[str], cells: Cells) -> str | None:
    """The first of these columns that numbers every row differently."""
    spelt = {plain(name): name for name in cells}
    there = [column for name in names if (column := spelling(spelt, [name])) is not None]
    return next((column for column in there if source_ids(cells[column])[0] is not None), None)


def _filled(definition: LayerDefinition, found: Recognised, cells: Cells) -> dict[str, object]:
    fields, suggested = fields_of(found, cells), found.standard.layer
    style = definition.style if definition.style.field else style_of(found, fields)
    row_id = definition.source.id or row_id_of(found.standard.row_id, cells)
    return {
        "fields": fields,
        "label": definition.label or _there(suggested.label, fields),
        "partition": definition.partition or _there(suggested.partition, fields),
        "nearest": nearest_of(definition.nearest or suggested.nearest, fields),
        "style": style,
        "source": definition.source.model_copy(update={"id": row_id}),
    }


def _there(name: str | None, fields: Collection[str]) -> str | None:
    return name if name in fields else None


def _note(found: Recognised) -> Problem:
    title = found.standard.title
    return Problem("note", "standard", value=title["ja"], detail=title["en"])
