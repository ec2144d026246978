"""Reading layers to report on them; nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from layers.draft.add import definition_of, drafted, in_reach
from layers.errors import (
    DefinitionError,
    LayersError,
    PreparationError,
    UnknownLayer,
)
from layers.process.sandbox import Sandbox
from layers.publish.base_map import inspect_base, inspect_ground
from layers.publish.definitions import (
    Declaration,
    Definitions,
    DeskSource,
    OperatorsFolder,
)
from layers.publish.jobs import Check, inspect
from layers.publish.shrinkage import SHRUNK
from layers.report import Problem, Report
from layers.schema.changes import NO_CHANGES
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY, DEFINITION
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
    desk: DeskSource | None = None,
    private_sources: bool = False,
    accept: bool = False,
) -> list[Check]:
    """Read layers and compare them with what is published in `home`; keeps nothing of them.

    A layer that `desk` declares is read as it is there, and a file of `definitions` that is set
    aside for it is noted.

    With `accept` layers that are kept from being published for nothing but being far less than
    before are let in, in the very state that was read.

    `chosen` are ids of layers in `definitions`, paths of definition files, or paths of data files,
    which are read with the definition that `bosai add` would write; None: every layer.
    Raises `DefinitionError` when the city cannot be read, `UnknownLayer` for a choice that is none.
    """
    city = load_city(definitions / CITY)
    if desk is not None:
        with suppress(OSError):  # read as it is written down
            desk.refresh()
    sources = Definitions(OperatorsFolder(definitions, data), desk)
    declared, set_aside = sources.declarations(), sources.set_aside()
    choices = [*declared] if chosen is None else [*chosen]
    store = home.store(city.code) if home else None
    checks = _check_city(definitions / CITY, city) if chosen is None else []
    if (wrong := _check_ground(city, data, sandbox)) is not None:
        return [*checks, wrong]  # layers would be blamed for it
    if chosen is None:
        checks += [Check(report) for report in inspect_base(city, data, sandbox)]
    for choice in choices:
        declaration = declared.get(choice) or _file(choice, data)
        path = declaration.path
        if path.suffix != DEFINITION:
            checks += _check_data(path, city, data, sandbox)
            continue
        try:
            definition = declaration.read(city)
            changes = home.desk_changes.of(definition.id) if home else NO_CHANGES
        except (DefinitionError, PreparationError) as error:
            check = Check(wrong_definition(path, error))
        else:
            before = store.current(definition.id) if store else None
            accepted = store.accepted(definition.id) if store else None
            check = inspect(
                definition,
                city,
                data,
                sandbox,
                before,
                accepted,
                own=None if declaration.owner == "folder" else declaration.data,
                private_sources=private_sources,
                changes=changes,
            )
            check.report.add(_renamed_keys(path, RENAMED_LAYER_KEYS))
            check.report.add(unwritten(definition))
            check.report.add(missing_languages(definition))
            if accept and store:
                _accept(check, store)
        if path.stem in set_aside:
            check.report.add([Problem("note", "set_aside", value=set_aside[path.stem].name)])
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


def _file(chosen: str, data: Path) -> Declaration:
    """A definition or data file by its path. Raises `UnknownLayer` where there is none."""
    path = Path(chosen)
    if not path.exists():
        raise UnknownLayer(chosen)
    return Declaration(path, data, "folder")
