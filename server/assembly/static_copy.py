"""A static copy is kept current by the process that publishes, in a process of its own."""

from __future__ import annotations

import asyncio
import datetime
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from layers.files import read_file, replace_durably

FRESH = datetime.timedelta(minutes=10)  # for which what a copy says of the moment counts
EVERY = FRESH.total_seconds() / 2  # seconds from one build to the next, where nothing changes
AGAIN = 60.0  # seconds until one that failed is tried again
LOOK = 1.0  # seconds from one look for changes to the next
LONGEST = 3600.0  # seconds that a build may take
NICENESS = 10  # answers come first
PROGRAM = "from server.cli import main; main()"
BUCKET = "s3://"
STATE = "copy.json"  # in the home

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class CopyState:
    """How the copy is: when one was last built and brought to its place, and whether it was at the
    last try.
    """

    built_at: float | None  # seconds of Unix time
    is_failing: bool

    @classmethod
    def of(cls, home: Path) -> CopyState | None:
        """What the process that builds wrote last; None before the first."""
        try:
            document = orjson.loads(read_file(home / STATE))
            return cls(document["built_at"], document["failing"])
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            return None

    def write(self, home: Path) -> None:
        """Leave it to whichever process is asked for figures. Raises `OSError`."""
        document = {"built_at": self.built_at, "failing": self.is_failing}
        replace_durably(home / STATE, orjson.dumps(document))


class CopyKeeper:
    """Builds the copy at `place`, a folder or `s3://…`, whenever what it is of has changed.

    `leads` says whether this process is the one to do it, `state` what the copy is of: another
    value is another copy. With None as `place` there is no copy.
    """

    def __init__(
        self,
        place: str | None,
        home: Path,
        leads: Callable[[], bool],
        state: Callable[[], object],
        *,
        every: float = EVERY,
        again: float = AGAIN,
        look: float = LOOK,
    ) -> None:
        self._place, self._home, self._leads, self._state = place, home, leads, state
        self._every, self._again, self._look = every, again, look

    @asynccontextmanager
    async def kept_current(self) -> AsyncIterator[None]:
        """Build until the block ends, and with it a build that has not."""
        if self._place is None:
            yield
            return
        ended = threading.Event()
        keeper = threading.Thread(target=self._run, args=(self._place, ended), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            await asyncio.to_thread(keeper.join)  # a worker then ends as its signal ends a program

    def _run(self, place: str, ended: threading.Event) -> None:
        built: object = None
        due = 0.0  # in seconds of the monotonic clock, as the next
        not_before = 0.0
        while not ended.wait(self._look):
            now = time.monotonic()
            if not self._leads():
                built = None
            elif now >= not_before:
                try:
                    state = self._state()
                    if state == built and now < due:
                        continue
                    is_built = self._build(place, ended)
                except Exception:
                    LOG.exception("the static copy %s could not be built", place)
                    is_built = False
                if is_built:
                    built, due = state, now + self._every
                else:
                    not_before = time.monotonic() + self._again

    def _build(self, place: str, ended: threading.Event) -> bool:
        """Build the copy now; whether that was done. Raises `OSError`."""
        option = "--to" if place.startswith(BUCKET) else "-o"
        with TemporaryDirectory(prefix="copy-") as folder:  # what a stopped build leaves goes too
            output = Path(folder) / "output.txt"
            with output.open("wb") as written:
                process = subprocess.Popen(
                    [sys.executable, "-c", PROGRAM, "build", option, place],
                    env={**os.environ, "TMPDIR": folder},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=written,
                )
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
            stopped = time.monotonic() + LONGEST
            while process.poll() is None:
                if ended.wait(0.1) or time.monotonic() > stopped:
                    process.kill()
                    process.wait()
            lines = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        if ended.is_set():
            return False
        is_built = process.returncode == 0
        before = CopyState.of(self._home)
        earlier = None if before is None else before.built_at
        built_at = time.time() if is_built else earlier
        CopyState(built_at, is_failing=not is_built).write(self._home)
        if is_built:
            LOG.info("the static copy %s is current", place)
        else:
            reason = lines[-1].strip() if lines else f"status {process.returncode}"
            LOG.warning("the static copy %s is not current; tried again: %s", place, reason)
        return is_built
