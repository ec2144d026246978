"""Preparing a layer in the child process: from its inputs to a revision in the store."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from layers.errors import LayersError, PreparationError
from layers.fetch.copies import Copies, fetch
from layers.process.job import INPUTS, REVISION, LayerJob
from layers.process.sandbox import Sandbox
from layers.publish.inputs import Inputs, changed, copy_files, require_unchanged, stamps
from layers.publish.shrinkage import shrinkage, states_its_rows
from layers.report import Problem, Report
from layers.revision.difference import Difference, difference
from layers.revision.label import label
from layers.revision.revision import Revision, SourceFile
from layers.schema.changes import NO_CHANGES, Changes
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.presentation import data_of
from layers.schema.unwritten import unwritten
from layers.store.failure import failure, file_system_error
from layers.store.store import Store


@dataclass(frozen=True)
class Check:
    """What reading a layer found, and how that differs from the revision published before.

    `data_id` is that of the data that was read.
    """

    report: Report
    difference: Difference | None = None
    data_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The result as `bosai check --json` prints it."""
        difference = self.difference.to_json() if self.difference else None
        return {**self.report.to_json(), "difference": difference}


def publish(
    store: Store,
    definition: LayerDefinition,
    city: CityDefinition,
    data: Path,
    sandbox: Sandbox,
    *,
    own: Path | None = None,
    private_sources: bool = False,
    changes: Changes = NO_CHANGES,
    draft: bool = False,
) -> Report:
    """Prepare the layer unless its data is prepared already, and make it the current one.

    Its own files are below `own`, where that is another folder than `data`; `changes` are the
    desk's. What the source's `url` holds is fetched first when it is due, from addresses inside
    private networks only with `private_sources`. A report with an error changes nothing: what was
    current stays so. A definition that leaves words to be written is such an error, and so is one
    whose data is far less than before; neither is of a `draft`, whose store only its authors see.
    """
    if not draft and (problems := unwritten(definition)):
        return Report(definition.source.name, definition.id, problems=problems)
    if definition.source.url is None:
        return _publish(store, definition, city, data, own, None, sandbox, changes, draft=draft)
    copies = Copies(definition, store.copies, private=private_sources)
    current = store.current(definition.id)
    try:
        # Another process may be at it with a definition that hid less.
        with copies.lock(wait=current is None or not copies.asked_so()) as ours:
            if ours or current is None:
                return copies.publish(
                    lambda copy: _publish(
                        store, definition, city, data, own, copy, sandbox, changes, draft=draft
                    ),
                    at_once=store.accepted(definition.id) is not None,
                )
    except OSError as error:
        return failure(definition, file_system_error(error))
    report = current.report
    report.add(copies.trouble())
    return report


def _publish(
    store: Store,
    definition: LayerDefinition,
    city: CityDefinition,
    data: Path,
    own: Path | None,
    copy: Path | None,
    sandbox: Sandbox,
    changes: Changes,
    *,
    draft: bool,
) -> Report:
    try:
        inputs = Inputs.of(definition, city, data, copy, own=own, changes=changes)
        before = stamps(inputs.paths)
        files = inputs.files()
        revision_id = inputs.revision_id(files)
        same = store.put(definition.id, revision_id)
        if same is not None:
            return same.report
        with store.workspace() as folder:
            report, prepared = _reuse_or_prepare(store, inputs, files, folder, sandbox)
            is_accepted = draft or store.accepted(definition.id) == inputs.data_id(files)
            if not report.failed and not is_accepted:
                report.add(_shrinkage(store.current(definition.id), prepared, own or data))
            if not report.failed:
                # Meanwhile another process may have published what the files say now.
                require_unchanged(inputs.paths, before)
                label(prepared, folder / "labelled", revision_id, inputs.definition)
                store.put(definition.id, revision_id, folder / "labelled")
            return report
    except LayersError as error:
        return failure(definition, error)
    except OSError as error:
        return failure(definition, file_system_error(error))


def _reuse_or_prepare(
    store: Store, inputs: Inputs, files: list[SourceFile], folder: Path, sandbox: Sandbox
) -> tuple[Report, Path]:
    """The report, and the folder of a revision with the data: the current one's, or a new one's."""
    current = store.current(inputs.definition.id)
    if current is not None and current.data_id == inputs.data_id(files):
        return current.report, current.folder
    return _run(inputs, files, folder, sandbox), folder / REVISION


def _shrinkage(before: Revision | None, prepared: Path, data: Path) -> list[Problem]:
    """The errors of a revision just prepared that is far less than the one before it."""
    if before is None or before.folder == prepared:
        return []
    after = Revision(prepared)
    return shrinkage(before, after, counted=states_its_rows(after.definition, data))


def inspect(
    definition: LayerDefinition,
    city: CityDefinition,
    data: Path,
    sandbox: Sandbox,
    before: Revision | None = None,
    accepted: str | None = None,
    *,
    own: Path | None = None,
    private_sources: bool = False,
    changes: Changes = NO_CHANGES,
) -> Check:
    """Read the layer, and compare it with `before`, leaving nothing behind.

    Its own files are below `own`, where that is another folder than `data`; `changes` are the
    desk's. A `url` is fetched anew. Data of the id `accepted` may be less than before.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="bosai-check-") as folder:
            job, copies = (Path(folder) / name for name in ("job", "copies"))
            job.mkdir()
            copies.mkdir()
            copy = None
            if definition.source.url is not None:
                new = fetch(definition.source, copies, private=private_sources)
                copy = None if new is None else new.path
            inputs = Inputs.of(definition, city, data, copy, own=own, changes=changes)
            files = inputs.files()
            report = _run(inputs, files, job, sandbox)
            data_id = inputs.data_id(files)
            if before is None or report.failed:
                return Check(report, data_id=data_id)
            if before.data_id != data_id and accepted != data_id:
                report.add(_shrinkage(before, job / REVISION, own or data))
            return Check(report, difference(before, Revision(job / REVISION)), data_id)
    except LayersError as error:
        return Check(failure(definition, error))
    except OSError as error:
        return Check(failure(definition, file_system_error(error)))


def _run(inputs: Inputs, files: list[SourceFile], folder: Path, sandbox: Sandbox) -> Report:
    """Prepare in a child process, from copies: what is hashed is what is read.

    `files` are the inputs as they were. Raises `PreparationError` when the copies are others.
    """
    copy_files(inputs.paths, folder / INPUTS)
    job = LayerJob(
        data_id=inputs.data_id(files),
        definition=data_of(inputs.definition),
        city=inputs.city,
        sources=tuple(files),
        changes=inputs.changes,
    )
    try:
        with ThreadPoolExecutor(1) as beside:
            hashing = beside.submit(inputs.files, folder / INPUTS)
            outcome = sandbox.run(folder, job)
    except PreparationError as error:
        name = Path(inputs.definition.source.name).name
        raise PreparationError(error.kind, file=name, value=error.value) from None
    for file, copy in zip(files, hashing.result(), strict=True):
        if file != copy:
            raise changed(file.name)
    return Report.from_stored(orjson.loads(outcome.read_bytes()))
