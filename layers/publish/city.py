"""The city and its base map as they are now, around what was published before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from layers.errors import LayersError
from layers.process.sandbox import Sandbox
from layers.publish import base_map
from layers.publish.definitions import Definitions
from layers.report import Problem, Report
from layers.revision.revision import FORMAT
from layers.schema.folder import CITY
from layers.schema.load import load_city
from layers.store.failure import Trouble, trouble_of
from layers.store.record import Published
from layers.store.store import Home


def with_city(
    before: Published | None, definitions: Definitions, data: Path, home: Home, sandbox: Sandbox
) -> Published:
    """What was published before, with the city and its base map as they are now.

    Where the city cannot be read, that of before stays; raises `DefinitionError`, `SourceError` or
    `PreparationError` where there is none.
    """
    try:
        definitions.folder.declarations()
        city = load_city(definitions.city)
        base = base_map.publish_base(home.store(city.code), city, data, sandbox)
    except LayersError as error:
        if before is None:
            raise
        return replace(before, trouble=_of_city(error, before.trouble), format=FORMAT)
    layers = before.layers if before else {}
    if before is not None and before.city.code != city.code:
        layers = {key: replace(entry, pointer=None) for key, entry in layers.items()}
    trouble = _of_base(base.reports, before.trouble if before else None)
    return Published(city, base.name, layers, trouble)


def _of_base(reports: Iterable[Report], earlier: Trouble | None) -> Trouble | None:
    """What is wrong with files of the base map: they are left out of it."""
    report = Report(path=CITY, layer="city")
    report.add(
        replace(problem, file=each.path)
        for each in reports
        for problem in each.problems
        if problem.severity == "error"
    )
    return trouble_of(report, earlier)


def _of_city(error: LayersError, earlier: Trouble | None) -> Trouble | None:
    """What is wrong with the city's definition or its base map."""
    report = Report(path=CITY, layer="city")
    report.add([Problem.of(error)])
    return trouble_of(report, earlier)
