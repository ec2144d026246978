"""Reading layers to report on them; nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from layers.draft.add import definition_of, drafted, in_reach
from layers.errors import (
    DefinitionError,
    LayersError,
    UnknownLayer,
)
from layers.process.sandbox import Sandbox
from layers.publish.base_map import inspect_base, inspect_ground
from layers.publish.jobs import Check, inspect
from layers.publish.shrinkage import SHRUNK
from layers.report import Problem, Report
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY, DEFINITION, layer_files, load_declared
from layers.schema.layer import LayerDefinition, Privacy
from layers.schema.load import load_city, read_toml
from layers.schema.renamed import RENAMED_CITY_KEYS, RENAMED_LAYER_KEYS, renamed_keys
from layers.schema.source import Source
from layers.schema.translations import missing_languages
from layers.schema.unwritten import unwritten
from layers.store.failure import wrong_definition
from layers.store.store import Home, Store


def check_catalog(
    definitions: Path,
    data: Path,
    chosen: Collection[str] | None = None,
    home: Home | None = None,
    *,
    sandbox: Sandbox,
    private_sources: bool = False,
    accept: bool = False,
) -> list[Check]:
    """Read layers and compare them with what is published in `home`; keeps nothing of them.

    With `accept` layers that are kept from being published for nothing but being far less than
    before are let in, in the very state that was read.

    `chosen` are ids of layers in `definitions`, paths of definition files, or paths of data files,
    which are read with the definition that `bosai add` would write; None: every layer.
    Raises `DefinitionError` when the city cannot be read, `UnknownLayer` for a choice that is none.
    """
    city = load_city(definitions / CITY)
    every = layer_files(definitions)
    paths = every if chosen is None else [_file(definitions, choice) for choice in chosen]
    store = home.store(city.code) if home else None
    checks = _check_city(definitions / CITY, city) if chosen is None else []
    if (wrong := _check_ground(city, data, sandbox)) is not None:
        return [*checks, wrong]  # layers would be blamed for it
    if chosen is None:
        checks += [Check(report) for report in inspect_base(city, data, sandbox)]
    for path in paths:
        if path.suffix != DEFINITION:
            checks += _check_data(path, city, data, sandbox)
            continue
        try:
            definition = load_declared(path, city)
        except DefinitionError as error:
            checks.append(Check(wrong_definition(path, error)))
        else:
            before = store.current(definition.id) if store else None
            accepted = store.accepted(definition.id) if store else None
            check = inspect(
                definition, city, data, sandbox, before, accepted, private_sources=private_sources
            )
            check.report.add(_renamed_keys(path, RENAMED_LAYER_KEYS))
            check.report.add(unwritten(definition))
            check.report.add(missing_languages(definition))
            if accept and store:
                _accept(check, store)
            checks.append(check)
    return checks


def _accept(check: Check, store: Store) -> None:
    """Let in what was read, where nothing else is wrong with it than that it is far less."""
    report = check.report
    errors = [problem for problem in report.problems if problem.severity == "error"]
    others = [problem for problem in errors if problem.kind not in SHRUNK]
    if not errors:
        report.add([Problem("note", "nothing_to_accept")])
    elif others or check.data_id is None:
        report.add([Problem("warning", "not_accepted")])
    else:
        store.accept(report.layer, check.data_id)
        report.problems = [
            replace(problem, severity="note") if problem.kind in SHRUNK else problem
            for problem in report.problems
        ]
        report.add([Problem("note", "accepted")])


def _check_city(path: Path, city: CityDefinition) -> list[Check]:
    """What there is to report of the city's own definition; empty where there is nothing."""
    problems = _renamed_keys(path, RENAMED_CITY_KEYS) + missing_languages(city)
    return [Check(Report(path.name, path.stem, problems=problems))] if problems else []


def _check_ground(city: CityDefinition, data: Path, sandbox: Sandbox) -> Check | None:
    """What is wrong with the city's own files; None when nothing is."""
    try:
        inspect_ground(city, data, sandbox)
    except LayersError as error:
        report = Report(CITY, CITY)
        report.add([Problem.of(error), Problem("note", "layers_unchecked")])
        return Check(report)
    return None


def _renamed_keys(path: Path, renamed: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """A warning for each key of a definition file in an old spelling."""
    return [
        Problem("warning", "key_renamed", column=old, detail=new)
        for old, new in renamed_keys(read_toml(path), renamed)
    ]


def _check_data(path: Path, city: CityDefinition, data: Path, sandbox: Sandbox) -> list[Check]:
    """Read each layer in a data file as its columns and the city say."""
    report = Report(path=path.name, layer=path.stem)
    try:
        with in_reach(path, city, data) as reach:
            definitions = [definition_of(*drafted_) for drafted_ in drafted(reach, sandbox)]
            checks = [
                inspect(_undetected(definition), reach.city, reach.data, sandbox)
                for definition in definitions
            ]
            if len(checks) == 1:
                checks[0].report.layer = path.stem  # an id of a name in Japanese would say nothing
            return checks
    except LayersError as error:
        report.add([Problem.of(error)])
    return [Check(report)]


def _undetected(definition: LayerDefinition) -> LayerDefinition:
    """The definition without what was detected in the file, so that reading it reports that."""
    kept = {"path", "sublayer", "geometry", "id", "clip_to"}
    source = Source.model_validate(definition.source.model_dump(include=kept))
    return definition.model_copy(update={"source": source, "privacy": Privacy()})


def _file(definitions: Path, chosen: str) -> Path:
    """The definition file of an id, or a definition or data file by its path."""
    for path in (definitions / f"{chosen}{DEFINITION}", Path(chosen)):
        if path.exists():
            return path
    raise UnknownLayer(chosen)
