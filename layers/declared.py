"""The folder of definitions: one file for the city, one for each layer."""

from __future__ import annotations

from pathlib import Path

from layers.definition import CityDefinition, LayerDefinition, load_layer
from layers.errors import DefinitionError

CITY = "city.toml"


def layer_files(definitions: Path) -> list[Path]:
    """The definition of each layer, in the order of their ids; hidden files are none."""
    found = sorted(definitions.glob("*.toml"))
    return [path for path in found if path.name != CITY and not path.name.startswith(".")]


def load_declared(path: Path, city: CityDefinition) -> LayerDefinition:
    """The layer, in one of the city's groups. Raises `DefinitionError`."""
    definition = load_layer(path)
    groups = [group.id for group in city.groups]
    if definition.group not in groups:
        raise DefinitionError(path, "group", "group", definition.group, ", ".join(groups))
    return definition
