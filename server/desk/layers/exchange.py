"""The desk's layers as a folder of files, written for other hands and taken in again.

<id>.toml           the definition
data/<id>/          the files it names, by the paths it names them by
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from layers.files import read_file, require_file
from layers.schema.city import CityDefinition
from layers.schema.folder import layer_files, load_declared
from server.desk.accounts.roles import Actor
from server.desk.errors import InvalidVersion
from server.desk.failures import failures_logged
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.validation import require_name
from server.desk.layers.versions import Content, Version

DATA = "data"


@dataclass(frozen=True, slots=True)
class FolderLayer:
    """A layer in a folder: its definition's text, and its files by the names they are to have."""

    definition: str
    files: Mapping[str, Path]

    def put(self, desk: DeskLayers) -> Content:
        """Keep its files for a version. Raises as `DeskLayers.put_file` does."""
        digests = {name: desk.put_file(path) for name, path in self.files.items()}
        return Content(self.definition, digests)


def export_layers(desk: DeskLayers, folder: Path) -> list[Version]:
    """Write every layer that is the desk's into a new folder, all of it or nothing.

    Gives the versions. Raises `FileExistsError` for a folder that holds anything, `OSError`,
    `DeskUnavailable`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(None, "the folder holds files", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    versions = list(desk.current().values())
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        new = Path(temporary) / "layers"
        new.mkdir()
        for version in versions:
            (new / f"{version.layer}.toml").write_bytes(str(version.definition).encode())
            desk.write_files(version, new / DATA / version.layer)
        new.replace(folder)
    return versions


def read_folder(folder: Path, city: CityDefinition) -> dict[str, FolderLayer]:
    """The layers of a folder, by id; their data is not read yet.

    Raises `DefinitionError`, `PreparationError` for a folder that cannot be listed, and
    `InvalidVersion` for a file that none may be.
    """
    layers = {}
    for path in layer_files(folder):
        load_declared(path, city)
        text = read_file(path).decode("utf-8-sig")
        layers[path.stem] = FolderLayer(text, _files(folder / DATA / path.stem))
    return layers


def import_layers(
    engine: Engine, desk: DeskLayers, layers: Mapping[str, FolderLayer], actor: Actor
) -> dict[str, int | None]:
    """Publish the layers, all of them or none; gives each one's version, None where it was that.

    Raises what `DeskLayers.put_file` and `DeskLayers.publish` raise.
    """
    contents = {layer_id: layer.put(desk) for layer_id, layer in layers.items()}
    with failures_logged(), engine.begin() as connection:
        return {
            layer_id: desk.import_version(connection, layer_id, content, actor)
            for layer_id, content in contents.items()
        }


def _files(folder: Path) -> dict[str, Path]:
    """Every file below a folder, by its path there. Raises `InvalidVersion`, `OSError`."""
    files = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            relative = path.relative_to(folder).as_posix()
            require_name(relative)
            if path.is_symlink():
                raise InvalidVersion("files", relative, "a file, and no link to one")
            require_file(path)
            files[relative] = path
    return dict(sorted(files.items()))
