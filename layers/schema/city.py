"""The city's definition: what every layer of it shares."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import (
    Field as Option,
    model_validator,
)

from layers.schema.base import BaseSource
from layers.schema.channels import MOST_CHANNELS, Channel
from layers.schema.links import MailAddress, Telephone, WebAddress
from layers.schema.validation import rule
from layers.schema.values import (
    LAYER_ID,
    Disaster,
    Strict,
    Text,
)

# The service itself says that a map is unofficial, as long as `official` is false.
UNOFFICIAL = re.compile("非公式|非官方|비공식|unofficial|không chính thức", re.IGNORECASE)


class Group(Strict):
    """A heading of the layer panel."""

    id: str
    title: Text


class Planned(Strict):
    """A layer that the city has no data for: its place in the panel, which says what is missing."""

    title: Text
    group: str
    missing: Text


class Preset(Strict):
    """Layers that one tap shows together.

    With `disasters`, layers of places that are designated by kind of disaster show only those
    designated for them.
    """

    id: Annotated[str, Option(pattern=rf"^{LAYER_ID.pattern}$")]
    title: Text
    layers: Annotated[tuple[str, ...], Option(min_length=1)]
    disasters: tuple[Disaster, ...] = ()


class Office(Strict):
    """Who answers for the map once a city has adopted it."""

    name: Text
    telephone: Telephone | None = None
    fax: Telephone | None = None
    mail: MailAddress | None = None


class ShelterStates(Strict):
    """How long what the desk says of a shelter is shown: `valid_hours` from when it was said.

    After that it is as designated again. A night, and not a day: what nobody renewed by then may be
    of the day before.
    """

    valid_hours: Annotated[int, Option(ge=1, le=168)] = 12


class CityDefinition(Strict):
    """The city: what every layer of it shares.

    Gaps of up to `close_gaps_m` metres between the areas of `boundary` belong to the city.
    `channels` are the city's own, in the order in which they are named everywhere.
    `online_base` is GSI's map that lies over the bundled one from the start; without it only where
    a reader chooses one.
    `address_files` are published lists of postcodes and readings, for the search; they may be of
    all Japan (see `layers.prepare.address_files`).
    """

    name: Text
    code: Annotated[str, Option(pattern=r"^\d{5}$")]
    extent: tuple[float, float, float, float]
    official: bool = False
    official_map: WebAddress
    official_map_title: Text
    contact: Text
    office: Office | None = None
    channels: Annotated[tuple[Channel, ...], Option(max_length=MOST_CHANNELS)] = ()
    boundary: str
    close_gaps_m: Annotated[float, Option(gt=0, le=20)] | None = None
    neighbourhoods: str | None = None
    address_files: tuple[str, ...] = ()
    base_credit: Text
    base: tuple[BaseSource, ...] = ()
    online_base: Literal["pale", "std"] | None = None
    groups: tuple[Group, ...]
    planned: tuple[Planned, ...] = ()
    presets: tuple[Preset, ...] = ()
    shelter_states: ShelterStates = ShelterStates()

    @model_validator(mode="after")
    def _official_is_not_called_unofficial(self) -> Self:
        for language, text in self.contact.items():
            if self.official and UNOFFICIAL.search(text):
                raise rule("contact_unofficial", f"contact.{language}", text)
        return self

    @model_validator(mode="after")
    def _extent_is_a_box(self) -> Self:
        west, south, east, north = self.extent
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise rule("extent", "extent", list(self.extent))
        return self

    @model_validator(mode="after")
    def _planned_have_a_group(self) -> Self:
        groups = [group.id for group in self.groups]
        for index, planned in enumerate(self.planned):
            if planned.group not in groups:
                key = f"planned.{index}.group"
                raise rule("group", key, planned.group, ", ".join(groups))
        return self

    @model_validator(mode="after")
    def _presets_differ(self) -> Self:
        ids = [preset.id for preset in self.presets]
        for index, view_id in enumerate(ids):
            if view_id in ids[:index]:
                raise rule("view_id", f"presets.{index}.id", view_id)
        return self
