"""Copies of what other hosts and databases hold: when they are due, and the last good one kept.

The folder of copies has one for each layer, with `state.json`, the file `lock`, and the last copy
that a revision could be prepared from, in a folder named after its content. A copy that cannot be
used never takes its place. Whoever holds the lock fetches and publishes; the others use the last.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from layers.errors import LayersError, PreparationError
from layers.files import locked, move_durably, open_file, read_file, replace_durably
from layers.japanese.time_zone import JAPAN_TIME
from layers.messages import ProblemKind
from layers.messages.message import LANGUAGES
from layers.report import Problem, Report
from layers.schema.layer import LayerDefinition
from layers.schema.presentation import digest
from layers.schema.source import Source

if TYPE_CHECKING:
    from layers.fetch.http import Download

FIRST_RETRY = datetime.timedelta(minutes=5)  # doubled with every failure, up to `refresh_hours`
MOST_DOUBLINGS = 12  # 5 minutes become two weeks
STATE = "state.json"
LOCK = "lock"

LOG = logging.getLogger(__name__)


class State(BaseModel):
    """What is known of a layer's source; `asked_with` and `origin` are hashes.

    `kept` is the last good copy below the layer's folder, `fetched_at` when the source last gave or
    confirmed it; `etag` and `last_modified` are that copy's.
    """

    model_config = ConfigDict(frozen=True)

    origin: str
    asked_with: str = ""
    asked_at: AwareDatetime | None = None
    fetched_at: AwareDatetime | None = None
    kept: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    failing_since: AwareDatetime | None = None
    kind: ProblemKind = "not_fetched"
    why: dict[str, str] = {}

    def failed(self, kind: ProblemKind, why: Problem) -> State:
        """The state after another failure: the copy stays."""
        return self.model_copy(
            update={
                "failures": self.failures + 1,
                "failing_since": self.failing_since or self.asked_at,
                "kind": kind,
                "why": {language: why.message(language) for language in LANGUAGES},
            }
        )

    def succeeded(self) -> State:
        """The state after the source gave or confirmed the copy."""
        fine: dict[str, object] = {
            "failures": 0,
            "failing_since": None,
            "why": {},
            "fetched_at": self.asked_at,
        }
        return self.model_copy(update=fine)

    def trouble(self) -> list[Problem]:
        """Since when and why there is nothing newer, when that is so."""
        if self.failing_since is None:
            return []
        day = f"{self.failing_since.astimezone(JAPAN_TIME):%Y-%m-%d}"
        return [Problem("error", self.kind, value=day, detail=self.why)]


def due(definition: LayerDefinition, copies: Path) -> bool:
    """Whether the layer's source is to be asked again; `copies` is the folder of its city's."""
    return definition.source.url is not None and _due(definition, _state(definition, copies))


def fetched_at(definition: LayerDefinition, copies: Path) -> datetime.datetime | None:
    """When a source last gave or confirmed what the layer is made from; None without a `url`."""
    state = None if definition.source.url is None else _read(copies / definition.id)
    return None if state is None else state.fetched_at


def fetch(
    source: Source, folder: Path, state: State | None = None, *, private: bool = False
) -> Download | None:
    """Fetch what the source holds into `folder`; None when the copy of `state` is still that.

    Raises `SourceError`, or `PreparationError` when it cannot be written.
    """
    from layers.fetch import http, postgis, services  # httpx, psycopg: for those that fetch

    try:
        if source.is_database:
            return http.Download(postgis.fetch(source, folder))
        if source.service in services.FETCHERS:
            return http.Download(services.fetch(source, folder, private=private))
        etag, last_modified = (state.etag, state.last_modified) if state else (None, None)
        return http.fetch(str(source.url), folder, etag, last_modified, private=private)
    except OSError as error:
        raise PreparationError("file_system", detail=str(error.strerror)) from None


class Copies:
    """The copies of one layer's source, in a folder of its own below that of its city's copies."""

    def __init__(self, definition: LayerDefinition, copies: Path, *, private: bool) -> None:
        self._definition, self._copies, self._private = definition, copies, private
        self._folder = copies / definition.id

    def lock(self, *, wait: bool) -> AbstractContextManager[bool]:
        """Whether it is for this process to fetch and publish; without `wait` another may be at it.

        A lock for each layer: a slow source keeps none of the others from being fetched.
        """
        return locked(self._folder / LOCK, wait=wait)

    def asked_so(self) -> bool:
        """Whether the source was last asked with this very definition."""
        asked_with = _state(self._definition, self._copies).asked_with
        return asked_with == digest(self._definition)

    def trouble(self) -> list[Problem]:
        """Why there is nothing newer than what is kept, when that is so."""
        return _state(self._definition, self._copies).trouble()

    def publish(self, prepare: Callable[[Path], Report], *, at_once: bool = False) -> Report:
        """Prepare from what the source holds now, or from the last good copy; under the lock only.

        It is asked when it is due, or `at_once`. The report holds an error while the source is away
        or gives what cannot be used.
        """
        state = self._without_damaged(_state(self._definition, self._copies))
        if at_once or _due(self._definition, state):
            with tempfile.TemporaryDirectory(dir=self._folder) as folder:
                state, report = self._ask(state, Path(folder), prepare)
            if report is not None:
                return report
        report = self._missing() if state.kept is None else prepare(self._folder / state.kept)
        report.problems[:0] = state.trouble()
        return report

    def _without_damaged(self, state: State) -> State:
        """The state without its copy where that is not what was fetched: it is fetched anew."""
        if state.kept is None or self._name(self._folder / state.kept) == state.kept:
            return state
        LOG.error("%s is damaged: it is fetched anew", self._folder / state.kept)
        nothing = {"kept": None, "etag": None, "last_modified": None, "asked_at": None}
        return state.model_copy(update=nothing)

    def _ask(
        self, state: State, folder: Path, prepare: Callable[[Path], Report]
    ) -> tuple[State, Report | None]:
        """Ask the source; the report of what it gave, unless an older copy is to be prepared."""
        now = datetime.datetime.now(datetime.UTC)
        request = {"asked_at": now, "asked_with": digest(self._definition)}
        state = state.model_copy(update=request)
        report = None
        try:
            new = fetch(self._definition.source, folder, state, private=self._private)
        except LayersError as error:
            state = state.failed("not_fetched", Problem.of(error))
        else:
            if new is None:
                state = state.succeeded()
            else:
                state, report = self._judged(state, new, prepare(new.path))
        replace_durably(self._folder / STATE, state.model_dump_json().encode())
        self._tidy(state, folder)
        return state, report

    def _judged(self, state: State, new: Download, report: Report) -> tuple[State, Report | None]:
        """The state after a new copy, and the report unless an older copy is to be prepared."""
        if report.failed:
            error = next(problem for problem in report.problems if problem.severity == "error")
            state = state.failed("not_usable", error)
            report.problems[:0] = state.trouble()
            return state, report if state.kept is None else None
        copy = {
            "kept": self._keep(new.path),
            "etag": new.etag,
            "last_modified": new.last_modified,
        }
        return state.succeeded().model_copy(update=copy), report

    def _keep(self, path: Path) -> str:
        """Move a copy to its place; gives its name there."""
        name = self._name(path)
        move_durably(path, self._folder / name)
        return name

    def _name(self, path: Path) -> str:
        """What a copy is kept as: below a folder named after its content."""
        with open_file(path) as content:
            content_hash = hashlib.file_digest(content, "sha256").hexdigest()
        return f"{content_hash[:20]}/{path.name}"

    def _tidy(self, state: State, working: Path) -> None:
        """Remove copies that are no longer the good one, and what a killed process left."""
        copy = None if state.kept is None else Path(state.kept).parts[0]
        for path in self._folder.iterdir():
            if path != working and path.name not in (STATE, LOCK, copy):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _missing(self) -> Report:
        return Report(path=self._definition.source.name, layer=self._definition.id)


def _state(definition: LayerDefinition, copies: Path) -> State:
    """What is known of this very source; a copy of another address is none of it."""
    source = definition.source
    chosen = source.sublayer if source.is_database or source.service == "wfs" else None
    origin = [source.url, source.table, source.query, chosen]
    if source.service is not None:
        origin.append(source.service)
    nothing = State(origin=_hash(origin))
    folder = copies / definition.id
    state = _read(folder)
    if state is None or state.origin != nothing.origin:
        return nothing
    return state if state.kept is None or (folder / state.kept).is_file() else nothing


def _read(folder: Path) -> State | None:
    try:
        return State.model_validate_json(read_file(folder / STATE))
    except (OSError, ValidationError):
        return None


def _due(definition: LayerDefinition, state: State) -> bool:
    now = datetime.datetime.now(datetime.UTC)
    if state.asked_at is None or state.asked_at > now:  # never asked, or the clock was set back
        return True
    pause = datetime.timedelta(hours=definition.source.refresh_hours)
    if state.failures:
        if state.asked_with != digest(definition):
            return True  # somebody has put something right
        pause = min(pause, FIRST_RETRY * 2 ** min(state.failures - 1, MOST_DOUBLINGS))
    return now >= state.asked_at + pause


def _hash(document: object) -> str:
    return hashlib.sha256(orjson.dumps(document)).hexdigest()
