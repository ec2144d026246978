"""The folder of definitions: one file for the city, one for each layer."""

from __future__ import annotations

from pathlib import Path

from layers.errors import DefinitionError, PreparationError
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.unwritten import is_placeholder

CITY = "city.toml"
DEFINITION = ".toml"


def layer_files(definitions: Path) -> list[Path]:
    """The definition of each layer, in the order of their ids; hidden files are none.

    Raises `PreparationError` for a folder that cannot be listed: it is not an empty one.
    """
    try:
        found = sorted(definitions.iterdir())
    except OSError as error:
        why = {"file": definitions.name, "detail": str(error.strerror)}
        raise PreparationError("file_system", **why) from None
    return [
        path
        for path in found
        if path.suffix == DEFINITION and path.name != CITY and not path.name.startswith(".")
    ]


def load_declared(path: Path, city: CityDefinition) -> LayerDefinition:
    """The layer, in one of the city's groups. Raises `DefinitionError`."""
    definition = load_layer(path)
    groups = [group.id for group in city.groups]
    if definition.group not in groups and not is_placeholder(definition.group):
        raise DefinitionError(path, "group", "group", definition.group, ", ".join(groups))
    return definition
