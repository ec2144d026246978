"""What the operator's folder holds, so that hosts can tell whether theirs hold the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from layers.errors import LayersError
from layers.files import Stamp, stamp
from layers.publish.definitions import OperatorsFolder
from layers.publish.inputs import (
    files_of_extent,
    files_of_source,
    sha256,
    sources_of_base,
)
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_city, load_layer
from layers.sources.files import files_of, locate

Stamps = tuple[tuple[str, Stamp | None], ...]
Declared = CityDefinition | LayerDefinition | None  # None of what cannot be read


class FolderDigests:
    """A digest of each definition and the files it names, read again only if they may have changed.

    Of a source's `url` only the address counts.
    """

    def __init__(self, folder: OperatorsFolder) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[Stamps, str]] = {}
        self._loaded: dict[Path, tuple[Stamp | None, Declared]] = {}

    def now(self) -> Mapping[str, str]:
        """The digests by the name of each definition's file; none of a folder that is away."""
        try:
            layers = [each.path for each in self._folder.declarations().values()]
        except LayersError:
            return {}
        paths = [self._folder.definitions / CITY, *layers]
        self._known = {path: self._digest(path) for path in paths}
        self._loaded = {path: each for path, each in self._loaded.items() if path in self._known}
        return {path.name: digest for path, (_, digest) in self._known.items()}

    def _digest(self, path: Path) -> tuple[Stamps, str]:
        files = {path.name: path, **dict(self._files(path))}
        stamps = tuple((name, _stamp(file)) for name, file in sorted(files.items()))
        known = self._known.get(path)
        if known is not None and known[0] == stamps:
            return known
        digest = hashlib.sha256()
        for name, file in sorted(files.items()):
            digest.update(f"{name}\0{_content(file)}\n".encode())
        return stamps, digest.hexdigest()

    def _files(self, path: Path) -> Iterator[tuple[str, Path]]:
        """The files that a definition names, by their names below the data folder."""
        data = self._folder.data
        definition = self._definition(path)
        try:
            if isinstance(definition, LayerDefinition):
                yield from files_of_source(definition, data).items()
                yield from files_of_extent(definition, data).items()
            elif isinstance(definition, CityDefinition):
                for source in sources_of_base(definition):
                    for file in files_of(locate(source, data)):
                        yield file.relative_to(data).as_posix(), file
        except (LayersError, OSError):
            return  # what is not there may be elsewhere

    def _definition(self, path: Path) -> Declared:
        now = _stamp(path)
        known = self._loaded.get(path)
        if known is None or known[0] != now:
            try:
                definition: Declared = load_city(path) if path.name == CITY else load_layer(path)
            except LayersError:
                definition = None
            known = self._loaded[path] = now, definition
        return known[1]


def _content(path: Path) -> str:
    try:
        return sha256(path)
    except LayersError:
        return "unreadable"


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamp(path)
    except OSError:
        return None
