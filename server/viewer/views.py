"""The city's ready-made views: which layers one tap shows, and for which disasters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.catalog.designations import is_designated
from layers.schema.city import Preset
from layers.schema.values import Disaster
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class ViewButton:
    """A view whose layers can be shown, in one language."""

    id: str
    title: str
    layers: tuple[str, ...]
    disasters: tuple[Disaster, ...]


def view_buttons(catalog: Catalog, lang: str) -> Iterator[ViewButton]:
    """The views that have at least one layer now, in the city's order."""
    for view in catalog.city.presets:
        layers = tuple(_layers(catalog, view))
        if layers:
            yield ViewButton(view.id, localized(view.title, lang), layers, view.disasters)


def _layers(catalog: Catalog, view: Preset) -> Iterator[str]:
    """Ids in the order of the panel.

    A view of disasters never offers places to stay in (指定避難所) as places to flee to: in a group
    of places designated by kind of disaster, a layer without such designations is left out.
    """
    definitions = [layer.definition for layer in catalog.layers.values()]
    groups = {definition.group for definition in definitions if is_designated(definition)}
    for definition in definitions:
        undesignated = definition.group in groups and not is_designated(definition)
        if definition.id in view.layers and not (view.disasters and undesignated):
            yield definition.id
