"""The program of the child process: it reads, prepares and writes within the sandbox's limits.

It loads the readers once and is then split for each job (see `layers.process.forkserver`).
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import orjson

from layers.process.forkserver import serve
from layers.process.sandbox import FILE_SIZE, MEMORY, OUTCOME, PROCESSOR_TIME, SAID
from layers.sources.formats import FORMATS

COMMON_READERS = dict.fromkeys(row.reader for row in FORMATS if row.common)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_TIME),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _load() -> None:
    """Import what most jobs use, and read what is the same for all; fiona only where it looks."""
    for name in (
        "prepare.pipeline",
        "draft.draft",
        *(f"sources.{reader}" for reader in COMMON_READERS),
    ):
        import_module(f"layers.{name}")
    from layers.standards.schema import standards

    standards()


def _work(job: bytes) -> NoReturn:
    """Do a job in a process just split off, and end it."""
    status = 1
    try:
        said = orjson.loads(job)
        folder = Path(said["folder"])
        os.environ.clear()
        os.environ.update(said["environment"])
        with (folder / SAID).open("wb") as printed:
            os.dup2(printed.fileno(), 1)
            os.dup2(printed.fileno(), 2)
        _limit()
        gc.disable()  # it would go through all the new geometries again and again
        _main(folder)
        status = 0
    except BaseException:  # noqa: BLE001 - it must not go on into the loop it was split from
        traceback.print_exc()
    finally:
        os._exit(status)


def _main(folder: Path) -> None:
    from layers.prepare import pipeline
    from layers.prepare.features import Job
    from layers.revision.revision import SourceFile, write_revision
    from layers.schema.city import CityDefinition
    from layers.schema.layer import LayerDefinition

    job = orjson.loads((folder / "job.json").read_bytes())
    os.chdir(folder / "inputs")  # so that no message, GDAL's included, names a path of the machine
    data = Path()
    if "draft" in job:
        (folder / OUTCOME).write_bytes(orjson.dumps(_draft(**job["draft"])))
        return
    if "definition" not in job:
        (folder / OUTCOME).write_bytes(pipeline.base(data, **job))
        return
    definition = LayerDefinition.model_validate(job["definition"])
    city = CityDefinition.model_validate(job["city"])
    report, contents = pipeline.prepare(Job(definition, city, data))
    if contents is not None:
        target = folder / "revision"
        target.mkdir()
        sources = [SourceFile(**source) for source in job["sources"]]
        write_revision(target, job["revision"], sources, contents)
    (folder / OUTCOME).write_bytes(orjson.dumps(report.to_stored()))


def _draft(path: str, layer_id: str | None, date: str, city: dict[str, Any]) -> dict[str, Any]:
    from layers.draft.draft import draft
    from layers.errors import SourceError
    from layers.schema.city import CityDefinition

    try:
        made = draft(path, layer_id, date, CityDefinition.model_validate(city), Path())
    except SourceError as error:
        names = ("kind", "value", "detail", "key")
        return {"wrong": {name: getattr(error, name) for name in names}}
    return {"id": made.definition.id, "text": made.text}


if __name__ == "__main__":
    _load()
    serve(_work, *sys.argv[1:])
