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

from layers.process.forkserver import Closed, ForkServer

ROOT = Path(__file__).parents[3]
PROGRAM = "tests.layers.process.forked"
LONG = 60.0  # seconds: no test waits so long
PARENT = f"""
import sys
from layers.process.forkserver import ForkServer
with ForkServer({PROGRAM!r}) as server:
    server.run(sys.argv[1].encode(), {LONG})
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkServer]:
    monkeypatch.chdir(ROOT)
    with ForkServer(PROGRAM) as server:
        yield server


def run(server: ForkServer, job: str, timeout: float = LONG) -> int:
    return server.run(job.encode(), timeout)


def test_how_a_job_ended_is_told(server: ForkServer) -> None:
    assert run(server, "pass") == 0
    assert run(server, "raise SystemExit") == 1
    assert run(server, "import os; os._exit(7)") == 7
    assert run(server, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)") == -signal.SIGSEGV


def test_jobs_share_a_parent_and_leave_it_as_it_was(server: ForkServer, tmp_path: Path) -> None:
    loaded = []
    for _ in range(2):
        assert run(server, "import builtins; assert not hasattr(builtins, 'left')") == 0
        leaving = f"import builtins; builtins.left = 1; {note(tmp_path, 'os.getppid()')}"
        assert run(server, leaving) == 0
        loaded.append(number(tmp_path))
    assert loaded[0] == loaded[1] != os.getpid()


def test_jobs_run_side_by_side(server: ForkServer, tmp_path: Path) -> None:
    def job(own: str, other: str) -> str:
        return (
            f"import pathlib, time; pathlib.Path({str(tmp_path / own)!r}).touch()\n"
            f"while not pathlib.Path({str(tmp_path / other)!r}).exists(): time.sleep(0.01)"
        )

    with ThreadPoolExecutor(2) as threads:
        pair = [threads.submit(run, server, job(*names)) for names in (("a", "b"), ("b", "a"))]
        assert [job.result() for job in pair] == [0, 0]


def test_a_job_that_takes_too_long_is_ended(server: ForkServer, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        run(server, waiting(tmp_path), timeout=0.5)
    assert_ends(number(tmp_path))
    assert run(server, "pass") == 0


def test_a_loaded_process_that_was_killed_is_started_again(
    server: ForkServer, tmp_path: Path
) -> None:
    assert run(server, note(tmp_path, "os.getppid()")) == 0
    os.kill(number(tmp_path), signal.SIGKILL)
    assert run(server, "pass") in (0, -signal.SIGKILL)  # it may be asked before it is dead
    assert run(server, "pass") == 0


def test_one_killed_while_a_job_runs_is_told_as_the_jobs_end(
    server: ForkServer, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(run, server, note(tmp_path, "os.getppid()") + "; time.sleep(3)")
        os.kill(number(tmp_path), signal.SIGKILL)
        assert job.result() == -signal.SIGKILL
    assert run(server, "pass") == 0


def test_one_that_is_idle_ends_and_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    with ForkServer(PROGRAM, idle=0.1) as server:
        assert run(server, note(tmp_path, "os.getppid()")) == 0
        assert_ends(number(tmp_path))
        for _ in range(20):  # also just while it ends
            assert run(server, "pass") == 0
            time.sleep(0.1)


def test_the_loaded_process_ends_with_the_last_who_uses_it(
    server: ForkServer, tmp_path: Path
) -> None:
    with server:
        assert run(server, note(tmp_path, "os.getppid()")) == 0
    loaded = number(tmp_path)
    assert run(server, note(tmp_path, "os.getppid()")) == 0
    assert number(tmp_path) == loaded
    server.__exit__()
    assert_ends(loaded)
    with pytest.raises(Closed):
        run(server, "pass")
    server.__enter__()
    assert run(server, "pass") == 0


def test_a_job_that_runs_when_the_server_is_closed_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    with ThreadPoolExecutor(1) as threads:
        with ForkServer(PROGRAM) as server:
            job = threads.submit(run, server, waiting(tmp_path))
            pid = number(tmp_path)
        with pytest.raises(Closed):
            job.result()
    assert_ends(pid)


def test_all_end_with_the_process_that_asked(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, waiting(tmp_path)], cwd=ROOT)
    job = number(tmp_path)
    loaded = int(Path(f"/proc/{job}/stat").read_text().rpartition(")")[2].split()[1])
    parent.kill()
    parent.wait()
    assert_ends(job)
    assert_ends(loaded)


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
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True
        return stat.rpartition(")")[2].split()[0] == "Z"

    wait_until(has_ended)


def wait_until(seen: Callable[[], bool]) -> None:
    until = time.monotonic() + LONG / 2
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.01)
