"""Reading layers to report on them; nothing is kept."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from layers.add import definition_of, drafted, in_reach
from layers.errors import (
    DefinitionError,
    LayersError,
    UnknownLayer,
)
from layers.jobs import inspect
from layers.report import Problem, Report
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY, DEFINITION, layer_files, load_declared
from layers.schema.layer import LayerDefinition, Privacy
from layers.schema.load import load_city
from layers.schema.source import Source
from layers.store import Store
from layers.trouble import wrong_definition


def check_catalog(
    definitions: Path,
    data: Path,
    chosen: Collection[str] | None = None,
    home: Path | None = None,
    *,
    private_sources: bool = False,
) -> list[Report]:
    """Read layers and report, with the difference to what is published in `home`; keeps nothing.

    `chosen` are ids of layers in `definitions`, paths of definition files, or paths of data files,
    which are read with the definition that `bosai add` would write; None: every layer.
    Raises `DefinitionError` when the city cannot be read, `UnknownLayer` for a choice that is none.
    """
    city = load_city(definitions / CITY)
    every = layer_files(definitions)
    paths = every if chosen is None else [_file(definitions, one) for one in chosen]
    store = Store(home / city.code) if home else None
    reports = []
    for path in paths:
        if path.suffix != DEFINITION:
            reports.append(_check_data(path, city, data))
            continue
        try:
            definition = load_declared(path, city)
        except DefinitionError as error:
            reports.append(wrong_definition(path, error))
        else:
            before = store.current(definition.id) if store else None
            reports.append(inspect(definition, city, data, before, private_sources=private_sources))
    return reports


def _check_data(path: Path, city: CityDefinition, data: Path) -> Report:
    """What is found when this file is read as its columns and the city say."""
    report = Report(path=path.name, layer=path.stem)
    try:
        with in_reach(path, city, data) as reach:
            drawn_up = definition_of(*drafted(reach))
            return inspect(_told_nothing(drawn_up), reach.city, reach.data)
    except LayersError as error:
        report.add([Problem.of(error)])
    return report


def _told_nothing(drawn_up: LayerDefinition) -> LayerDefinition:
    """The definition without what was found out of the file, so that reading it says so again."""
    found = drawn_up.source
    source = Source(path=found.path, id=found.id, within=found.within)
    return drawn_up.model_copy(update={"source": source, "privacy": Privacy()})


def _file(definitions: Path, chosen: str) -> Path:
    """The definition file of an id, or a definition or data file by its path."""
    for path in (definitions / f"{chosen}{DEFINITION}", Path(chosen)):
        if path.exists():
            return path
    raise UnknownLayer(chosen)
