"""A data file → the definition that makes a layer of it."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from layers.errors import DefinitionError, DefinitionExists, LayerOfDesk, SourceError
from layers.japanese.time_zone import JAPAN_TIME
from layers.process.job import INPUTS, UNANSWERED, Answers, DraftJob, Unreadable, read_drafted
from layers.process.sandbox import Sandbox
from layers.schema.city import CityDefinition
from layers.schema.folder import CITY as CITY_FILE, layer_files
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.source import Source
from layers.schema.unwritten import unwritten
from layers.schema.values import LAYER_ID, NAMELESS
from layers.sources.files import files_of, locate
from layers.symbology.palette import Look

CITY = ".city"  # the folder of the city's own files among copies


@dataclass(frozen=True)
class Added:
    """Definition files that were written, and their keys that are still to be written.

    `copied` is the data file's copy in the data folder.
    """

    definitions: tuple[Path, ...]
    copied: Path | None
    unwritten: tuple[str, ...]


def add(
    path: Path,
    layer_id: str | None,
    city: CityDefinition,
    definitions: Path,
    data: Path,
    sandbox: Sandbox,
    answers: Answers = UNANSWERED,
    of_desk: Set[str] = frozenset(),
) -> Added:
    """Write definitions of a data file, one for each layer in it.

    The file is copied into `data` if it is not there. Nothing that exists is changed. `of_desk` are
    the ids of the desk's layers, for which a definition in the folder counts for nothing. Raises
    `DefinitionExists`, `LayerOfDesk`, `DefinitionError` for an answer that cannot be one,
    `SourceError` for a file that is missing or cannot be read, `PreparationError` for one that
    stops the reader.
    """
    groups = [group.id for group in city.groups]
    if answers.group is not None and answers.group not in groups:
        known = ", ".join(groups)
        raise DefinitionError(definitions / CITY_FILE, "group", "--group", answers.group, known)
    if layer_id is None:
        _refuse_declared(path, definitions, data)
    else:
        if not LAYER_ID.fullmatch(layer_id):
            raise DefinitionError(definitions / f"{layer_id}.toml", "layer_id", "--id", layer_id)
        _refuse_existing(definitions / f"{layer_id}.toml")
    with in_reach(path, city, data) as reach:
        texts = drafted(reach, sandbox, layer_id, answers, _looks(definitions))
    files: dict[Path, str] = {}
    unwritten_keys: dict[str, None] = {}
    for proposed_id, text in texts:
        definition = definitions / f"{proposed_id}.toml"
        if proposed_id.startswith(NAMELESS) and layer_id is None:
            definition = _free(definition)
        _refuse_existing(definition)
        if proposed_id in of_desk:
            raise LayerOfDesk(proposed_id)
        files[definition] = text
        problems = unwritten(definition_of(proposed_id, text))
        unwritten_keys |= dict.fromkeys(str(problem.column) for problem in problems)
    copied = None if _is_below(path, data) else _copy_into(path, data)
    for definition, text in files.items():
        with definition.open("x", encoding="utf-8") as file:
            file.write(text)
    return Added(tuple(files), copied, tuple(unwritten_keys))


@dataclass(frozen=True)
class Reach:
    """A data folder that holds a file at `name`, and the city with its own files there."""

    data: Path
    name: str
    city: CityDefinition


@contextmanager
def in_reach(path: Path, city: CityDefinition, data: Path) -> Iterator[Reach]:
    """`data` for a file that is there; for another one a folder of copies, for a while.

    Raises `SourceError` for a missing file, or one whose name is no text.
    """
    path = path.resolve()
    if any("\ud800" <= letter <= "\udfff" for letter in path.name):  # bytes that are no UTF-8
        raise SourceError(Path(), "name_not_utf8", ascii(path.name))
    if _is_below(path, data):
        yield Reach(data, path.relative_to(data.resolve()).as_posix(), city)
        return
    with tempfile.TemporaryDirectory(prefix="bosai-add-") as folder:
        _copy(path.name, path.parent, Path(folder))
        copies = {}
        for key in ("boundary", "neighbourhoods"):
            if (file := getattr(city, key)) is not None:
                _copy(file, data, Path(folder) / CITY)
                copies[key] = f"{CITY}/{file}"  # whatever the file is called, it is not the city's
        yield Reach(Path(folder), path.name, city.model_copy(update=copies))


def drafted(
    reach: Reach,
    sandbox: Sandbox,
    layer_id: str | None = None,
    answers: Answers = UNANSWERED,
    used: tuple[Look, ...] = (),
) -> tuple[tuple[str, str], ...]:
    """The id and the text of a definition of each layer in the file, with the officer's answers.

    The file is read in the child process, within its limits. Raises `SourceError`,
    `PreparationError`.
    """
    name, city, data = reach.name, reach.city, reach.data
    changed = locate(Source(path=name), data).stat().st_mtime
    job = DraftJob(
        path=name,
        layer_id=layer_id,
        date=f"{datetime.datetime.fromtimestamp(changed, JAPAN_TIME):%Y-%m-%d}",
        city=city,
        answers=answers,
        used=used,
    )
    with tempfile.TemporaryDirectory(prefix="bosai-add-") as folder:
        for file in (name, city.boundary, city.neighbourhoods):
            if file is not None:
                _copy(file, data, Path(folder) / INPUTS)
        outcome = read_drafted(sandbox.run(Path(folder), job))
    if isinstance(outcome, Unreadable):
        error = outcome.to_error()
        of_city = [Path(file).name for file in (city.boundary, city.neighbourhoods) if file]
        raise error if error.file in of_city else error.of(Path(name))
    return outcome.definitions


def definition_of(layer_id: str, text: str) -> LayerDefinition:
    """The definition that a file of this text declares. Raises `DefinitionError`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{layer_id}.toml"
        path.write_text(text, encoding="utf-8")
        return load_layer(path)


def _looks(definitions: Path) -> tuple[Look, ...]:
    """The colours and shapes that the city's layers have."""
    looks: list[Look] = []
    for path in layer_files(definitions):
        with suppress(DefinitionError):
            definition = load_layer(path)
            style = definition.style
            looks += [(style.color, style.shape)]
            looks += [(one.color or style.color, one.shape or style.shape) for one in style.classes]
    return tuple(looks)


def _refuse_declared(path: Path, definitions: Path, data: Path) -> None:
    """Raise `DefinitionExists` when a definition is of this very file already."""
    for definition in sorted(definitions.glob("*.toml")):
        with suppress(DefinitionError):
            declared = load_layer(definition).source.path
            if declared is not None and (data / declared).resolve() == path.resolve():
                raise DefinitionExists(definition)


def _free(definition: Path) -> Path:
    """The path, or one with the first number that makes it a new one."""
    numbered = (definition.with_stem(f"{definition.stem}_{number}") for number in count(2))
    return next(path for path in chain([definition], numbered) if not path.exists())


def _refuse_existing(definition: Path) -> None:
    if definition.exists():
        raise DefinitionExists(definition)


def _is_below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _copy_into(path: Path, data: Path) -> Path:
    """A copy of the file, with those beside it that belong to it. Raises `SourceError`."""
    for file in files_of(path):
        if (data / file.relative_to(path.parent)).exists():
            raise SourceError(path, "already_there", file.name)
    _copy(path.name, path.parent, data)
    return data / path.name


def _copy(name: str, source: Path, target: Path) -> None:
    for file in files_of(locate(Source(path=name), source)):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
