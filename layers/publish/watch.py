"""What the definitions and the files they name look like now, without reading the files.

Names, sizes, times and inodes are asked for again and again: of a network share no other notice
of a change is to be had.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from layers.errors import LayersError
from layers.files import Stamp, stamp
from layers.publish.definitions import Declaration, Definitions
from layers.publish.inputs import (
    files_of_city,
    files_of_extent,
    files_of_source,
    sources_of_base,
)
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.sources.files import files_of, locate

CHANGES = "\0changes"  # in the place of a file's name
# A definition's stamp, and those of the files it names by path and of the desk's changes, or why
# they are not to be found. In place of the former the number of a version of the desk's, whose own
# files never change.
State = tuple[Stamp | int | None, tuple[tuple[str, Stamp | None], ...] | str]


class Watch:
    """The state of each layer, by id, and that of the city, by `CITY`.

    A file is taken to be all there after `settle` seconds without a change.
    """

    def __init__(
        self, definitions: Definitions, data: Path, settle: float, changes: Callable[[str], Path]
    ) -> None:
        """`changes` names the document of what the desk changed of a layer."""
        self._definitions, self._data, self._settle = definitions, data, settle
        self._changes = changes
        self._loaded: dict[Path, tuple[Stamp | int | None, LayerDefinition | str]] = {}
        self._since: dict[str, tuple[State | None, float]] = {}
        self._last: dict[str, State] = {}

    def look(self, city: CityDefinition) -> dict[str, State]:
        """Everything declared, as it is now; layers as they were while they cannot be listed."""
        declared = _stamp(self._definitions.city)
        try:
            declarations = self._definitions.declarations()
        except LayersError as error:
            return {CITY: (declared, str(error)), **self._last}
        of_city = self._files_of_city(city)
        self._last = {key: self._state(each, of_city) for key, each in declarations.items()}
        paths = {each.path for each in declarations.values()}
        self._loaded = {path: each for path, each in self._loaded.items() if path in paths}
        return {CITY: (declared, self._files_of_base(city)), **self._last}

    def definitions(self) -> Iterator[LayerDefinition]:
        """Every definition that could be read when it was last looked at."""
        for _, definition in self._loaded.values():
            if not isinstance(definition, str):
                yield definition

    def is_at_rest(self, key: str, state: State | None, now: float) -> bool:
        """Whether the state, told at each look, has been the same for as long as files settle."""
        if _is_version(state):
            return True
        before, since = self._since.get(key, (None, now))
        if key not in self._since or before != state:
            self._since[key] = (state, now)
            return self._settle <= 0
        return now - since >= self._settle

    def has_rested(self, state: State | None) -> bool:
        """Whether, as far as one look can tell, nothing has been written for so long."""
        if state is None or _is_version(state):
            return True
        definition, files = state
        assert not isinstance(definition, int)
        stamps = [definition] if isinstance(files, str) else [definition, *dict(files).values()]
        newest = max((each.modified for each in stamps if each is not None), default=0)
        return newest / 1e9 <= time.time() - self._settle

    def _files_of_city(self, city: CityDefinition) -> Mapping[str, Path] | str:
        """The files that every layer rests on, or why they are not to be found."""
        try:
            return files_of_city(city, self._data)
        except (LayersError, OSError) as error:
            return str(error)

    def _state(self, declaration: Declaration, of_city: Mapping[str, Path] | str) -> State:
        declared, path = declaration.stamp(), declaration.path
        loaded = self._loaded.get(path)
        if loaded is None or loaded[0] != declared:
            loaded = self._loaded[path] = (declared, _loaded(path))
        definition = loaded[1]
        if isinstance(definition, str):
            return declared, definition
        if isinstance(of_city, str):
            return declared, of_city
        paths: dict[str, Path] = {}
        if declaration.version is None:
            try:
                paths |= files_of_source(definition, self._data)
                paths |= files_of_extent(definition, self._data)
            except (LayersError, OSError) as error:
                return declared, str(error)
        return declared, self._stamps({**paths, **of_city, CHANGES: self._changes(path.stem)})

    def _files_of_base(self, city: CityDefinition) -> tuple[tuple[str, Stamp | None], ...]:
        """The files of the base map; in the place of those that are not to be found, why."""
        files: dict[str, Stamp | None] = {}
        for source in sources_of_base(city):
            try:
                paths = files_of(locate(source, self._data))
            except (LayersError, OSError) as error:
                files[str(error)] = None
                continue
            files |= {str(path): _stamp(path) for path in paths}
        return tuple(files.items())

    def _stamps(self, paths: Mapping[str, Path]) -> tuple[tuple[str, Stamp | None], ...]:
        return tuple((name, _stamp(path)) for name, path in paths.items())


def _is_version(state: State | None) -> bool:
    """Whether a state is that of a version of the desk's, which is whole once it is listed."""
    return state is not None and isinstance(state[0], int)


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
