"""What a child process is asked to do: written by the parent, validated by the program.

A job has a folder of its own: `job.json` is the job, `inputs/` holds copies of every file to read,
and the program adds the file `outcome.json`.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field as Option, TypeAdapter, ValidationError

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.revision.revision import SourceFile
from layers.schema.base import BaseSource
from layers.schema.changes import NO_CHANGES, Changes
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.values import Shape

JOB = "job.json"
INPUTS = "inputs"
OUTCOME = "outcome.json"
REVISION = "revision"


class _Typed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LayerJob(_Typed):
    """Prepare a layer. The outcome is the report; without errors there is `revision/`, too.

    `definition` is what decides the data: see `layers.schema.presentation`. `changes` are the
    desk's.
    """

    kind: Literal["layer"] = "layer"
    data_id: str
    definition: LayerDefinition
    city: CityDefinition
    sources: tuple[SourceFile, ...]
    changes: Changes = NO_CHANGES


class BaseMapJob(_Typed):
    """Make the ground of the base map. The outcome is GeoJSON, or an `Unreadable`."""

    kind: Literal["base_map"] = "base_map"
    city: CityDefinition


class Answers(_Typed):
    """What only the officer knows of a layer; what is None is still to be written."""

    title: str | None = None
    title_en: str | None = None
    group: str | None = None
    credit: str | None = None
    licence: str | None = None
    date: datetime.date | None = None


UNANSWERED = Answers()


class BaseSourceJob(_Typed):
    """Prepare one file of the base map. The outcome is what `layers.prepare.base_map` gives."""

    kind: Literal["base_source"] = "base_source"
    entry: BaseSource
    city: CityDefinition


class AddressFileJob(_Typed):
    """Read one of the city's `address_files`. The outcome is what `layers.prepare.address_files`
    gives.
    """

    kind: Literal["address_file"] = "address_file"
    path: str
    city: CityDefinition


class DraftJob(_Typed):
    """Propose definitions of a data file. The outcome is `DefinitionTexts` or `Unreadable`.

    `date` is that of the file, as ISO 8601; `used` are the looks of the city's other layers.
    """

    kind: Literal["draft"] = "draft"
    path: str
    layer_id: str | None
    date: str
    city: CityDefinition
    answers: Answers = UNANSWERED
    used: tuple[tuple[str, Shape], ...] = ()


class ExportJob(_Typed):
    """Write a revision, in its folder, as a file. The outcome is that file.

    `format` is the name of one of `layers.exports.formats`, `crs` an EPSG code.
    """

    kind: Literal["export"] = "export"
    revision: Path
    format: str
    crs: int


PreparingJob = LayerJob | BaseMapJob | BaseSourceJob | AddressFileJob | DraftJob
Job = PreparingJob | ExportJob


class DefinitionTexts(_Typed):
    """The ids of definitions, each with the text of its file."""

    kind: Literal["definitions"] = "definitions"
    definitions: tuple[tuple[str, str], ...]


class Unreadable(_Typed):
    """Why a file cannot be read: what `SourceError` is made of; `file` is its name."""

    kind: Literal["unreadable"] = "unreadable"
    file: str
    error: ProblemKind
    value: str | None
    detail: str
    key: str | None

    @classmethod
    def of(cls, error: SourceError) -> Self:
        """An error of the child's."""
        return cls(
            file=error.file,
            error=error.kind,
            value=error.value,
            detail=str(error.detail),
            key=error.key,
        )

    def to_error(self) -> SourceError:
        """The error, of the same file."""
        return SourceError(Path(self.file), self.error, self.value, self.detail, key=self.key)


_JOB: TypeAdapter[Job] = TypeAdapter(Annotated[Job, Option(discriminator="kind")])
_DRAFTED: TypeAdapter[DefinitionTexts | Unreadable] = TypeAdapter(
    Annotated[DefinitionTexts | Unreadable, Option(discriminator="kind")]
)


def write_job(folder: Path, job: Job) -> None:
    """Put a job into its folder."""
    (folder / JOB).write_bytes(_JOB.dump_json(job))


def read_job(folder: Path) -> Job:
    """The job of a folder. Raises `pydantic.ValidationError`."""
    return _JOB.validate_json((folder / JOB).read_bytes())


def read_base(outcome: Path) -> Unreadable | None:
    """Why a `BaseMapJob` made no map; None where it did."""
    try:
        return Unreadable.model_validate_json(outcome.read_bytes())
    except ValidationError:
        return None


def read_drafted(outcome: Path) -> DefinitionTexts | Unreadable:
    """What became of a `DraftJob`."""
    return _DRAFTED.validate_json(outcome.read_bytes())
