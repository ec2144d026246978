"""The publications of layers that are under way, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from layers.errors import DefinitionError, PreparationError
from layers.geometry.threads import processors
from layers.process.forkserver import Closed
from layers.process.sandbox import Sandbox
from layers.publish import jobs
from layers.publish.definitions import Declaration
from layers.publish.watch import State
from layers.report import Problem, Report
from layers.schema.city import CityDefinition
from layers.store.failure import wrong_definition
from layers.store.store import Home, Store

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A layer to be published: as it was when that began, into the store of the city."""

    key: str
    state: State
    declaration: Declaration
    city: CityDefinition
    store: Store


class Work:
    """Publishes layers from `data` and the desk, as many at once as there are processors.

    `wake` is called, in a thread, when something is done.
    """

    def __init__(
        self,
        data: Path,
        home: Home,
        sandbox: Sandbox,
        wake: Callable[[], None],
        *,
        private_sources: bool,
    ) -> None:
        self._data, self._home, self._sandbox, self._wake = data, home, sandbox, wake
        self._private_sources = private_sources
        self._under_way: dict[str, Task] = {}
        self._finished: SimpleQueue[tuple[Task, Report]] = SimpleQueue()
        self._slots = threading.Semaphore(processors())

    def keys(self) -> Set[str]:
        """The layers that are being published."""
        return self._under_way.keys()

    def begin(self, task: Task) -> None:
        """Publish a layer. The sandbox is to be open until that is done."""
        self._under_way[task.key] = task
        # A daemon: a preparation that takes long does not keep the service from ending.
        threading.Thread(target=self._publish, args=(task,), daemon=True).start()

    def done(self) -> Iterator[tuple[Task, Report]]:
        """What is done by now, with what became of it."""
        while not self._finished.empty():
            yield self.next()

    def next(self) -> tuple[Task, Report]:
        """What is done next; waits for it."""
        task, report = self._finished.get()
        del self._under_way[task.key]
        return task, report

    def _publish(self, task: Task) -> None:
        key, declaration = task.key, task.declaration
        path = declaration.path
        with self._slots:
            try:
                report = jobs.publish(
                    task.store,
                    declaration.read(task.city),
                    task.city,
                    self._data,
                    self._sandbox,
                    own=None if declaration.owner == "folder" else declaration.data,
                    private_sources=self._private_sources,
                    changes=self._home.desk_changes.of(key),
                )
            except (DefinitionError, PreparationError) as error:
                report = wrong_definition(path, error)
            except Closed:
                return  # who would publish it has ended
            except Exception:
                LOG.exception("publishing %s failed", key)
                report = Report(path.name, key)
                report.add([Problem("error", "fault")])
        self._finished.put((task, report))
        self._wake()
