"""What the definitions and the files they name look like now, without reading the files.

Names, sizes, times and inodes are asked for again and again: of a network share no other notice
of a change is to be had.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from layers.errors import LayersError
from layers.publish.inputs import Inputs
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY, layer_files
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.source import Source
from layers.sources.files import files_of, locate
from layers.store.files import Stamp, stamp

SETTLE = 3.0  # seconds without a change after which a file is taken to be all there

# A definition's stamp, and those of the files it names by path, or why they are not to be found.
State = tuple[Stamp | None, tuple[tuple[str, Stamp | None], ...] | str]


class Watch:
    """The state of each layer, by id, and that of the city, by `CITY`."""

    def __init__(self, definitions: Path, data: Path) -> None:
        self._definitions, self._data = definitions, data
        self._loaded: dict[Path, tuple[Stamp | None, LayerDefinition | str]] = {}
        self._since: dict[str, tuple[State | None, float]] = {}
        self._last: dict[str, State] = {}

    def look(self, city: CityDefinition) -> dict[str, State]:
        """Everything declared, as it is now; layers as they were while they cannot be listed."""
        written = _stamp(self._definitions / CITY)
        try:
            paths = layer_files(self._definitions)
        except LayersError as error:
            return {CITY: (written, str(error)), **self._last}
        boundary = [
            Source(path=path) for path in (city.boundary, city.neighbourhoods) if path is not None
        ]
        self._last = {path.stem: self._state(path, city) for path in paths}
        return {CITY: (written, self._found(boundary)), **self._last}

    def definitions(self) -> Iterator[LayerDefinition]:
        """Every definition that could be read when it was last looked at."""
        for _, known in self._loaded.values():
            if not isinstance(known, str):
                yield known

    def is_at_rest(self, key: str, state: State | None, now: float) -> bool:
        """Whether the state, told at each look, has been the same for `SETTLE` seconds."""
        before, since = self._since.get(key, (None, now))
        if key not in self._since or before != state:
            self._since[key] = (state, now)
            return SETTLE <= 0
        return now - since >= SETTLE

    def _state(self, path: Path, city: CityDefinition) -> State:
        written = _stamp(path)
        known = self._loaded.get(path)
        if known is None or known[0] != written:
            known = self._loaded[path] = (written, _loaded(path))
        definition = known[1]
        if isinstance(definition, str):
            return written, definition
        try:
            inputs = Inputs.of(definition, city, self._data)
        except (LayersError, OSError) as error:
            return written, str(error)
        return written, self._stamps(inputs.paths)

    def _found(self, several: list[Source]) -> tuple[tuple[str, Stamp | None], ...] | str:
        try:
            found = [files_of(locate(source, self._data)) for source in several]
        except (LayersError, OSError) as error:
            return str(error)
        return tuple((str(path), _stamp(path)) for files in found for path in files)

    def _stamps(self, paths: Mapping[str, Path]) -> tuple[tuple[str, Stamp | None], ...]:
        return tuple((name, _stamp(path)) for name, path in paths.items())


def has_rested(state: State | None) -> bool:
    """Whether, as far as one look can tell, nothing was written for the last `SETTLE` seconds."""
    if state is None:
        return True
    definition, files = state
    stamps = [definition] if isinstance(files, str) else [definition, *(one for _, one in files)]
    newest = max((one.modified for one in stamps if one is not None), default=0)
    return newest / 1e9 <= time.time() - SETTLE


def _loaded(path: Path) -> LayerDefinition | str:
    try:
        return load_layer(path)
    except LayersError as error:
        return str(error)


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamp(path)
    except OSError:
        return None
