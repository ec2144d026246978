"""What a TOML file may say: one layer (`<id>.toml`) or the city (`city.toml`).

Both are strict and frozen. A key that is not known, or a value that does not fit, is a
`DefinitionError` naming file, key, value and what was wanted.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    Field as Option,
    model_validator,
)

from layers.schema.links import WebAddress
from layers.schema.renewal import Renewal
from layers.schema.source import Source
from layers.schema.validation import rule
from layers.schema.values import (
    LAYER_ID,
    NAME_FORMS,
    RESERVED_FIELDS,
    Color,
    Disaster,
    Hazard,
    Metres,
    PictogramId,
    Scalar,
    Scenario,
    Shape,
    Strict,
    Text,
    Zoom,
)


class Code(Strict):
    """One published value of a field, in words; `synonyms` are what files write for it.

    `depth_m` is how deep the water of the class is, in metres: from the first value on and less
    than the second, without which it is open; empty where it says nothing of depth.
    """

    value: Scalar
    synonyms: tuple[str, ...] = ()
    label: Text
    meaning: Text | None = None
    color: Color | None = None
    depth_m: Annotated[tuple[Metres, ...], Option(max_length=2)] = ()


class FieldDefinition(Strict):
    """A published property: where it comes from, its type and its words.

    With `open_codes` a value without a code is no mistake: it stands for itself. Without `card`
    the map does not tell it of a place; the table and the exports do.
    """

    title: Text
    column: str
    type: Literal["text", "integer", "number", "date", "flag"] = "text"
    unit: str | None = None
    values: Mapping[str, Scalar] = {}
    codes: tuple[Code, ...] = ()
    open_codes: bool = False
    audience: Literal["public", "staff"] = "public"
    card: bool = True


class Privacy(Strict):
    """What is kept back before anything is made from the data.

    `suppress` are columns that go no further than the reader. Positions are moved to the middle of
    a grid cell of `grid_m` metres. Rows are left out where fewer than `least_group` share the same
    values of the columns `group_by`, or, without any, the same published position.
    """

    suppress: tuple[str, ...] = ()
    grid_m: Annotated[int, Option(ge=10, le=10_000)] | None = None
    least_group: Annotated[int, Option(ge=2)] | None = None
    group_by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _groups_have_a_size(self) -> Self:
        if self.group_by and self.least_group is None:
            raise rule("least_group", "least_group")
        return self


class Credit(Strict):
    """Whose data this is, under which terms, and as of when."""

    attribution: Text
    licence: Text
    licence_url: WebAddress | None = None
    url: WebAddress | None = None
    date: datetime.date


class UsageNote(Strict):
    """Fixed words shown with every feature of the layer.

    `reviewed_on` is the day on which a person signed them, and stays empty until one has.
    """

    text: Text
    reviewed_on: datetime.date | None = None
    reviewed_by_person: tuple[str, ...] = ()


class StyleClass(Strict):
    """How features with one value of the style's field look."""

    value: Scalar
    color: Color | None = None
    shape: Shape | None = None
    pictogram: PictogramId | None = None
    glyph: str | None = None


class Style(Strict):
    """How features look. What a class leaves open, the layer's own look fills in.

    A symbol shows its pictogram, which needs no reading; without one the letter in `glyph`.
    """

    color: Color = "#555555"
    shape: Shape = "circle"
    pictogram: PictogramId | None = None
    glyph: str = ""
    field: str | None = None
    classes: tuple[StyleClass, ...] = ()


class Nearest(Strict):
    """The layer's features are named as near a place.

    Where they are designated by kind of disaster, `valid_for` names the flag that says so; a
    place is then only named for a disaster whose flag is set.
    """

    valid_for: Mapping[Disaster, str] = {}


class LayerDefinition(Strict):
    """One layer, as its file declares it. `id` is the file's stem.

    Where a tile would show more than `cluster_threshold` points, they are counted by cells.
    `tile_bytes` is the size that a GeoJSON tile, before compression, is kept below by showing less
    detail.
    Without `fields` they are those of the standard that the source's columns follow.
    `previous_ids` are ids the layer once had: links that name them lead to it. `shelters` says that
    its places are designated shelters (指定避難所), which the city opens and closes.
    """

    id: str
    previous_ids: tuple[Annotated[str, Option(pattern=rf"^{LAYER_ID.pattern}$")], ...] = ()
    title: Text
    description: Text
    group: str
    order: int = 100
    sample: bool = False
    default_visible: bool = False
    minzoom: Zoom = 8
    maxzoom: Zoom = 16
    cluster_threshold: Annotated[int, Option(ge=1)] = 250
    tile_bytes: Annotated[int, Option(ge=10_000)] = 1_000_000
    label: str | None = None
    usage_note: UsageNote | None = None
    hazard: Hazard | None = None
    scenario: Scenario | None = None
    surveyed_extent: str | None = None
    partition: str | None = None
    nearest: Nearest | None = None
    shelters: bool = False
    source: Source
    credit: Credit
    renewal: Renewal | None = None
    privacy: Privacy = Privacy()
    fields: Mapping[str, FieldDefinition] = {}
    style: Style = Style()

    @model_validator(mode="after")
    def _hazard_is_whole(self) -> Self:
        declared = {
            "hazard": self.hazard,
            "scenario": self.scenario,
            "surveyed_extent": self.surveyed_extent,
        }
        missing = [key for key, value in declared.items() if value is None]
        if missing and (len(missing) < len(declared) or self.group == "disaster"):
            raise rule("hazard_whole", missing[0])
        return self

    @model_validator(mode="after")
    def _zooms_in_order(self) -> Self:
        if self.minzoom > self.maxzoom:
            raise rule("zooms", "minzoom", self.minzoom, str(self.maxzoom))
        return self

    @model_validator(mode="after")
    def _named_fields_exist(self) -> Self:
        for name in self.fields:
            if not LAYER_ID.fullmatch(name) or name in RESERVED_FIELDS:
                raise rule("field_name", f"fields.{name}", name, ", ".join(RESERVED_FIELDS))
        named = {"label": self.label, "partition": self.partition, "style.field": self.style.field}
        valid_for = self.nearest.valid_for if self.nearest else {}
        named |= {f"nearest.valid_for.{disaster}": flag for disaster, flag in valid_for.items()}
        for key, field in named.items():
            if self.fields and field is not None and field not in self.public_fields:
                raise rule("not_a_field", key, field, ", ".join(self.public_fields))
        if self.style.classes and self.style.field is None:
            raise rule("style_field", "style.field")
        return self

    @model_validator(mode="after")
    def _privacy_can_be_kept(self) -> Self:
        named = [(f"fields.{name}.column", field.column) for name, field in self.fields.items()]
        named += [("privacy.group_by", column) for column in self.privacy.group_by]
        for key, column in [*named, ("source.id", self.source.id)]:
            if column in self.privacy.suppress:
                raise rule("column_suppressed", key, column)
        if self.source.id in self.hidden_columns:  # ids are published
            raise rule("id_of_staff", "source.id", self.source.id)
        return self

    @property
    def public_fields(self) -> dict[str, FieldDefinition]:
        """The fields that are published, by id, in the order of the file."""
        return {name: field for name, field in self.fields.items() if field.audience == "public"}

    @property
    def name_forms(self) -> dict[str, str]:
        """The fields that hold the label's value in other forms, by BCP 47 tag."""
        public = self.public_fields
        forms = {tag: f"{self.label}{suffix}" for tag, suffix in NAME_FORMS.items()}
        return {tag: field for tag, field in forms.items() if field in public}

    @property
    def card_fields(self) -> dict[str, FieldDefinition]:
        """The published fields that the map tells of a place.

        What a feature is called by and what decides its look are always among them.
        """
        named = {self.label, self.style.field}
        fields = self.public_fields.items()
        return {name: field for name, field in fields if field.card or name in named}

    @property
    def designation_flags(self) -> frozenset[str]:
        """The fields that say what kinds of disaster a place is designated for."""
        return frozenset(self.nearest.valid_for.values() if self.nearest else ())

    @property
    def hidden_columns(self) -> frozenset[str]:
        """Columns whose values nobody but staff may see."""
        staff = {field.column for field in self.fields.values() if field.audience == "staff"}
        public = {field.column for field in self.public_fields.values()}
        return frozenset(self.privacy.suppress) | (staff - public)
