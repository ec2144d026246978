"""Every error this package raises. A message names the thing, its value and what was wanted."""

from __future__ import annotations

from pathlib import Path


class LayersError(Exception):
    """Base of all errors of this package."""


class DefinitionError(LayersError):
    """A definition file says something it may not, or leaves out something it must say."""

    def __init__(self, path: Path, key: str, value: object, wanted: str) -> None:
        self.path, self.key, self.value, self.wanted = path, key, value, wanted
        super().__init__(_sentence(path, key, value, wanted))


class SourceError(LayersError):
    """A source file cannot be read as the definition says.

    `kind` is the kind of problem, in `layers.texts`, whose words the report says it in.
    """

    def __init__(
        self, path: Path, key: str, value: object, wanted: str, kind: str = "source"
    ) -> None:
        self.path, self.key, self.value, self.wanted = path, key, value, wanted
        self.kind = kind
        super().__init__(_sentence(path, key, value, wanted))


class DefinitionExists(LayersError):
    """A definition file is there already, and is not written over."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} exists already; --id ID chooses another name")


class PreparationError(LayersError):
    """A layer could not be prepared; the message says why."""


class InvalidTile(LayersError):
    """An address that is no tile of the world, or of the layer."""


class UnknownLayer(LayersError):
    """No layer of this id is declared."""

    def __init__(self, layer_id: str) -> None:
        super().__init__(f"no layer {layer_id!r}")


class LayerUnavailable(LayersError):
    """A layer is declared, but nothing of it can be served."""


class UnknownFormat(LayersError):
    """No export of this format exists."""


def _sentence(path: Path, key: str, value: object, wanted: str) -> str:
    """The file by its name only: messages are shown to others than the operator too."""
    said = "is missing" if value is None else f"is {value!r}"
    return f"{path.name}: {key} {said}; wanted {wanted}"
