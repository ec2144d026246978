"""The columns of a draft's data, of which its form lets one choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from layers.schema.layer import FieldDefinition, LayerDefinition

USES = ("public", "table", "staff", "drop")
# What a standard decides of a layer whose definition names no fields.
OF_STANDARD = ("fields", "label", "partition", "nearest", "style")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the data: `field` is the id it is published under, `use` one of `USES`.

    `is_new`: the layer, as it is published, does not have it.
    """

    number: int
    column: str
    field: str
    title: Mapping[str, str]
    use: str
    looks_personal: bool
    is_new: bool


def columns_of(
    definition: LayerDefinition, proposal: LayerDefinition, published: LayerDefinition | None
) -> list[ColumnChoice]:
    """The columns that a draft may publish, in the order of the proposal.

    One that several fields are made of is there for each. Those that looked personal when the file
    was read were proposed to be dropped. `published` is the definition of the layer as it is
    served, None of a new one.
    """
    fields = _fields_of(definition, proposal)
    columns = {field.column for field in fields.values()}
    personal = set(proposal.privacy.suppress)
    dropped = dict.fromkeys([*proposal.privacy.suppress, *definition.privacy.suppress])
    known = None if published is None else _named(published)
    choices: list[ColumnChoice] = []

    def add(name: str, column: str, title: Mapping[str, str]) -> None:
        choices.append(
            ColumnChoice(
                number=len(choices),
                column=column,
                field=name,
                title=title,
                use=_use(definition, name),
                looks_personal=column in personal,
                is_new=known is not None and column not in known,
            )
        )

    for name, field in fields.items():
        add(name, field.column, field.title)
    for column in dropped:
        if column not in columns:
            free = (f"column_{number}" for number in count(len(choices) + 1))
            name = next(each for each in free if each not in fields)
            add(name, column, {"ja": column, "en": column})
    return choices


def _fields_of(
    definition: LayerDefinition, proposal: LayerDefinition
) -> dict[str, FieldDefinition]:
    """The definition's fields, and those that the proposal has of other columns."""
    own = {field.column for field in definition.fields.values()}
    fields = {
        name: definition.fields.get(name, field)
        for name, field in proposal.fields.items()
        if name in definition.fields or field.column not in own
    }
    return fields | dict(definition.fields)


def _named(definition: LayerDefinition) -> set[str]:
    """The columns that the definition publishes, shows staff, or drops by name."""
    return {field.column for field in definition.fields.values()} | {*definition.privacy.suppress}


def _use(definition: LayerDefinition, name: str) -> str:
    field = definition.fields.get(name)
    if field is None:
        return "drop"
    if field.audience == "staff":
        return "staff"
    return "public" if field.card else "table"


def as_read(definition: LayerDefinition, read: LayerDefinition) -> LayerDefinition:
    """The definition with what a standard filled in, where it names no fields itself.

    `read` is that of a revision made from it.
    """
    if definition.fields:
        return definition
    source = definition.source.model_copy(update={"id": read.source.id})
    values = {key: getattr(read, key) for key in OF_STANDARD}
    return definition.model_copy(update={**values, "source": source})
