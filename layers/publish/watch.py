"""What the definitions and the files they name look like now, without reading the files.

Names, sizes, times and inodes are asked for again and again: of a network share no other notice
of a change is to be had.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from layers.errors import LayersError
from layers.files import Stamp, stamp
from layers.publish.inputs import Inputs, sources_of_city
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY, layer_files
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.source import Source
from layers.sources.files import files_of, locate

# A definition's stamp, and those of the files it names by path, or why they are not to be found.
State = tuple[Stamp | None, tuple[tuple[str, Stamp | None], ...] | str]


class Watch:
    """The state of each layer, by id, and that of the city, by `CITY`.

    A file is taken to be all there after `settle` seconds without a change.
    """

    def __init__(self, definitions: Path, data: Path, settle: float) -> None:
        self._definitions, self._data, self._settle = definitions, data, settle
        self._loaded: dict[Path, tuple[Stamp | None, LayerDefinition | str]] = {}
        self._since: dict[str, tuple[State | None, float]] = {}
        self._last: dict[str, State] = {}

    def look(self, city: CityDefinition) -> dict[str, State]:
        """Everything declared, as it is now; layers as they were while they cannot be listed."""
        declared = _stamp(self._definitions / CITY)
        try:
            paths = layer_files(self._definitions)
        except LayersError as error:
            return {CITY: (declared, str(error)), **self._last}
        self._last = {path.stem: self._state(path, city) for path in paths}
        return {CITY: (declared, self._files_of_base(city)), **self._last}

    def definitions(self) -> Iterator[LayerDefinition]:
        """Every definition that could be read when it was last looked at."""
        for _, definition in self._loaded.values():
            if not isinstance(definition, str):
                yield definition

    def is_at_rest(self, key: str, state: State | None, now: float) -> bool:
        """Whether the state, told at each look, has been the same for as long as files settle."""
        before, since = self._since.get(key, (None, now))
        if key not in self._since or before != state:
            self._since[key] = (state, now)
            return self._settle <= 0
        return now - since >= self._settle

    def has_rested(self, state: State | None) -> bool:
        """Whether, as far as one look can tell, nothing has been written for so long."""
        if state is None:
            return True
        definition, files = state
        stamps = [definition] if isinstance(files, str) else [definition, *dict(files).values()]
        newest = max((each.modified for each in stamps if each is not None), default=0)
        return newest / 1e9 <= time.time() - self._settle

    def _state(self, path: Path, city: CityDefinition) -> State:
        declared = _stamp(path)
        loaded = self._loaded.get(path)
        if loaded is None or loaded[0] != declared:
            loaded = self._loaded[path] = (declared, _loaded(path))
        definition = loaded[1]
        if isinstance(definition, str):
            return declared, definition
        try:
            inputs = Inputs.of(definition, city, self._data)
        except (LayersError, OSError) as error:
            return declared, str(error)
        return declared, self._stamps(inputs.paths)

    def _files_of_base(self, city: CityDefinition) -> tuple[tuple[str, Stamp | None], ...]:
        """The files of the base map; in the place of those that are not to be found, why."""
        files: dict[str, Stamp | None] = {}
        sources = [*sources_of_city(city).values(), *(entry.source for entry in city.base)]
        for source in [*sources, *(Source(path=path) for path in city.address_files)]:
            try:
                paths = files_of(locate(source, self._data))
            except (LayersError, OSError) as error:
                files[str(error)] = None
                continue
            files |= {str(path): _stamp(path) for path in paths}
        return tuple(files.items())

    def _stamps(self, paths: Mapping[str, Path]) -> tuple[tuple[str, Stamp | None], ...]:
        return tuple((name, _stamp(path)) for name, path in paths.items())


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
