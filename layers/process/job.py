"""What a child process is asked to do: written by the parent, validated by the program.

A job has a folder of its own: `job.json` is the job, `inputs/` holds copies of every file to read,
and the program adds the file `outcome.json`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field as Option, TypeAdapter

from layers.messages import ProblemKind
from layers.revision.revision import SourceFile
from layers.schema.base import BaseSource
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition

JOB = "job.json"
INPUTS = "inputs"
OUTCOME = "outcome.json"
REVISION = "revision"


class _Typed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LayerJob(_Typed):
    """Prepare a layer. The outcome is the report; without errors there is `revision/`, too.

    `definition` is what decides the data: see `layers.schema.presentation`.
    """

    kind: Literal["layer"] = "layer"
    data_id: str
    definition: LayerDefinition
    city: CityDefinition
    sources: tuple[SourceFile, ...]


class BaseMapJob(_Typed):
    """Make the ground of the base map. The outcome is GeoJSON."""

    kind: Literal["base_map"] = "base_map"
    city: CityDefinition


class BaseSourceJob(_Typed):
    """Prepare one file of the base map. The outcome is what `layers.prepare.base_map` gives."""

    kind: Literal["base_source"] = "base_source"
    entry: BaseSource
    city: CityDefinition


class DraftJob(_Typed):
    """Propose a definition of a data file. The outcome is a `DefinitionText` or `Unreadable`.

    `date` is that of the data, as ISO 8601.
    """

    kind: Literal["draft"] = "draft"
    path: str
    layer_id: str | None
    date: str
    city: CityDefinition


Job = LayerJob | BaseMapJob | BaseSourceJob | DraftJob


class DefinitionText(_Typed):
    """A definition's id, and the text of its file."""

    kind: Literal["definition"] = "definition"
    id: str
    text: str


class Unreadable(_Typed):
    """Why there is no definition of a file: what `SourceError` is made of."""

    kind: Literal["unreadable"] = "unreadable"
    error: ProblemKind
    value: str | None
    detail: str
    key: str | None


_JOB: TypeAdapter[Job] = TypeAdapter(Annotated[Job, Option(discriminator="kind")])
_DRAFTED: TypeAdapter[DefinitionText | Unreadable] = TypeAdapter(
    Annotated[DefinitionText | Unreadable, Option(discriminator="kind")]
)


def write_job(folder: Path, job: Job) -> None:
    """Put a job into its folder."""
    (folder / JOB).write_bytes(_JOB.dump_json(job))


def read_job(folder: Path) -> Job:
    """The job of a folder. Raises `pydantic.ValidationError`."""
    return _JOB.validate_json((folder / JOB).read_bytes())


def read_drafted(outcome: Path) -> DefinitionText | Unreadable:
    """What became of a `DraftJob`."""
    return _DRAFTED.validate_json(outcome.read_bytes())
