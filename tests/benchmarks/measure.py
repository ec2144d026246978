"""Wall time, processor time and memory of processes, and the spread of several runs."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

Found = TypeVar("Found")

TICK = os.sysconf("SC_CLK_TCK")
PSS = re.compile(r"^Pss: *([0-9]+) kB$", re.MULTILINE)
SIZES = re.compile(r"^(\w+): *([0-9]+) kB$", re.MULTILINE)
BETWEEN_LOOKS = 0.02  # seconds between two looks at a process's memory
LONGEST_STOP = 10
SLOWEST = 900  # seconds that one run may take


@dataclass(frozen=True)
class Sample:
    """One run: seconds on the clock and on processors, and bytes of memory at the peak.

    `memory` is 0 where nobody watched it. `phases` are parts of the run by name, in seconds.
    """

    wall: float
    cpu: float
    memory: int = 0
    phases: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """The least, the middle and the most of several values."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(min(values), statistics.median(values), max(values))


def in_turn(
    runs: int, ours: Callable[[], Found], theirs: Callable[[], Found]
) -> tuple[list[Found], list[Found]]:
    """Runs of both sides in turn, so that what else the machine does meets both."""
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def run(command: Sequence[str | Path], *, watch: bool = False) -> Sample:
    """Run a program from its start to its end; its time is of no use where its memory is watched.

    Raises `RuntimeError` when it fails.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    with watched(process.pid) if watch else nullcontext(Peak()) as peak:
        try:
            _, said = process.communicate(timeout=SLOWEST)
        except BaseException:
            process.kill()
            process.wait()
            raise
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {said.strip()[-500:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Sample(wall, cpu, peak.bytes)


class Worker:
    """A running program that measures itself: it answers each line with a line of JSON.

    The answer to a run holds `wall` and `cpu` in seconds, and the run's phases.
    """

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self._process, self._errors = process, errors
        self.greeting = self._answer()

    def ask(self, request: str) -> dict[str, float]:
        """What the program answers. Raises `RuntimeError` when it ended instead."""
        assert self._process.stdin is not None
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        return self._answer()

    def run(self, *, watch: bool = False) -> Sample:
        """One measured run; its time is of no use where its memory is watched."""
        with watched(self._process.pid) if watch else nullcontext(Peak()) as peak:
            answer = self.ask("run")
        return Sample(answer.pop("wall"), answer.pop("cpu"), peak.bytes, answer)

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            said = self._errors.read().strip().splitlines()
            raise RuntimeError(said[-1] if said else "ended without an answer")
        answer: dict[str, float] = json.loads(line)
        return answer


@contextmanager
def working(command: Sequence[str | Path], cwd: Path) -> Iterator[Worker]:
    """Run such a program until the block ends, from when it says that it is ready."""
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            yield Worker(process, errors)
        finally:
            assert process.stdin is not None
            process.stdin.close()  # it ends with its input
            try:
                process.wait(LONGEST_STOP)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # with what it started
                process.wait()


@dataclass
class Peak:
    """The most memory seen so far, of a process and all below it together."""

    bytes: int = 0


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Look at the memory of a process, and all below it, again and again.

    Each look at a gigabyte takes 12 ms of a processor: too much beside what is timed.
    """
    peak, done = Peak(), threading.Event()

    def look() -> None:
        while True:
            peak.bytes = max(peak.bytes, memory(tree(pid)))
            if done.wait(BETWEEN_LOOKS):
                return

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for parent in found:  # grows while it is read
        with suppress(OSError):  # it has ended meanwhile
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, _read(thread / "children").split())
    return found


def memory(pids: Sequence[int]) -> int:
    """Resident bytes of these processes together; pages they share count once."""
    rollups = [_read(Path(f"/proc/{pid}/smaps_rollup")) for pid in pids]
    found = [PSS.search(rollup) for rollup in rollups]
    return sum(int(pss[1]) for pss in found if pss is not None) << 10


class Resident(NamedTuple):
    """Bytes of a process in memory: those no other has, with its shares of the others' (PSS), and
    with all that it shares (RSS), such as the libraries' code."""

    private: int
    pss: int
    rss: int


def resident(pid: int) -> Resident:
    """What a process holds in memory, without those below it. Raises `OSError` when it ended."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = {name: int(size) << 10 for name, size in SIZES.findall(rollup)}
    private = sizes["Private_Clean"] + sizes["Private_Dirty"]
    return Resident(private, sizes["Pss"], sizes["Rss"])


def processor_time(pids: Sequence[int]) -> float:
    """Seconds spent on processors by these processes, and by those they started that ended."""
    ticks = 0
    for pid in pids:
        after_name = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
        ticks += sum(map(int, after_name[11:15]))
    return ticks / TICK


def _read(path: Path) -> str:
    """The file's text; nothing when its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
