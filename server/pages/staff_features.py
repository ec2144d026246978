"""What the staff's pages about a layer's features show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.query.listing import Listed
from layers.schema.layer import FieldDefinition, LayerDefinition
from layers.schema.values import Scalar
from server.desk.layer_changes.cells import choices_of
from server.desk.layer_changes.entries import LayerChange
from server.texts import Translate
from server.texts.staff_layers import end_labels, kind_labels, state_labels
from server.texts.wording import feature_name, localized

Input = Literal["text", "date", "number", "choice"]


@dataclass(frozen=True, slots=True)
class ValueField:
    """A field of a feature's form: what a cell of its column holds now, and how it is typed."""

    id: str
    title: str
    unit: str | None
    input: Input
    value: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A withdrawal or a change in words. `state` is "" of one that has ended.

    `file` is the name of the file that the layer is made from, "" where that is not known.
    """

    entry: LayerChange
    kind: str
    layer: str
    subject: str
    state: str
    state_code: str
    end: str
    file: str


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A feature of a list, and what it is called."""

    id: int
    name: str
    details: str


def feature_row(layer: Layer, feature: Listed, lang: str) -> FeatureRow:
    """A feature by its name, with the first of its other values; of flags there are many alike."""
    label = layer.definition.label
    values = [
        str(value)
        for name, value in feature.properties.items()
        if name != label and not isinstance(value, bool)
    ]
    name = feature_name(layer.definition, feature.properties, lang)
    return FeatureRow(feature.id, name, " · ".join(values[:3]))


def value_fields(
    definition: LayerDefinition, properties: Mapping[str, Scalar | None], lang: str, _: Translate
) -> list[ValueField]:
    """The form's fields: one for each column, of fields made of one that which decides."""
    fields = []
    columns: set[str] = set()
    for name, field in definition.public_fields.items():
        if field.column in columns:
            continue
        columns.add(field.column)
        choices = choices_of(definition, name)
        fields.append(
            ValueField(
                id=name,
                title=localized(field.title, lang),
                unit=field.unit,
                input=_input(field, choices),
                value=cell_of(definition, name, properties.get(name)),
                choices=_choice_words(field, choices, lang, _) if choices is not None else (),
            )
        )
    return fields


def cell_of(definition: LayerDefinition, name: str, value: Scalar | None) -> str:
    """A published value as a cell of its column may hold it; "" for none."""
    if value is None:
        return ""
    choices = choices_of(definition, name)
    if choices is not None:
        cells = [cell for cell, published in choices.items() if published == value]
        return cells[0] if cells else str(value) if str(value) in choices else ""
    return str(value)


def _input(field: FieldDefinition, choices: Mapping[str, Scalar] | None) -> Input:
    if choices is not None:
        return "choice"
    if field.type == "date":
        return "date"
    return "number" if field.type in ("integer", "number") else "text"


def _choice_words(
    field: FieldDefinition, choices: Mapping[str, Scalar], lang: str, _: Translate
) -> list[tuple[str, str]]:
    labels = {code.value: localized(code.label, lang) for code in field.codes}
    flags = {True: _("yes"), False: _("no")} if field.type == "flag" else {}
    return [
        (cell, labels.get(value) or flags.get(value is True) or cell)
        for cell, value in choices.items()
    ]


def change_rows(
    entries: Iterable[LayerChange], catalog: Catalog, lang: str, _: Translate
) -> list[ChangeRow]:
    """Withdrawals and changes in words."""
    kinds, states, ends = kind_labels(_), state_labels(_), end_labels(_)
    rows = []
    for entry in entries:
        layer = catalog.layers.get(entry.layer)
        state = _state(entry, layer)
        rows.append(
            ChangeRow(
                entry=entry,
                kind=kinds[entry.kind],
                layer=_title(entry, layer, lang),
                subject=_subject(entry, layer, lang),
                state=states.get(state, ""),
                state_code=state,
                end=ends.get(entry.ended or "", ""),
                file=(layer.definition.source.path or "") if layer else "",
            )
        )
    return rows


def _state(entry: LayerChange, layer: Layer | None) -> str:
    if entry.ended is not None or entry.kind in ("layer", "column"):
        return ""
    if layer is None:
        return "waiting"
    return layer.revision.changes.get(entry.number, "waiting")


def _title(entry: LayerChange, layer: Layer | None, lang: str) -> str:
    titles = entry.titles.get("layer")
    if titles is None and layer is not None:
        titles = layer.definition.title
    return localized(titles, lang) if titles else entry.layer


def _subject(entry: LayerChange, layer: Layer | None, lang: str) -> str:
    """What of the layer it is about, without any value: a column's or a field's title, an id."""
    if entry.kind == "column":
        return localized(entry.titles["column"], lang)
    parts = [] if entry.feature is None else [str(entry.feature)]
    field = layer.definition.fields.get(entry.field or "") if layer else None
    if field is not None:
        parts.append(localized(field.title, lang))
    return " · ".join(parts)
