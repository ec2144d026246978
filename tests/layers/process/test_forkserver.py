"""Processes split off from a loaded one: how they end, whatever ends first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from layers.process import sandbox
from layers.process.forkserver import Forks
from tests.layers.city import SmallCity

ROOT = Path(__file__).parents[3]
PROGRAM = "tests.layers.process.forked"
LONG = 60.0  # seconds: no test waits so long
PARENT = f"""
import sys
from layers.process.forkserver import Forks
Forks({PROGRAM!r}).run(sys.argv[1].encode(), {LONG})
"""


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forks]:
    monkeypatch.chdir(ROOT)
    forks = Forks(PROGRAM)
    yield forks
    forks.close()


def run(forks: Forks, job: str, timeout: float = LONG) -> int:
    return forks.run(job.encode(), timeout)


def test_how_a_job_ended_is_told(forks: Forks) -> None:
    assert run(forks, "pass") == 0
    assert run(forks, "raise SystemExit") == 1
    assert run(forks, "import os; os._exit(7)") == 7
    assert run(forks, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)") == -signal.SIGSEGV


def test_jobs_share_a_parent_and_leave_it_as_it_was(forks: Forks, tmp_path: Path) -> None:
    loaded = []
    for _ in range(2):
        assert run(forks, "import builtins; assert not hasattr(builtins, 'left')") == 0
        leaving = f"import builtins; builtins.left = 1; {note(tmp_path, 'os.getppid()')}"
        assert run(forks, leaving) == 0
        loaded.append(number(tmp_path))
    assert loaded[0] == loaded[1] != os.getpid()


def test_jobs_run_side_by_side(forks: Forks, tmp_path: Path) -> None:
    def job(own: str, other: str) -> str:
        return (
            f"import pathlib, time; pathlib.Path({str(tmp_path / own)!r}).touch()\n"
            f"while not pathlib.Path({str(tmp_path / other)!r}).exists(): time.sleep(0.01)"
        )

    with ThreadPoolExecutor(2) as threads:
        pair = [threads.submit(run, forks, job(*names)) for names in (("a", "b"), ("b", "a"))]
        assert [one.result() for one in pair] == [0, 0]


def test_a_job_that_takes_too_long_is_ended(forks: Forks, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        run(forks, waiting(tmp_path), timeout=0.5)
    assert_ends(number(tmp_path))
    assert run(forks, "pass") == 0


def test_a_loaded_process_that_was_killed_is_started_again(forks: Forks, tmp_path: Path) -> None:
    assert run(forks, note(tmp_path, "os.getppid()")) == 0
    os.kill(number(tmp_path), signal.SIGKILL)
    assert run(forks, "pass") in (0, -signal.SIGKILL)  # it may be asked before it is dead
    assert run(forks, "pass") == 0


def test_one_killed_while_a_job_runs_is_told_as_the_jobs_end(forks: Forks, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(run, forks, note(tmp_path, "os.getppid()") + "; time.sleep(3)")
        os.kill(number(tmp_path), signal.SIGKILL)
        assert job.result() == -signal.SIGKILL
    assert run(forks, "pass") == 0


def test_one_that_is_idle_ends_and_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    forks = Forks(PROGRAM, idle=0.1)
    assert run(forks, note(tmp_path, "os.getppid()")) == 0
    assert_ends(number(tmp_path))
    for _ in range(20):  # also just while it ends
        assert run(forks, "pass") == 0
        time.sleep(0.1)
    forks.close()


def test_all_end_with_the_process_that_asked(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, waiting(tmp_path)], cwd=ROOT)
    job = number(tmp_path)
    loaded = int(Path(f"/proc/{job}/stat").read_text().rpartition(")")[2].split()[1])
    parent.kill()
    parent.wait()
    assert_ends(job)
    assert_ends(loaded)


def test_the_process_that_prepares_are_split_from_has_one_thread(city: SmallCity) -> None:
    city.open()
    (loaded,) = (
        pid
        for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        if b"layers.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    assert len([*Path(f"/proc/{loaded}/task").iterdir()]) == 1


@pytest.mark.parametrize("limit", ["MEMORY", "PROCESSOR_TIME", "FILE_SIZE"])
def test_a_job_has_its_limits(limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    known = {"MEMORY": "RLIMIT_AS", "PROCESSOR_TIME": "RLIMIT_CPU", "FILE_SIZE": "RLIMIT_FSIZE"}
    asked = f"resource.getrlimit(resource.{known[limit]})[0]"
    forks = Forks(PROGRAM)
    job = f"import resource; from layers import worker; worker._limit(); {note(tmp_path, asked)}"
    assert run(forks, job) == 0
    forks.close()
    assert number(tmp_path) == getattr(sandbox, limit)


def note(folder: Path, what: str) -> str:
    """A job that writes down a number."""
    path = str(folder / "number")
    return (
        f"import os, time; open({path!r} + '.new', 'w').write(str({what})); "
        f"os.rename({path!r} + '.new', {path!r})"
    )


def waiting(folder: Path) -> str:
    """A job that writes down its process and takes long."""
    return note(folder, "os.getpid()") + f"; time.sleep({LONG})"


def number(folder: Path) -> int:
    """The number that a job wrote down, when it has."""
    wait_until((folder / "number").exists)
    return int((folder / "number").read_text())


def assert_ends(pid: int) -> None:
    def has_ended() -> bool:
        try:
            said = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True
        return said.rpartition(")")[2].split()[0] == "Z"

    wait_until(has_ended)


def wait_until(seen: Callable[[], bool]) -> None:
    until = time.monotonic() + LONG / 2
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.01)
