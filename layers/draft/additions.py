"""What a new file of a layer that is known has beyond the layer's columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layers.japanese.spelling import normalised_name
from layers.report import Problem
from layers.schema.layer import FieldDefinition, LayerDefinition


def for_new_file(
    definition: LayerDefinition, read: LayerDefinition, drafts: Sequence[LayerDefinition]
) -> tuple[LayerDefinition, LayerDefinition]:
    """The layer's definition for a new file, and one with a field for what only the file has.

    `read` is the definition with the fields that a standard gives it; `drafts` are those made of
    the layers in the file. Columns that look personal are suppressed in both. A standard gives
    fields to further columns by itself: where the file has some, the definition names its own.
    """
    proposal = _with_additions(read, drafts)
    chosen = definition if proposal.fields == read.fields else read
    return chosen.model_copy(update={"privacy": proposal.privacy}), proposal


def _with_additions(
    definition: LayerDefinition, drafts: Sequence[LayerDefinition]
) -> LayerDefinition:
    draft = _same_part(definition, drafts)
    if draft is None or not definition.fields:
        return definition
    known = _decided(definition)
    fields = dict(definition.fields)
    for name, field in draft.fields.items():
        if normalised_name(field.column) not in known:
            fields[_unused(name, fields)] = field
    personal = [name for name in draft.privacy.suppress if normalised_name(name) not in known]
    privacy = definition.privacy.model_copy(
        update={"suppress": (*definition.privacy.suppress, *personal)}
    )
    return definition.model_copy(update={"fields": fields, "privacy": privacy})


def additions(proposal: LayerDefinition, definition: LayerDefinition) -> Iterator[Problem]:
    """A note for each column of the proposal that the definition does not publish."""
    known = _decided(definition)
    for field in proposal.fields.values():
        if normalised_name(field.column) not in known:
            yield Problem("note", "column_new", column=field.column)


def _same_part(
    definition: LayerDefinition, drafts: Sequence[LayerDefinition]
) -> LayerDefinition | None:
    """The draft of the layer in the file that the definition is of."""
    if len(drafts) == 1:
        return drafts[0]
    part = (definition.source.sublayer, definition.source.geometry)
    parts = ((each.source.sublayer, each.source.geometry) for each in drafts)
    return next((each for each, other in zip(drafts, parts, strict=True) if other == part), None)


def _decided(definition: LayerDefinition) -> frozenset[str]:
    """The columns, as `normalised_name` has them, of which the definition says what they are."""
    source, privacy = definition.source, definition.privacy
    columns = [field.column for field in definition.fields.values()]
    positions = (source.longitude, source.latitude, source.address, source.id)
    named = (*columns, *privacy.suppress, *privacy.group_by, *positions)
    return frozenset(normalised_name(name) for name in named if name is not None)


def _unused(name: str, fields: dict[str, FieldDefinition]) -> str:
    """The name, with a number behind it where a field has it already."""
    numbered = (f"{name}_{number}" for number in range(2, len(fields) + 3))
    return next(each for each in (name, *numbered) if each not in fields)
