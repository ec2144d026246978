"""Keeps what is published up to date with the definitions and the files they name.

One process at a time publishes, the one that holds a lock; every process serves what it wrote.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from layers.errors import PreparationError
from layers.fetch import copies
from layers.process.sandbox import Sandbox
from layers.publish.city import with_city
from layers.publish.definitions import Definitions, DeskSource, OperatorsFolder
from layers.publish.folder_digests import FolderDigests
from layers.publish.pauses import PAUSES, Pauses, Retries
from layers.publish.watch import State, Watch
from layers.publish.work import Task, Work
from layers.report import Report
from layers.schema.folder import CITY
from layers.store.failure import (
    file_system_error,
    trouble_of,
    withheld_anew,
)
from layers.store.pointer import Pointer
from layers.store.recalls import Recalls
from layers.store.record import Entry, Published
from layers.store.store import Home, LeadLost, Store

UNREAD: State = (None, ())  # of what was left for later: no definition is like that

LOG = logging.getLogger(__name__)


class Publisher:
    """What is published of one folder of definitions, and of the desk's where there is one.

    `record` is where all processes read it. `published_first` is whether `start` published, and not
    another process; `is_leading` whether this one publishes what changes. `home_problem` is why
    nothing can be written into the home, while that is so: what was published last is served then.
    `differing` are the files of definitions that are not, or of which the data is not, as on the
    host that publishes.
    """

    def __init__(
        self,
        definitions: Path,
        data: Path,
        home: Home,
        sandbox: Sandbox,
        *,
        desk: DeskSource | None = None,
        private_sources: bool = False,
        pauses: Pauses = PAUSES,
    ) -> None:
        folder = OperatorsFolder(definitions, data)
        self._definitions, self._folder = Definitions(folder, desk), FolderDigests(folder)
        self._data = data
        self.home, self._sandbox, self._pauses = home, sandbox, pauses
        service = f"{definitions.resolve()}\0{data.resolve()}"
        self.record = home.record(hashlib.sha256(service.encode()).hexdigest()[:16])
        self._watch = Watch(self._definitions, data, pauses.settle, home.desk_changes.path)
        self._known: Published | None = None
        self._states: dict[str, State] = {}  # those that `published` was made from
        self._retries = Retries(pauses)
        self._doubted: set[str] = set()  # layers whose revision is found damaged
        self.published_first = self.is_leading = False
        self.home_problem: PreparationError | None = None
        self.differing: frozenset[str] = frozenset()
        self._desk_problem: PreparationError | None = None  # of what the desk published
        self._accepted: dict[str, str | None] = {}  # of each layer, when it was last tried
        self._woken = threading.Event()
        self._work = Work(data, home, sandbox, self.wake, private_sources=private_sources)

    def start(self) -> Published:
        """Publish everything, unless another process does; wait for that one to end if it is of
        a version whose revisions this one cannot open.

        Where the home cannot be written to, nothing is published, but what is there is served.
        Raises `DefinitionError`, `SourceError` or `PreparationError` when the city cannot be read
        and never was.
        """
        has_warned = False
        while True:
            try:
                with self.record.leading() as leads:
                    if leads:
                        published = self.publish(arriving=False)
                        self._write(published)
                        self.published_first = True
                        return published
                self.record.follow()
            except LeadLost:
                LOG.warning("another host may publish by now; what it publishes is served")
                self._known = None
            except OSError as error:
                self._home_failed(error)
                self.published_first = True
                return self.publish(arriving=False)
            recorded = self.record.read()
            if recorded is not None and recorded.can_be_opened:
                return recorded
            if recorded is not None and not has_warned:
                LOG.warning("another version of bosai-layers publishes; it has to be stopped first")
                has_warned = True
            time.sleep(self._pauses.poll / 10)

    def wake(self) -> None:
        """Have `keep_up` look at once: something is new, or it is to stop. From any thread."""
        self._woken.set()

    def keep_up(self, stop: threading.Event) -> None:
        """Publish what changes, until told to stop; while another process does, wait."""
        with self._sandbox:
            while self._rest(stop):
                try:
                    with self.record.leading() as leads:
                        if leads:
                            self.is_leading = True
                            self._lead(stop)
                            continue
                    self._follow_others()
                except OSError as error:
                    self._home_failed(error)
                except Exception:
                    LOG.exception("publishing failed; it is tried again")
                finally:
                    self.is_leading = False

    def _rest(self, stop: threading.Event) -> bool:
        """Wait until it is time for a look; False when told to stop."""
        if not stop.is_set():
            self._woken.wait(self._pauses.poll)
            self._woken.clear()
        return not stop.is_set()

    def _follow_others(self) -> None:
        """Have here what another process publishes, and on another host what decides that."""
        self.record.follow()
        if self.record.is_shared:
            self._follow_desk()
            self._compare_folder()
        self.home_problem = self._desk_problem

    def publish(self, *, arriving: bool = True) -> Published:
        """Publish everything declared and wait until that is done. Writes no record.

        Without `arriving`, a layer that is served stays as it is while its files may still be
        arriving; `look` publishes it then.
        """
        with self._sandbox:
            return self._publish_all(arriving)

    def _publish_all(self, arriving: bool) -> Published:
        self._follow_desk()
        before = self._known or self.record.read()
        earlier = before and self._watch.look(before.city)[CITY]
        self._known = with_city(before, self._definitions, self._data, self.home, self._sandbox)
        self._store.clear_work()
        states = self._look()
        city = states.pop(CITY)
        for key in self._obey():
            states.pop(key, None)
        # What changed while it was read is published again.
        self._states[CITY] = city if earlier in (None, city) else UNREAD
        self._retries.tried(CITY, self.published.trouble)
        for key in sorted({*states, *self.published.layers} - self._work.keys()):
            if arriving or not self._is_served(key) or self._watch.has_rested(states.get(key)):
                self._begin(key, states.get(key))
            else:
                self._states[key] = UNREAD
        while self._work.keys():
            self._finish(*self._work.next())
        self._note_set_aside()
        self._note_folder()
        if before is not None and before.city.code != self.published.city.code:
            abandoned = self.home.store(before.city.code)
            for layer_id in before.layers:
                self._remove(abandoned, layer_id)
        return self.published

    def _lead(self, stop: threading.Event) -> None:
        self._begin_to_lead()
        self.wake()  # what changed meanwhile is looked at now
        while self._rest(stop) and self.record.still_leads():
            try:
                if self._known is None or not self._known.can_be_opened:
                    self.publish(arriving=False)
                self.look()
            except LeadLost:
                return
            except Exception:
                LOG.exception("looking for changed files failed; it is tried again")

    def _begin_to_lead(self) -> None:
        """Take up what another process published; of another host, its files may be others."""
        before, self._known = self._known, self.record.read()
        self.differing = frozenset()
        if self.record.is_shared and not _are_same(before, self._known):
            for _ in self._work.done():
                pass  # what it was published as is not what is published now
            self._states.clear()

    def look(self) -> None:
        """Begin to publish what changed and is at rest; write down what is done by now.

        The sandbox is to be open.
        """
        for task, report in self._work.done():
            self._finish(task, report)
        self._follow_desk()
        states = self._look()
        withdrawn = self._obey()
        wanted = (set(self._changed(states)) | set(self._due())) - withdrawn
        if CITY in wanted:
            self.publish(arriving=False)
        else:
            for key in sorted(wanted - self._work.keys()):
                self._begin(key, states.get(key))
        self._tidy()
        self._note_set_aside()
        self._note_folder()
        self._write(self.published)

    def doubt(self, layer_id: str) -> None:
        """Prepare a layer anew, whose revision in the store is found damaged."""
        self._doubted.add(layer_id)

    def _obey(self) -> frozenset[str]:
        """Delete what the desk withdrew. A layer of which a part was is prepared anew at once.

        Gives the layers that are withdrawn as a whole.
        """
        recalls = self.home.desk_changes.recalls()
        for key, entry in [*self.published.layers.items()]:
            if key in recalls.layers:
                self._remove(self._store, key)
                shutil.rmtree(self._store.copies / key, ignore_errors=True)
                self._set(key, None)
                self._states.pop(key, None)
            elif recalls.withheld.get(key) and self._shows_withheld(key, recalls):
                self._remove(self._store, key)
                self._set(key, replace(entry, pointer=None, trouble=withheld_anew()))
                self.doubt(key)
        return recalls.layers

    def _shows_withheld(self, key: str, recalls: Recalls) -> bool:
        revision = self._store.current(key)
        return revision is not None and recalls.forbid(key, revision)

    def _write(self, published: Published) -> None:
        """Write down what is published, if that can be."""
        try:
            self.record.write(published)
        except OSError as error:
            self._home_failed(error)
        else:
            self.home_problem = self._desk_problem

    def _home_failed(self, error: OSError) -> None:
        """Remember why the home cannot be written to, and say it once."""
        problem = file_system_error(error)
        if str(problem) != str(self.home_problem):
            LOG.warning("nothing can be written into the home; it is tried again: %s", error)
        self.home_problem = problem

    @property
    def published(self) -> Published:
        """What is published as far as this object knows."""
        assert self._known is not None
        return self._known

    @property
    def _store(self) -> Store:
        return self.home.store(self.published.city.code)

    def _follow_desk(self) -> None:
        """Have what the desk published by now where it is read."""
        if self._definitions.desk is not None:
            try:
                self._definitions.desk.refresh()
            except OSError as error:
                self._home_failed(error)
                self._desk_problem = self.home_problem
            else:
                self._desk_problem = None

    def _look(self) -> dict[str, State]:
        """Everything declared; the desk's layers as they were while it cannot be told which."""
        states = self._watch.look(self.published.city)
        for key in self._of_unknown_desk():
            states[key] = self._states.setdefault(key, UNREAD)
        return states

    def _of_unknown_desk(self) -> set[str]:
        """The layers published of the desk's, while it cannot be told which are."""
        if self._definitions.knows_desk:
            return set()
        return {key for key, entry in self.published.layers.items() if entry.owner == "desk"}

    def _note_set_aside(self) -> None:
        """Note which of the operator's files do not count, where that can be told."""
        if not self._definitions.knows_desk:
            return
        with suppress(PreparationError):
            set_aside = self._definitions.set_aside()
            for key, entry in self.published.layers.items():
                self._set(key, replace(entry, set_aside=key in set_aside))

    def _note_folder(self) -> None:
        """Note what the operator's folder holds, where other hosts have one too."""
        if self.record.is_shared:
            self._known = replace(self.published, folder=self._folder.now())

    def _compare_folder(self) -> None:
        """Find out in which files the folder differs from that of the host that publishes."""
        published = self.record.read()
        if published is None or not published.folder:
            self.differing = frozenset()
            return
        here, there = self._folder.now(), published.folder
        names = here.keys() | there.keys()
        self.differing = frozenset(name for name in names if here.get(name) != there.get(name))

    def _changed(self, states: dict[str, State]) -> Iterator[str]:
        """What is not what it was when it was published, and has not been changing lately."""
        now = time.monotonic()
        for key in {*states, *self.published.layers}:
            at_rest = self._watch.is_at_rest(key, states.get(key), now)
            entry = self.published.layers.get(key)
            if entry is not None and entry.owner == "desk":  # given back, all at once
                at_rest = at_rest or self._watch.has_rested(states.get(key))
            if at_rest and states.get(key) != self._states.get(key):
                yield key

    def _due(self) -> Iterator[str]:
        """What to publish again though none of its files changed."""
        troubles = {key: entry.trouble for key, entry in self.published.layers.items()}
        for key, trouble in {CITY: self.published.trouble, **troubles}.items():
            if trouble is not None and self._retries.is_due(key, trouble):
                yield key
        yield from self._doubted - self._work.keys()
        for key, trouble in troubles.items():
            accepted = None if trouble is None else self._store.accepted(key)
            if accepted is not None and accepted != self._accepted.get(key):
                yield key
        folder = self._store.copies
        for definition in self._watch.definitions():
            if copies.due(definition, folder):
                yield definition.id

    def _begin(self, key: str, state: State | None) -> None:
        """Publish a layer in a thread, or take it away when its definition is gone."""
        if state is None:
            if self._definitions.lack(key):
                self._remove(self._store, key)
                self._set(key, None)
                self._states.pop(key, None)
            return
        if key in self._of_unknown_desk():
            return
        try:
            declaration = self._definitions.declarations()[key]
        except (PreparationError, KeyError):
            return  # what it is by now is seen at the next look
        self._doubted.discard(key)
        self._accepted[key] = self._store.accepted(key)
        self._work.begin(Task(key, state, declaration, self.published.city, self._store))

    def _finish(self, task: Task, report: Report) -> None:
        """Take what became of a layer."""
        key, state = task.key, task.state
        if task.city.code != self.published.city.code:
            self._begin(key, state)
            return
        earlier = self.published.layers.get(key)
        changes_nothing = report.failed and self._is_served(key)
        if changes_nothing and self._look().get(key) != state:
            return  # changed while it was read; it will be at rest again
        trouble = trouble_of(report, earlier.trouble if earlier else None)
        if trouble is not None:
            LOG.warning("更新していません / not updated: %s: %s / %s", key, *trouble.words)
        pointer, fetched_at = self._store.pointer(key), self._fetched_at(key)
        if fetched_at is None and earlier and _revision(earlier.pointer) == _revision(pointer):
            fetched_at = earlier.fetched_at  # by another host
        self._set(key, Entry(pointer, trouble, fetched_at, task.declaration.owner))
        self._retries.tried(key, trouble)
        self._states[key] = state  # last: what fails above leaves the layer as one that changed

    def _remove(self, store: Store, key: str) -> None:
        """Delete what is kept of a layer, if that can be."""
        try:
            store.remove(key)
        except OSError as error:
            self._home_failed(error)

    def _is_served(self, key: str) -> bool:
        """Whether anything of the layer is published, and can be opened."""
        entry = self.published.layers.get(key)
        if entry is None or entry.pointer is None:
            return False
        return self._store.current(key) is not None

    def _fetched_at(self, key: str) -> datetime.datetime | None:
        for definition in self._watch.definitions():
            if definition.id == key:
                return copies.fetched_at(definition, self._store.copies)
        return None

    def _tidy(self) -> None:
        """Let revisions go that nobody asks for any more."""
        for key, entry in self.published.layers.items():
            if entry.pointer is not None and entry.pointer.former is not None:
                self._store.tidy(key)
                self._set(key, replace(entry, pointer=self._store.pointer(key)))

    def _set(self, key: str, entry: Entry | None) -> None:
        entries = {**self.published.layers}
        entries.pop(key, None)
        if entry is not None:
            entries[key] = entry
        self._known = replace(self.published, layers=dict(sorted(entries.items())))


def _revision(pointer: Pointer | None) -> str | None:
    return None if pointer is None else pointer.revision


def _are_same(one: Published | None, other: Published | None) -> bool:
    return (one and one.to_stored()) == (other and other.to_stored())
