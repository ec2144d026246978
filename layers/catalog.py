"""All layers of a city by id. A changed catalogue is a new one."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson
import shapely

from layers import fetched
from layers.add import definition_of, drafted, in_reach
from layers.definition import CityDefinition, LayerDefinition, load_city, load_layer
from layers.errors import (
    DefinitionError,
    LayersError,
    LayerUnavailable,
    SourceError,
    UnknownLayer,
)
from layers.layer import Layer
from layers.report import Problem, Report
from layers.store import Store, inspect

CITY = "city.toml"
DEFINITION = ".toml"


@dataclass(frozen=True)
class Catalog:
    """The layers that can be served, in the order of the panel, and why others cannot."""

    city: CityDefinition
    base: bytes
    layers: Mapping[str, Layer]
    broken: Mapping[str, str]

    def layer(self, layer_id: str) -> Layer:
        """The layer of this id. Raises `UnknownLayer`, or `LayerUnavailable` for a broken one."""
        if layer_id in self.layers:
            return self.layers[layer_id]
        if layer_id in self.broken:
            raise LayerUnavailable(f"layer {layer_id}: {self.broken[layer_id]}")
        raise UnknownLayer(layer_id)

    def contains(self, longitude: float, latitude: float) -> bool:
        """Whether a place in degrees lies in the city."""
        return bool(shapely.intersects_xy(self._boundary, longitude, latitude))

    @cached_property
    def _boundary(self) -> shapely.Geometry:
        features = orjson.loads(self.base)["features"]
        city = [each for each in features if each["properties"]["kind"] == "boundary"]
        return shapely.from_geojson(orjson.dumps(city[0]["geometry"]))

    def without_samples(self) -> Catalog:
        """The same catalogue as if no sample layer were declared."""
        real = {id: layer for id, layer in self.layers.items() if not layer.definition.sample}
        return Catalog(self.city, self.base, real, self.broken)


def open_catalog(
    definitions: Path, data: Path, home: Path, *, private_sources: bool = False
) -> Catalog:
    """Prepare what is not prepared yet and open every layer declared in `definitions`.

    What is due is fetched first, from private networks only with `private_sources`.
    A layer that cannot be read keeps no other from being served. Raises `DefinitionError` or
    `SourceError` when the city itself cannot be read.
    """
    city = load_city(definitions / CITY)
    home = home / city.code  # a broken layer never falls back to another city's
    store = Store(home, private_sources=private_sources)
    base = store.base(city, data)
    declared, broken = [], {}
    for path in _files(definitions):
        try:
            declared.append(_load(path, city))
        except DefinitionError as error:
            broken[path.stem] = str(error)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        reports = threads.map(lambda definition: store.publish(definition, city, data), declared)
        failed = {report.layer: _first_error(report) for report in reports if report.failed}
    opened = []
    for layer_id in [definition.id for definition in declared] + list(broken):
        problem = failed.get(layer_id) or broken.get(layer_id) or ""
        revision = store.current(layer_id)
        if revision is not None:
            since = fetched.fetched_at(revision.definition, home)
            opened.append(Layer(revision, problem, since))
        else:
            broken[layer_id] = problem
    return Catalog(city, base, {layer.id: layer for layer in _ordered(opened, city)}, broken)


def check_catalog(
    definitions: Path,
    data: Path,
    chosen: Collection[str] | None = None,
    *,
    private_sources: bool = False,
) -> list[Report]:
    """Read layers and report; nothing is kept.

    `chosen` are ids of layers in `definitions`, paths of definition files, or paths of data files,
    which are read with the definition that `bosai add` would write; None: every layer.
    Raises `DefinitionError` when the city cannot be read, `UnknownLayer` for a choice that is none.
    """
    city = load_city(definitions / CITY)
    paths = _files(definitions) if chosen is None else [_file(definitions, one) for one in chosen]
    reports = []
    for path in paths:
        if path.suffix != DEFINITION:
            reports.append(_check_data(path, city, data))
            continue
        try:
            definition = _load(path, city)
            reports.append(inspect(definition, city, data, private_sources=private_sources))
        except DefinitionError as error:
            report = Report(path=str(path), layer=path.stem)
            report.add(
                [
                    Problem(
                        "error",
                        "definition",
                        column=error.key,
                        value=None if error.value is None else str(error.value),
                        detail=str(error),
                    )
                ]
            )
            reports.append(report)
    return reports


def _check_data(path: Path, city: CityDefinition, data: Path) -> Report:
    """What is found when this file is read as its columns and the city say."""
    report = Report(path=path.name, layer=path.stem)
    try:
        with in_reach(path, city, data) as reach:
            return inspect(definition_of(*drafted(reach)), reach.city, reach.data)
    except SourceError as error:
        value = None if error.value is None else str(error.value)
        report.add([Problem("error", "source", column=error.key, value=value, detail=str(error))])
    except LayersError as error:
        report.add([Problem("error", "source", detail=str(error))])
    return report


def _files(definitions: Path) -> list[Path]:
    return [path for path in sorted(definitions.glob("*.toml")) if path.name != CITY]


def _file(definitions: Path, chosen: str) -> Path:
    """The definition file of an id, or a definition or data file by its path."""
    for path in (definitions / f"{chosen}{DEFINITION}", Path(chosen)):
        if path.exists():
            return path
    raise UnknownLayer(chosen)


def _load(path: Path, city: CityDefinition) -> LayerDefinition:
    """The layer, in one of the city's groups. Raises `DefinitionError`."""
    definition = load_layer(path)
    groups = [group.id for group in city.groups]
    if definition.group not in groups:
        wanted = f"one of the groups in {CITY}: {', '.join(groups)}"
        raise DefinitionError(path, "group", definition.group, wanted)
    return definition


def _first_error(report: Report) -> str:
    return next(problem.detail for problem in report.problems if problem.severity == "error")


def _ordered(layers: list[Layer], city: CityDefinition) -> list[Layer]:
    position = {group.id: index for index, group in enumerate(city.groups)}

    def key(layer: Layer) -> tuple[int, int, str]:
        definition = layer.revision.definition
        return position.get(definition.group, len(position)), definition.order, definition.id

    return sorted(layers, key=key)
