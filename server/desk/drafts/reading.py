"""What drafts hold, read one after the other in a process of its own for each.

Every worker looks for drafts that wait; the one that holds the lock of their folder reads. A worker
that is killed leaves its draft waiting, and another takes it up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from layers.catalog.catalog import Catalog
from layers.draft.add import Reach, definition_of, drafted
from layers.draft.additions import additions, for_new_file
from layers.errors import LayersError
from layers.fetch.copies import fetch
from layers.files import locked
from layers.process.forkserver import Closed
from layers.process.sandbox import Sandbox
from layers.publish.inputs import files_of_city
from layers.publish.jobs import publish
from layers.publish.shrinkage import shrinkage, states_its_rows
from layers.report import Problem, Report
from layers.revision.difference import difference
from layers.revision.revision import Revision
from layers.schema.changes import Changes
from layers.schema.layer import LayerDefinition
from layers.schema.source import Source
from layers.schema.write import text_of
from layers.store.folder import FolderStore
from layers.symbology.palette import Look
from server.database.following import Following
from server.desk.drafts.columns import as_read
from server.desk.drafts.drafts import Drafts, Proposal
from server.desk.drafts.folder import main_name
from server.desk.drafts.tables import Check, Draft
from server.desk.errors import DeskUnavailable

PAUSE = 1.0  # seconds between two looks
FETCHED = "fetched"  # the folder, among a draft's, of what its address gave
# What the file itself tells, and another file of the same list may tell otherwise.
OF_THE_FILE = ("encoding", "header", "path", "url", "service", "table", "query")

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What drafts are read with: the catalogue as it is served, and the city's data folder.

    `text_of_layer` gives the definition that a layer has now, as TOML; `file_of_layer` one of its
    files by its name, `newest_version` the number of its newest version at the desk, 0 for none,
    `changes` what the desk corrected and withdrew of it: that holds for new data too.
    """

    catalog: Callable[[], Catalog]
    data: Path
    text_of_layer: Callable[[str], str | None]
    file_of_layer: Callable[[str, str], Path | None]
    newest_version: Callable[[str], int]
    changes: Callable[[str], Changes]
    private_sources: bool


class Reading:
    """Reads drafts that wait, but while the database `is_away`, which others look after."""

    def __init__(
        self,
        drafts: Drafts,
        sandbox: Sandbox,
        around: Surroundings,
        following: Following,
        is_away: Callable[[], bool],
    ) -> None:
        self._drafts, self._sandbox, self._around = drafts, sandbox, around
        self._following, self._is_away = following, is_away
        self._wake = threading.Event()
        drafts.waits = self._wake.set

    def run(self, stop: threading.Event) -> None:
        """Read what waits, until told to stop."""
        while not stop.is_set():
            try:
                if not self._is_away() and self._following.is_due():
                    self._drafts.sweep()
                    self.read_waiting()
                    self._following.done()
            except DeskUnavailable:
                pass  # it is logged, and tried again
            except Closed:
                return
            except Exception:
                LOG.exception("reading drafts failed; it is tried again")
            self._wake.wait(PAUSE)
            self._wake.clear()

    def read_waiting(self) -> None:
        """Read every draft that waits, unless another process is at it."""
        if self._drafts.next_waiting() is None:
            return
        with locked(self._drafts.root / "lock", wait=False) as ours, self._sandbox:
            while ours and (draft := self._drafts.next_waiting()) is not None:
                self._read(draft)

    def _read(self, draft: Draft) -> None:
        texts = None
        try:
            if draft.text is None:
                texts = self._texts(draft)
                first = texts[0]
                draft = replace(
                    draft, layer_id=first.layer_id, text=first.text, proposal=first.proposal
                )
            check = self._check(draft)
        except LayersError as error:
            check = _failed(draft, Problem.of(error))
        except OSError as error:
            LOG.exception("draft %d cannot be read", draft.number)
            detail = str(error.strerror)
            check = _failed(draft, Problem("error", "file_system", detail=detail))
        except Closed:
            raise
        except Exception:
            LOG.exception("draft %d cannot be read", draft.number)
            check = _failed(draft, Problem("error", "fault"))
        self._drafts.take_reading(draft, texts, check)

    def _texts(self, draft: Draft) -> list[Proposal]:
        """What is proposed for the layers in what was sent. Raises `LayersError`."""
        folder, catalog = self._drafts.folder(draft), self._around.catalog()
        folder.with_city(files_of_city(catalog.city, self._around.data))
        source, reach = self._source(draft, catalog)
        if draft.layer_id and (text := self._around.text_of_layer(draft.layer_id)) is not None:
            definition = _of_source(definition_of(draft.layer_id, text), source)
            self._keep_extent(draft, definition)
            return [self._known(definition, reach)]
        proposals = drafted(reach, self._sandbox, used=_looks(catalog))
        names: set[str] = {*catalog.layers, *catalog.unserved}
        texts = []
        for layer_id, text in proposals:
            unused = _unused(layer_id, names)
            names.add(unused)
            definition = definition_of(unused, text)
            if source.url is not None:
                definition = _of_source(definition, source)
            proposal = text_of(definition, {})
            texts.append(Proposal(unused, proposal, proposal))
        return texts

    def _known(self, definition: LayerDefinition, reach: Reach) -> Proposal:
        """The layer's definition for a new file, whose further columns are proposed beside it.

        Those that look personal are suppressed at once.
        """
        try:
            proposals = drafted(reach, self._sandbox)
        except LayersError:  # the definition may say how it is read all the same
            proposals = ()
        drafts = [definition_of(definition.id, text) for _, text in proposals]
        chosen, proposal = for_new_file(definition, self._as_read(definition), drafts)
        return Proposal(definition.id, text_of(chosen, {}), text_of(proposal, {}))

    def _as_read(self, definition: LayerDefinition) -> LayerDefinition:
        """The definition with what a standard gives the layer, as it is published."""
        layer = self._around.catalog().layers.get(definition.id)
        return definition if layer is None else as_read(definition, layer.revision.definition)

    def _keep_extent(self, draft: Draft, definition: LayerDefinition) -> None:
        """Have the area that was surveyed among the draft's files, where it is a file."""
        name = definition.surveyed_extent
        if name in (None, "boundary", "unknown"):
            return
        path = self._around.file_of_layer(definition.id, str(name))
        if path is not None:
            self._drafts.add_file(draft, str(name), path)

    def _source(self, draft: Draft, catalog: Catalog) -> tuple[Source, Reach]:
        """Where the layer is read from, and a file to tell from what it holds."""
        folder, city = self._drafts.folder(draft), catalog.city
        if not draft.origin:
            name = main_name([file.name for file in draft.files])
            return Source(path=name), Reach(folder.data, name, city)
        origin = {key: value for key, value in draft.origin.items() if key in ("url", "table")}
        source = Source.model_validate(origin)
        target = folder.data / FETCHED
        target.mkdir(exist_ok=True)
        download = fetch(source, target, private=self._around.private_sources)
        assert download is not None
        name = download.path.relative_to(folder.data).as_posix()
        return source, Reach(folder.data, name, city)

    def _check(self, draft: Draft) -> Check:
        """Prepare the draft in its own home, and compare it with what is published."""
        assert draft.text is not None
        newest = self._around.newest_version(
            draft.layer_id
        )  # before: what comes meanwhile is newer
        catalog, folder = self._around.catalog(), self._drafts.folder(draft)
        definition = definition_of(draft.layer_id, draft.text)
        report, revision = self._prepared(folder.home(draft.number), draft, definition)
        exact = None
        if revision is not None and (bare := without_rule(definition)) is not None:
            exact = self._prepared(folder.exact_home(draft.number), draft, bare)[1]
        before = catalog.layers.get(draft.layer_id)
        against = None if before is None else before.revision
        if against is not None and draft.proposal is not None:
            proposal = definition_of(draft.layer_id, draft.proposal)
            report.add(additions(proposal, self._as_read(definition)))
        if against is not None and revision is not None and against.data_id != revision.data_id:
            counted = states_its_rows(definition, folder.data)
            less = shrinkage(against, revision, counted=counted)
            report.add(replace(problem, severity="warning") for problem in less)
        return Check(
            report,
            None if revision is None else revision.id,
            None if against is None else against.id,
            newest,
            _difference(against, revision),
            None if exact is None else exact.id,
        )

    def _prepared(
        self, home: Path, draft: Draft, definition: LayerDefinition
    ) -> tuple[Report, Revision | None]:
        """The report, and the revision in this home, None where there is none."""
        store = FolderStore(home)
        report = publish(
            store,
            definition,
            self._around.catalog().city,
            self._around.data,
            self._sandbox,
            own=self._drafts.folder(draft).data,
            changes=self._around.changes(draft.layer_id),
            private_sources=self._around.private_sources,
            draft=True,
        )
        return report, None if report.failed else store.current(draft.layer_id)


def without_rule(definition: LayerDefinition) -> LayerDefinition | None:
    """The definition without its rule for positions and small groups; None where it has none."""
    rule = {"grid_m": None, "least_group": None, "group_by": ()}
    bare = definition.privacy.model_copy(update=rule)
    return None if bare == definition.privacy else definition.model_copy(update={"privacy": bare})


def _difference(before: Revision | None, after: Revision | None) -> dict[str, object] | None:
    if before is None or after is None:
        return None
    change = difference(before, after)
    return {**change.to_json(), "added_ids": change.added, "removed_ids": change.removed}


def _failed(draft: Draft, problem: Problem) -> Check:
    return Check(Report(draft.name, draft.layer_id, problems=[problem]), None, None, 0, None)


def _of_source(definition: LayerDefinition, source: Source) -> LayerDefinition:
    """The definition of another file, or of an address: what only one file tells is left out."""
    declared = definition.source.model_dump(exclude_none=True, exclude_defaults=True)
    retained = {key: value for key, value in declared.items() if key not in OF_THE_FILE}
    new = source.model_dump(exclude_none=True, exclude_defaults=True)
    changed = Source.model_validate({**retained, **new, **_address(source)})
    return definition.model_copy(update={"source": changed})


def _address(source: Source) -> dict[str, str]:
    """The address whole: a dump leaves its query out."""
    return {} if source.url is None else {"url": source.url}


def _unused(layer_id: str, names: Collection[str]) -> str:
    """The id, with a number behind it where a layer has it already."""
    numbered = (f"{layer_id}_{number}" for number in range(2, len(names) + 3))
    return next(name for name in (layer_id, *numbered) if name not in names)


def _looks(catalog: Catalog) -> tuple[Look, ...]:
    """The colours and shapes of the layers that are served."""
    return tuple(
        (entry.color, entry.shape) for layer in catalog.layers.values() for entry in layer.legend()
    )
