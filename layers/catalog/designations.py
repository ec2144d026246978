"""Which disasters the places of a layer are designated for."""

from __future__ import annotations

from layers.catalog.layer import Layer
from layers.schema.layer import LayerDefinition
from layers.schema.values import Disaster


def is_designated(definition: LayerDefinition) -> bool:
    """Whether the layer's places are designated by kind of disaster."""
    return definition.nearest is not None and bool(definition.nearest.valid_for)


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
