"""Which disasters the places of a layer are designated for, and which the map in view is about.

`web/map/designated.js` decides the same for the map on screen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from layers.catalog.layer import Layer
from layers.schema.layer import LayerDefinition
from layers.schema.values import DISASTERS, Disaster, Hazard

# What a place must be designated for where the zones of a hazard are shown.
#
# ため池: places are designated for the kinds of 災害対策基本法施行令 第20条の3 and of the order
# under it. A reservoir's flood is none of them: no place is designated for it, and none may be
# called so. A broken dam's water comes down the valley as a river's does, so a place that is not
# even designated for river floods is marked. That another is not marked says nothing of the
# reservoir; `server/texts/cautions.py` says that wherever both are shown.
DISASTER_OF: Mapping[Hazard, Disaster] = {
    Hazard.FLOOD: "flood",
    Hazard.INLAND_FLOOD: "inland_flood",
    Hazard.STORM_SURGE: "storm_surge",
    Hazard.TSUNAMI: "tsunami",
    Hazard.RESERVOIR_FLOOD: "flood",
    Hazard.LANDSLIDE: "landslide",
}


def is_designated(definition: LayerDefinition) -> bool:
    """Whether the layer's places are designated by kind of disaster."""
    return definition.nearest is not None and bool(definition.nearest.valid_for)


def has_states(definition: LayerDefinition) -> bool:
    """Whether the city opens and closes the layer's places, and says so: those it designated.

    Of a sample's places nothing is said.
    """
    return not definition.sample and (is_designated(definition) or definition.shelters)


def designated_for(
    definition: LayerDefinition, properties: Mapping[str, Any]
) -> list[Disaster] | None:
    """The kinds of disaster that a place is designated for; None where places are not by kind."""
    if definition.nearest is None or not definition.nearest.valid_for:
        return None
    flags = definition.nearest.valid_for
    return [each for each in DISASTERS if each in flags and properties.get(flags[each]) is True]


def designated_flags(layer: Layer) -> dict[Disaster, str]:
    """The flag of each kind of disaster that at least one feature is designated for.

    Empty where none is; a sample's places too are listed, as they are drawn.
    """
    nearest = layer.definition.nearest
    if nearest is None or not nearest.valid_for:
        return {}
    columns = layer.revision.columns
    return {
        disaster: flag
        for disaster, flag in nearest.valid_for.items()
        if columns[flag].is_true().any()
    }


def disaster_of(definition: LayerDefinition) -> Disaster | None:
    """The kind of disaster whose zones the layer shows; None where it shows none."""
    return DISASTER_OF[definition.hazard] if definition.hazard is not None else None


def disasters_in_view(
    layers: Iterable[Layer], chosen: Collection[Disaster] = ()
) -> tuple[Disaster, ...]:
    """The kinds of disaster whose zones are among the layers shown.

    Those `chosen` are left out: of places only those designated for them are shown at all.
    """
    shown = {disaster_of(layer.definition) for layer in layers}
    return tuple(each for each in DISASTERS if each in shown and each not in chosen)


def undesignated_flags(layer: Layer) -> dict[Disaster, str | None]:
    """The flag of each kind of disaster that not every place is designated for.

    None where the data has no such flag: then no place is. Empty for a layer of other things.
    """
    nearest = layer.definition.nearest
    if nearest is None or not nearest.valid_for:
        return {}
    columns = layer.revision.columns
    flags = {disaster: nearest.valid_for.get(disaster) for disaster in DISASTERS}
    return {
        disaster: flag
        for disaster, flag in flags.items()
        if flag is None or not columns[flag].is_true().all()
    }


def flags_in_view(layer: Layer, in_view: Collection[Disaster]) -> list[str | None]:
    """The flags all of which a place must have to look designated where `in_view` are shown.

    Empty where every place has them.
    """
    flags = undesignated_flags(layer) if in_view else {}
    return [flags[disaster] for disaster in in_view if disaster in flags]


def flags_chosen(layer: Layer, disasters: Collection[Disaster]) -> list[str] | None:
    """The flags a place must have to be shown; None for every place, none for no place.

    A disaster that no place is designated for asks for nothing: what shows the map says so.
    """
    if not disasters or not is_designated(layer.definition):
        return None
    flags = designated_flags(layer)
    return [flag for disaster, flag in flags.items() if disaster in disasters]


def is_chosen(flags: Collection[str] | None, properties: Mapping[str, Any]) -> bool:
    """Whether a place with these properties is shown where those with `flags_chosen` are."""
    return flags is None or (bool(flags) and has_all(flags, properties))


def has_all(flags: Iterable[str | None], properties: Mapping[str, Any]) -> bool:
    """Whether a place has all these flags; what the data does not state, it has not."""
    return all(flag is not None and properties.get(flag) is True for flag in flags)
