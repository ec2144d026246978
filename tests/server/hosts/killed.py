"""A host that is killed at each point of a publication, and what another host finds then.

    python -m tests.server.hosts.killed URL HOME REVISION RECORD OTHERS

publishes the prepared REVISION and the RECORD from HOME again and again, killed one step later each
time, until it is not killed any more. After each time a new home below OTHERS follows: what it
serves is printed, a line each.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import event

from layers.store.record import Published
from server.database.engine import open_database
from server.hosts.shared_home import SharedHome
from tests.server.hosts.hosts import LARGE, name_served
from tests.server.layer_service import POINTS
from tests.waiting import until


class Steps:
    """Kills, or stops, this process at a step of the publication."""

    def __init__(self, last: int, end: signal.Signals) -> None:
        self._left, self._end = last, end

    def step(self, *_: object) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), self._end)


def publish(url: str, home: Path, revision: Path, published: Published, steps: Steps) -> bool:
    """Publish the revision and the record; False while another process leads."""
    engine = open_database(url)
    shared = SharedHome(home, engine, LARGE)
    record = shared.record("service")
    with record.leading() as leads:
        if not leads:
            return False
        store = shared.store("00000")
        with store.workspace() as folder:
            shutil.copytree(revision, folder / "copy")
            store.put(POINTS, revision.name, folder / "copy")
        event.listen(engine, "before_cursor_execute", steps.step)
        event.listen(engine, "commit", steps.step)
        # It is in the database then, and not yet here.
        record._here.write = steps.step  # type: ignore[method-assign, assignment]
        record.write(published)
    return True


def look(url: str, home: Path) -> str:
    """What a new host serves."""
    engine = open_database(url)
    shared = SharedHome(home, engine, LARGE)
    record = shared.record("service")
    record.follow()
    engine.dispose()
    return name_served(record, shared)


def main(url: str, home: Path, revision: Path, document: Path, others: Path) -> None:
    published = Published.from_stored(document.read_bytes())
    assert published is not None
    for last in count(1):
        status = 1 << 8

        def is_done() -> bool:
            nonlocal status
            child = os.fork()
            if child == 0:
                steps = Steps(last, signal.SIGKILL)  # noqa: B023
                # Where it leads not: the one before is not known to be dead yet.
                os._exit(not publish(url, home, revision, published, steps))
            status = os.waitpid(child, 0)[1]
            return not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0

        until(is_done)
        print(look(url, others / str(last)), flush=True)
        if os.WIFEXITED(status):
            return


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
