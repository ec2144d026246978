"""What the desk changes of a layer on top of its file, until the file has it.

A change is one entry, with the number that the desk knows it by. The document of a layer is an
input of its revision, as its definition and its files are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set
from typing import Annotated, Literal

from pydantic import Field as Option

from layers.schema.layer import LayerDefinition, Nearest
from layers.schema.values import Scalar, Strict

# Of a change, by what the file says now: still what it said when the change was made; the same as
# the change; something else; nothing of the feature, or of its field.
ChangeState = Literal["pending", "settled", "conflict", "gone"]

Longitude = Annotated[float, Option(ge=-180, le=180)]
Latitude = Annotated[float, Option(ge=-90, le=90)]


class Anchor(Strict):
    """By what a feature is found again in a file that gives it another id: hashes.

    See `layers.revision.anchors`. Without `label` the feature is not called by anything.
    """

    place: str
    label: str | None
    values: str


class Change(Strict):
    """What every change has."""

    number: int


class WithheldColumn(Change):
    """A column of the source that is published no more, and the fields that were made from it."""

    column: str
    fields: tuple[str, ...]


class WithheldFeature(Change):
    """A feature that is published no more; `is_added` is one that staff had added."""

    feature: int
    anchor: Anchor
    is_added: bool = False


class Moved(Change):
    """A feature that is elsewhere than its file says: in degrees."""

    feature: int
    anchor: Anchor
    longitude: Longitude
    latitude: Latitude


class Corrected(Change):
    """A value that is another one than the file says.

    `before` is what was published then, `after` what a cell of the column would hold.
    """

    feature: int
    anchor: Anchor
    field: str
    before: Scalar | None
    after: str


class Added(Change):
    """A feature that the file lacks, under an id of its own; `values` are cells by field."""

    feature: int
    longitude: Longitude
    latitude: Latitude
    values: dict[str, str]


class Removed(Change):
    """A feature that is not there any more, though the file has it."""

    feature: int
    anchor: Anchor


class Changes(Strict):
    """Everything that the desk changed of one layer, each kind in the order of the numbers."""

    columns: tuple[WithheldColumn, ...] = ()
    features: tuple[WithheldFeature, ...] = ()
    moved: tuple[Moved, ...] = ()
    corrected: tuple[Corrected, ...] = ()
    added: tuple[Added, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def withheld(self) -> frozenset[int]:
        """The numbers of the withdrawals that a revision made with these keeps to."""
        numbers = {entry.number for entry in self.columns}
        return frozenset(numbers | {entry.number for entry in self.features})

    @property
    def edits(self) -> tuple[Change, ...]:
        """What is changed of single features beside the withdrawals."""
        return (*self.moved, *self.corrected, *self.added, *self.removed)

    @property
    def of_features(self) -> bool:
        """Whether any change is of a single feature."""
        return bool(self.features or self.edits)

    def __bool__(self) -> bool:
        return bool(self.columns) or self.of_features

    def digest(self) -> str:
        """A hash of all of it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


NO_CHANGES = Changes()


def without_columns(definition: LayerDefinition, changes: Changes) -> LayerDefinition:
    """The definition as if the withheld columns were not in the source.

    What names a field of theirs names none. A layer whose places were designated by their flags
    alone names no place as near.
    """
    if not changes.columns:
        return definition
    columns = {entry.column for entry in changes.columns}
    gone = {name for entry in changes.columns for name in entry.fields}
    gone |= {name for name, field in definition.fields.items() if field.column in columns}
    source, style = definition.source, definition.style
    if source.id in columns:
        source = source.model_copy(update={"id": None})
    if style.field in gone:
        style = style.model_copy(update={"field": None, "classes": ()})
    fields = {name: field for name, field in definition.fields.items() if name not in gone}
    update = {
        "fields": fields,
        "label": _left(definition.label, gone),
        "partition": _left(definition.partition, gone),
        "nearest": _nearest(definition.nearest, gone),
        "source": source,
        "style": style,
    }
    return definition.model_copy(update=update)


def _left(name: str | None, gone: Set[str]) -> str | None:
    return None if name in gone else name


def _nearest(nearest: Nearest | None, gone: Set[str]) -> Nearest | None:
    if nearest is None or gone.isdisjoint(nearest.valid_for.values()):
        return nearest
    flags = {disaster: flag for disaster, flag in nearest.valid_for.items() if flag not in gone}
    return Nearest(valid_for=flags) if flags else None
