"""Where the definitions of a service come from: the operator's folder, and the desk's mirror.

A layer is declared once: where both sources have it, the desk's counts and the operator's file is
set aside. `city.toml` is the operator's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from layers.errors import PreparationError
from layers.files import Stamp, stamp
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY, layer_files, load_declared
from layers.schema.layer import LayerDefinition
from layers.store.record import Owner


@dataclass(frozen=True, slots=True)
class Declaration:
    """Where a layer is declared: the file of its definition, and the folder its data is below.

    `version` is the number of the desk's: its files are written before it is listed and never
    change. None of files that anybody may change at any time.
    """

    path: Path
    data: Path
    owner: Owner
    version: int | None = None

    def read(self, city: CityDefinition) -> LayerDefinition:
        """The layer, in one of the city's groups. Raises `DefinitionError`."""
        return load_declared(self.path, city)

    def stamp(self) -> Stamp | int | None:
        """What tells one state of the definition from another; None where there is none."""
        if self.version is not None:
            return self.version
        try:
            return stamp(self.path)
        except OSError:
            return None


class DefinitionSource(Protocol):
    """A source of definitions of layers."""

    def declarations(self) -> Mapping[str, Declaration]:
        """What is declared, by id. Raises `PreparationError` while that cannot be told."""


class DeskSource(DefinitionSource, Protocol):
    """The source that follows what the desk publishes."""

    def refresh(self) -> None:
        """Bring what is listed up to date, where that can be; for who publishes.

        Raises `OSError` where it cannot be written down.
        """


class OperatorsFolder:
    """The `DefinitionSource` that is a folder of TOML files, with a folder of data."""

    def __init__(self, definitions: Path, data: Path) -> None:
        self.definitions, self.data = definitions, data

    def declarations(self) -> Mapping[str, Declaration]:
        return {
            path.stem: Declaration(path, self.data, "folder")
            for path in layer_files(self.definitions)
        }

    def lacks(self, layer_id: str) -> bool:
        """Whether a layer is not declared; not while the whole folder is away or unreadable."""
        try:
            names = {path.name for path in self.definitions.iterdir()}
        except OSError:
            return False
        return CITY in names and f"{layer_id}.toml" not in names


@dataclass(frozen=True)
class Definitions:
    """Both sources as one. Without `desk` every layer is the operator's."""

    folder: OperatorsFolder
    desk: DeskSource | None = None

    @property
    def city(self) -> Path:
        """The file of the city's definition."""
        return self.folder.definitions / CITY

    @property
    def knows_desk(self) -> bool:
        """Whether it can be told which layers are the desk's."""
        return self.desk is None or self._of_desk() is not None

    def declarations(self) -> Mapping[str, Declaration]:
        """Every layer that is declared, as far as it can be told which are the desk's.

        Raises `PreparationError` for a folder that cannot be listed.
        """
        return {**self.folder.declarations(), **(self._of_desk() or {})}

    def set_aside(self) -> Mapping[str, Path]:
        """The operator's files that are set aside, by the layer's id. Raises `PreparationError`."""
        of_desk = self._of_desk() or {}
        return {
            key: each.path for key, each in self.folder.declarations().items() if key in of_desk
        }

    def lack(self, layer_id: str) -> bool:
        """Whether a layer is declared nowhere; not while a source cannot be read."""
        of_desk = {} if self.desk is None else self._of_desk()
        return of_desk is not None and layer_id not in of_desk and self.folder.lacks(layer_id)

    def _of_desk(self) -> Mapping[str, Declaration] | None:
        """What the desk declares; None while that cannot be told, and without a desk."""
        try:
            return None if self.desk is None else self.desk.declarations()
        except PreparationError:
            return None
