"""The program of the child process: it reads, prepares and writes within the sandbox's limits.

It loads the readers once and is then split for each job (see `layers.process.forkserver`).
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import orjson

from layers.process import job as jobs
from layers.process.forkserver import serve
from layers.process.limits import Limits, limit_this_process
from layers.process.network import can_be_kept_out, keep_out
from layers.process.sandbox import OUTPUT
from layers.sources.formats import FORMATS

COMMON_READERS = dict.fromkeys(row.reader for row in FORMATS if row.common)


def _load() -> None:
    """Import what most jobs use, and read what is the same for all; fiona only where it looks."""
    for name in (
        "prepare.pipeline",
        "draft.draft",
        *(f"sources.{reader}" for reader in COMMON_READERS),
    ):
        import_module(f"layers.{name}")
    from layers.sources.encoding.mojibake import beginnings
    from layers.standards.schema import standards

    standards()
    beginnings()


def _work(message: bytes) -> NoReturn:
    """Do a job in a process just split off, and end it."""
    status = 1
    try:
        settings = orjson.loads(message)
        folder = Path(settings["folder"])
        os.environ.clear()
        os.environ.update(settings["environment"])
        with (folder / OUTPUT).open("wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        limit_this_process(Limits(**settings["limits"]))
        if can_be_kept_out():  # else the sandbox has said so
            keep_out()
        gc.disable()  # it would go through all the new geometries again and again
        job = jobs.read_job(folder)
        if isinstance(job, jobs.ExportJob):
            _export(job, folder / jobs.OUTCOME)
        else:
            (folder / jobs.OUTCOME).write_bytes(_outcome(folder, job))
        status = 0
    except BaseException:  # noqa: BLE001 - it must not go on into the loop it was split from
        traceback.print_exc()
    finally:
        os._exit(status)


def _outcome(folder: Path, job: jobs.PreparingJob) -> bytes:
    os.chdir(folder / jobs.INPUTS)  # so that no message, GDAL's included, names a path of ours
    if isinstance(job, jobs.LayerJob):
        return _prepared(job, folder / jobs.REVISION)
    if isinstance(job, jobs.DraftJob):
        return _drafted(job).model_dump_json().encode()
    if isinstance(job, jobs.BaseSourceJob):
        from layers.prepare import base_map

        return base_map.to_json(base_map.base_features(job.entry, job.city, Path()))
    if isinstance(job, jobs.AddressFileJob):
        from layers.prepare.address_files import addresses

        return addresses(job.path, job.city, Path()).to_json()
    return _base_map(job)


def _export(job: jobs.ExportJob, target: Path) -> None:
    from layers.exports.formats import format_named
    from layers.revision.revision import Revision

    with target.open("wb") as sink:
        format_named(job.format).write(Revision(job.revision), sink, job.crs)


def _prepared(job: jobs.LayerJob, target: Path) -> bytes:
    """Write the revision unless there is an error; gives the report."""
    from layers.prepare import features, pipeline
    from layers.revision.revision import write_revision

    report, contents = pipeline.prepare(features.Job(job.definition, job.city, Path(), job.changes))
    if contents is not None:
        target.mkdir()
        write_revision(target, job.data_id, [*job.sources], contents)
    return orjson.dumps(report.to_stored())


def _base_map(job: jobs.BaseMapJob) -> bytes:
    from layers.errors import SourceError
    from layers.prepare import pipeline

    try:
        return pipeline.base(job.city, Path())
    except SourceError as error:
        return jobs.Unreadable.of(error).model_dump_json().encode()


def _drafted(job: jobs.DraftJob) -> jobs.DefinitionTexts | jobs.Unreadable:
    from layers.draft.draft import drafts
    from layers.errors import SourceError

    try:
        proposals = drafts(job, Path())
    except SourceError as error:
        return jobs.Unreadable.of(error)
    texts = ((proposal.definition.id, proposal.text) for proposal in proposals)
    return jobs.DefinitionTexts(definitions=tuple(texts))


if __name__ == "__main__":
    _load()
    serve(_work, *sys.argv[1:])
