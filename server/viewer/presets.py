"""The city's presets: which layers one tap shows, and for which disasters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.catalog.designations import is_designated
from layers.schema.city import Preset
from layers.schema.values import Disaster
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class PresetButton:
    """A preset whose layers can be shown, in one language."""

    id: str
    title: str
    layers: tuple[str, ...]
    disasters: tuple[Disaster, ...]


def preset_buttons(catalog: Catalog, lang: str) -> Iterator[PresetButton]:
    """The presets that have at least one layer now, in the city's order."""
    for preset in catalog.city.presets:
        layers = preset_layers(catalog, preset)
        if layers:
            yield PresetButton(preset.id, localized(preset.title, lang), layers, preset.disasters)


def preset_layers(catalog: Catalog, preset: Preset) -> tuple[str, ...]:
    """Ids in the order of the panel.

    A preset of disasters never offers places to stay in (指定避難所) as places to flee to: in a
    group of places designated by kind of disaster, a layer without such designations is left out.
    """
    definitions = [layer.definition for layer in catalog.layers.values()]
    groups = {definition.group for definition in definitions if is_designated(definition)}
    return tuple(
        definition.id
        for definition in definitions
        if definition.id in preset.layers
        and (is_designated(definition) or not (preset.disasters and definition.group in groups))
    )
