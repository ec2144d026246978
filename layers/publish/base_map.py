"""Preparing the base map: its ground, and each of its files in a child process of its own.

A file that is wrong is left out, and its report says why; the map stays with what is right.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from layers.errors import LayersError, PreparationError
from layers.japanese.addresses import town_of
from layers.process.job import INPUTS, AddressFileJob, BaseMapJob, BaseSourceJob, read_base
from layers.process.sandbox import Sandbox
from layers.publish.inputs import ID_LENGTH, copy_files, files_of_city, sha256
from layers.report import Problem, Report
from layers.revision.revision import FORMAT
from layers.schema.base import BaseSource
from layers.schema.city import CityDefinition
from layers.schema.source import Source
from layers.sources.files import files_of, locate
from layers.store.failure import file_system_error
from layers.store.store import Store

READING_TAGS = ("ja-Hrkt", "ja-Latn")  # of kana and of rōmaji, in BCP 47


@dataclass(frozen=True)
class BaseMapPublished:
    """The base map's name in the store, and a report on each of its files."""

    name: str
    reports: list[Report]


def publish_base(
    store: Store, city: CityDefinition, data: Path, sandbox: Sandbox
) -> BaseMapPublished:
    """Prepare the city's bundled base map, if it is not yet in the store.

    Raises `SourceError` for a boundary or a list of neighbourhoods that is missing or cannot be
    the city's, `PreparationError` for one that cannot be read.
    """
    try:
        name = _name(city, data)
        if not store.has_base(name):
            with store.workspace() as folder:
                document = _ground(city, data, folder / "ground", sandbox)
                outcomes = [
                    _prepared(entry, city, data, folder / str(index), sandbox)
                    for index, entry in enumerate(city.base)
                ]
                for band, members in (("features", "far"), ("near", "near")):
                    features = document.setdefault(band, [])
                    for outcome in outcomes:
                        features += outcome[members]
                addresses = [
                    _addresses(path, city, data, folder / f"addresses{index}", sandbox)
                    for index, path in enumerate(city.address_files)
                ]
                for members in ("postcodes", "offices"):
                    document[members] = [row for each in addresses for row in each[members]]
                _add_readings(document["features"], [each["readings"] for each in addresses])
                document["reports"] = [each["report"] for each in (*outcomes, *addresses)]
                prepared = folder / "base.json"
                prepared.write_bytes(orjson.dumps(document))
                store.put_base(name, prepared)
        stored = orjson.loads(store.base(name))["reports"]
    except OSError as error:
        raise file_system_error(error) from error
    return BaseMapPublished(name, [Report.from_stored(report) for report in stored])


def inspect_base(city: CityDefinition, data: Path, sandbox: Sandbox) -> Iterator[Report]:
    """A report on each file of the base map and of addresses; nothing is kept."""
    for entry in city.base:
        with tempfile.TemporaryDirectory(prefix="bosai-check-") as folder:
            outcome = _prepared(entry, city, data, Path(folder) / "job", sandbox)
            yield Report.from_stored(outcome["report"])
    for path in city.address_files:
        with tempfile.TemporaryDirectory(prefix="bosai-check-") as folder:
            outcome = _addresses(path, city, data, Path(folder) / "job", sandbox)
            yield Report.from_stored(outcome["report"])


def inspect_ground(city: CityDefinition, data: Path, sandbox: Sandbox) -> None:
    """Read the city's boundary and its neighbourhoods; nothing is kept.

    Raises `SourceError` or `PreparationError` as `publish_base` does.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="bosai-check-") as folder:
            _ground(city, data, Path(folder) / "job", sandbox)
    except OSError as error:
        raise file_system_error(error) from error


def _name(city: CityDefinition, data: Path) -> str:
    """What the base map is called: a hash of everything that decides it."""
    hashes: list[object] = [*map(sha256, files_of_city(city, data).values())]
    named = (Source(path=path) for path in city.address_files)
    for source in [*(entry.source for entry in city.base), *named]:
        try:
            hashes += map(sha256, _paths([source], data).values())
        except LayersError as error:
            hashes.append(str(error))
    decisive = [
        city.extent,
        city.close_gaps_m,
        [entry.model_dump(mode="json", exclude={"credit"}) for entry in city.base],
        hashes,
    ]
    return f"{FORMAT}-{hashlib.sha256(orjson.dumps(decisive)).hexdigest()[:ID_LENGTH]}"


def _paths(sources: list[Source], data: Path) -> dict[str, Path]:
    return {
        file.relative_to(data).as_posix(): file
        for source in sources
        for file in files_of(locate(source, data))
    }


def _ground(city: CityDefinition, data: Path, folder: Path, sandbox: Sandbox) -> dict[str, Any]:
    folder.mkdir()
    copy_files(files_of_city(city, data), folder / INPUTS)
    try:
        outcome = sandbox.run(folder, BaseMapJob(city=city))
    except PreparationError as error:
        name = Path(city.boundary).name
        raise PreparationError(error.kind, file=name, value=error.value) from None
    if unreadable := read_base(outcome):
        raise unreadable.to_error()
    document: dict[str, Any] = orjson.loads(outcome.read_bytes())
    return document


def _prepared(
    entry: BaseSource, city: CityDefinition, data: Path, folder: Path, sandbox: Sandbox
) -> dict[str, Any]:
    """What there is of one file, and the report on it."""
    sources = [entry.source, Source(path=city.boundary)]
    job = BaseSourceJob(entry=entry, city=city)
    return _outcome(job, sources, data, folder, sandbox, {"far": [], "near": []})


def _addresses(
    path: str, city: CityDefinition, data: Path, folder: Path, sandbox: Sandbox
) -> dict[str, Any]:
    """What there is of one of the address files, and the report on it."""
    job, nothing = AddressFileJob(path=path, city=city), ("postcodes", "offices", "readings")
    sources = [Source(path=path)]
    return _outcome(job, sources, data, folder, sandbox, {key: [] for key in nothing})


def _outcome(
    job: BaseSourceJob | AddressFileJob,
    sources: list[Source],
    data: Path,
    folder: Path,
    sandbox: Sandbox,
    nothing: Mapping[str, list[Any]],
) -> dict[str, Any]:
    """What a job makes of its sources; `nothing` and a report why, where it cannot."""
    folder.mkdir()
    try:
        copy_files(_paths(sources, data), folder / INPUTS)
        document: dict[str, Any] = orjson.loads(sandbox.run(folder, job).read_bytes())
    except LayersError as error:
        report = Report(path=sources[0].path or "", layer="base")
        report.add([Problem.of(error)])
        return {"report": report.to_stored(), **nothing}
    return document


def _add_readings(
    features: list[dict[str, Any]], lists: Iterable[Iterable[tuple[str, str, str]]]
) -> None:
    """Give towns the readings that they have not yet."""
    readings = {town_of(name): read for rows in lists for name, *read in rows}
    for feature in features:
        properties = feature["properties"]
        if properties["kind"] == "town" and (read := readings.get(town_of(properties["name"]))):
            names = {tag: text for tag, text in zip(READING_TAGS, read, strict=True) if text}
            if names:
                properties["names"] = names | properties.get("names", {})
