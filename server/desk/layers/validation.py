"""What a version of a layer may be: a definition that can be read, with every file it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection

from layers.errors import DefinitionError
from layers.schema.layer import LayerDefinition
from layers.schema.load import layer_of_text
from layers.schema.unwritten import unwritten
from server.desk.errors import InvalidVersion
from server.desk.layers.files import size_of
from server.desk.layers.versions import VersionFile

LONGEST_ID = 64  # characters
LONGEST_DEFINITION = 1_000_000  # bytes; code lists that are written out may be long
LONGEST_NAME = 200  # bytes of a part of a file's path: file systems take 255
LONGEST_PATH = 1000  # bytes
MOST_FILES = 2000  # of a version; a geodatabase may have some hundred
LONGEST_REASON = 2000  # characters


def checked_definition(layer_id: str, text: str) -> LayerDefinition:
    """The definition of a text. Raises `InvalidVersion`, and `DefinitionError` in its own words."""
    if len(layer_id) > LONGEST_ID:
        raise InvalidVersion("layer", layer_id, f"an id of at most {LONGEST_ID} characters")
    if len(text.encode(errors="replace")) > LONGEST_DEFINITION:
        raise InvalidVersion("definition", len(text), f"at most {LONGEST_DEFINITION} bytes")
    definition = layer_of_text(layer_id, text)
    for problem in unwritten(definition):
        path = Path(f"{layer_id}.toml")
        raise DefinitionError(path, problem.kind, problem.column, problem.value)
    return definition


def checked_files(
    connection: Connection, definition: LayerDefinition, files: Mapping[str, str]
) -> list[VersionFile]:
    """The files by their names, all of them kept, and those that the definition names among them.

    `files` are SHA-256 by path below the layer's data folder. Raises `InvalidVersion`.
    """
    if len(files) > MOST_FILES:
        raise InvalidVersion("files", len(files), f"at most {MOST_FILES} files")
    kept = []
    for name, sha256 in sorted(files.items()):
        require_name(name)
        size = size_of(connection, sha256)
        if size is None:
            raise InvalidVersion("files", name, "a file that was put before")
        kept.append(VersionFile(name, sha256, size))
    _require_apart(files)
    for key, path in _paths(definition).items():
        wanted = PurePosixPath(path)
        if not any(PurePosixPath(name).is_relative_to(wanted) for name in files):
            raise InvalidVersion(key, path, "a file among those of the version")
    return kept


def require_name(name: str) -> None:
    """Raise `InvalidVersion` for what is no plain path below a folder."""
    parts = name.split("/")
    is_plain = (
        name.isprintable()
        and "\\" not in name
        and len(name.encode(errors="replace")) <= LONGEST_PATH
    )
    is_below = all(part and not part.startswith(".") for part in parts)
    is_short = all(len(part.encode(errors="replace")) <= LONGEST_NAME for part in parts)
    if not (is_plain and is_below and is_short and _is_utf8(name)):
        raise InvalidVersion("files", name, "a path below the layer's data folder, nothing hidden")


def checked_reason(reason: str, *, wanted: bool = False) -> str:
    """A reason as it is kept. Raises `InvalidVersion`."""
    reason = reason.strip()
    if len(reason) > LONGEST_REASON or (wanted and not reason):
        least = "a reason" if wanted else "a text"
        raise InvalidVersion(
            "reason", reason[:80], f"{least} of at most {LONGEST_REASON} characters"
        )
    return reason


def _paths(definition: LayerDefinition) -> dict[str, str]:
    """The paths below the data folder that a definition names, by their keys."""
    paths = {"source.path": definition.source.path}
    if definition.surveyed_extent not in (None, "boundary", "unknown"):
        paths["surveyed_extent"] = str(definition.surveyed_extent)
    return {key: path for key, path in paths.items() if path is not None}


def _require_apart(names: Mapping[str, str]) -> None:
    """Raise for a file that another one needs as its folder."""
    folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    for name in names:
        if name in folders:
            raise InvalidVersion("files", name, "a name that is not another file's folder")


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
