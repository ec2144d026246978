"""Why what is served is not what the files now say."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from layers.errors import DefinitionError, LayersError, PreparationError
from layers.messages.message import LANGUAGES
from layers.report import Problem, Report
from layers.schema.layer import LayerDefinition

TOLD = 5  # of a report's errors; `bosai check` tells all


@dataclass(frozen=True)
class Trouble:
    """The errors that keep a newer state from being served, and since when there are any."""

    since: datetime.datetime
    problems: tuple[Problem, ...]

    @property
    def detail(self) -> str:
        """The first error: for logs and programs."""
        return self.problems[0].message("en")

    @property
    def words(self) -> tuple[str, ...]:
        """The first error in each language."""
        return tuple(self.problems[0].message(language) for language in LANGUAGES)


def trouble_of(report: Report, earlier: Trouble | None) -> Trouble | None:
    """What a report of reading says is wrong, `earlier` having been so before; None if nothing."""
    errors = [problem for problem in report.problems if problem.severity == "error"]
    if not errors:
        return None
    since = earlier.since if earlier else datetime.datetime.now(datetime.UTC)
    return Trouble(since, tuple(errors[:TOLD]))


def unopened() -> Trouble:
    """That of a layer whose published revision is damaged, or not there."""
    return Trouble(datetime.datetime.now(datetime.UTC), (Problem("error", "revision_damaged"),))


def withheld_anew() -> Trouble:
    """That of a layer of which a part was withdrawn, until it is prepared without it."""
    return Trouble(datetime.datetime.now(datetime.UTC), (Problem("error", "withheld_anew"),))


def wrong_definition(path: Path, error: DefinitionError | PreparationError) -> Report:
    """The report of a definition that cannot be read, or of what the desk changed of its layer."""
    report = Report(path=str(path), layer=path.stem)
    report.add([Problem.of(error)])
    return report


def failure(definition: LayerDefinition, error: LayersError) -> Report:
    """The report of a layer that could not be read at all."""
    report = Report(path=definition.source.name, layer=definition.id)
    report.add([Problem.of(error)])
    return report


def file_system_error(error: OSError) -> PreparationError:
    """An error of the file system, in words that name no folder around what is wrong."""
    path = place_of(error)
    name = "" if path is None else path.name
    return PreparationError("file_system", file=name, detail=str(error.strerror))


def place_of(error: OSError) -> Path | None:
    """What is wrong, where the error says it: a file that is in the way of a folder, too."""
    if not error.filename:
        return None
    path = Path(str(error.filename))
    if isinstance(error, NotADirectoryError):  # which names what was wanted below it
        return next((folder for folder in path.parents if folder.is_file()), path)
    return path
