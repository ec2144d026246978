"""What a layer is prepared from: its definition and every file that decides it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from layers.errors import PreparationError, SourceError
from layers.files import Stamp, open_file, require_file, stamp
from layers.geometry import datum_grids
from layers.geometry.region import Region
from layers.revision.revision import FORMAT, SourceFile
from layers.schema.changes import NO_CHANGES, Changes, without_columns
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.presentation import data_of, digest
from layers.schema.source import Source
from layers.sources.files import FETCHED, files_of, locate
from layers.standards.schema import digest as standards_digest
from layers.store.failure import file_system_error

ID_LENGTH = 20  # hexadecimal digits of a revision's id


@dataclass(frozen=True)
class Inputs:
    """A layer's definition, what the desk changed, and every file that decides what is prepared of
    it, by its name.
    """

    definition: LayerDefinition
    city: CityDefinition
    paths: Mapping[str, Path]
    changes: Changes = NO_CHANGES

    @classmethod
    def of(
        cls,
        definition: LayerDefinition,
        city: CityDefinition,
        data: Path,
        copy: Path | None = None,
        *,
        own: Path | None = None,
        changes: Changes = NO_CHANGES,
    ) -> Inputs:
        """Find the files below `data`, the layer's own below `own` where that is another folder.

        `copy` is what the source's `url` gave, if it has one. The definition is taken as if the
        columns that `changes` withhold were not in the source. Raises `SourceError` for a file that
        is missing, and for one of the layer's whose name another file of the city's has.
        """
        paths = {} if copy is None else {f"{FETCHED}/{copy.name}": copy}
        paths |= files_of_source(definition, own or data)
        of_city, extent = files_of_city(city, data), files_of_extent(definition, own or data)
        for name, path in of_city.items():
            of_layer = paths.get(name) or extent.get(name)
            if own is not None and of_layer is not None and sha256(of_layer) != sha256(path):
                raise SourceError(path, "name_of_city", name)
        definition = without_columns(definition, changes)
        return cls(definition, city, paths | of_city | extent, changes)

    def files(self, copies: Path | None = None) -> list[SourceFile]:
        """Every file with the hash of its content, or of its copy's below `copies`."""
        return [
            SourceFile(name, sha256(copies / name if copies else path))
            for name, path in self.paths.items()
        ]

    def data_id(self, files: list[SourceFile]) -> str:
        """The id of what these inputs prepare: the same inputs have the same on every machine."""
        decisive = {
            "format": FORMAT,
            "definition": digest(data_of(self.definition)),
            "boundary": self.city.boundary,
            "towns": self.city.neighbourhoods,
            "municipality": (self.city.name["ja"], self.city.code)
            if self.city.neighbourhoods
            else None,
            "files": [asdict(file) for file in files],
            "grids": datum_grids.hashes(),
        }
        region = Region.of(self.city.extent)
        if not region.is_japan:
            decisive["region"] = [*region.bounds]
        if self.changes:
            decisive["changes"] = self.changes.digest()
        if not self.definition.fields:
            decisive["standards"] = standards_digest()
        return _id(decisive)

    def revision_id(self, files: list[SourceFile]) -> str:
        """The id of the data as the definition presents it: of everything that is served of it."""
        return _id([self.data_id(files), digest(self.definition)])


def files_of_source(definition: LayerDefinition, data: Path) -> dict[str, Path]:
    """The files that a layer is read from, by their names below `data`; none of a `url`'s.

    Raises `SourceError` for one that is missing.
    """
    if definition.source.path is None:
        return {}
    return _files(definition.source, data, "source.path")


def files_of_extent(definition: LayerDefinition, data: Path) -> dict[str, Path]:
    """The files of the area that a layer was surveyed in, by their names below `data`.

    Raises `SourceError` for one that is missing.
    """
    if definition.surveyed_extent in (None, "boundary", "unknown"):
        return {}
    return _files(Source(path=str(definition.surveyed_extent)), data, "surveyed_extent")


def sources_of_city(city: CityDefinition) -> dict[str, Source]:
    """The city's boundary and its neighbourhoods, by the key of its definition."""
    paths = {"boundary": city.boundary, "neighbourhoods": city.neighbourhoods}
    return {key: Source(path=path) for key, path in paths.items() if path is not None}


def sources_of_base(city: CityDefinition) -> list[Source]:
    """All that the city's base map is made from."""
    return [
        *sources_of_city(city).values(),
        *(entry.source for entry in city.base),
        *(Source(path=path) for path in city.address_files),
    ]


def files_of_city(city: CityDefinition, data: Path) -> dict[str, Path]:
    """The files of the city's boundary and neighbourhoods, by their names below `data`.

    Raises `SourceError` for one that is missing.
    """
    files: dict[str, Path] = {}
    for key, source in sources_of_city(city).items():
        files |= _files(source, data, key)
    return files


def _files(source: Source, data: Path, key: str) -> dict[str, Path]:
    paths = files_of(locate(source, data, key))
    return {path.relative_to(data).as_posix(): path for path in paths}


def _id(document: object) -> str:
    return hashlib.sha256(orjson.dumps(document)).hexdigest()[:ID_LENGTH]


def sha256(path: Path) -> str:
    try:
        with open_file(path) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise file_system_error(error) from None


def copy_files(paths: Mapping[str, Path], target: Path) -> None:
    """Copy the files as they are at one moment. Raises `PreparationError` when they change."""
    try:
        before = stamps(paths)
        for name, path in paths.items():
            target_file = target / name
            target_file.parent.mkdir(parents=True, exist_ok=True)
            require_file(path)
            shutil.copyfile(path, target_file)
    except FileNotFoundError as error:
        raise changed(str(error.filename)) from None
    require_unchanged(paths, before)


def stamps(paths: Mapping[str, Path]) -> dict[str, Stamp]:
    return {name: stamp(path) for name, path in paths.items()}


def require_unchanged(paths: Mapping[str, Path], before: Mapping[str, Stamp]) -> None:
    for name, path in paths.items():
        if not path.exists() or stamp(path) != before[name]:
            raise changed(name)


def changed(path: str) -> PreparationError:
    return PreparationError("changed", value=Path(path).name)
