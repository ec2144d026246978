"""Jobs in processes of their own, within limits and without a network: a hostile file may crash its
job, and only it.

A job reads copies of its files, so that what is hashed is what is read; see `layers.process.job`.
Its process is split off from one that has the heavy libraries loaded: see
`layers.process.forkserver`.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Self

import orjson

from layers.errors import PreparationError
from layers.geometry import datum_grids
from layers.process.forkserver import FROM_THE_START, ForkServer
from layers.process.job import OUTCOME, Job, write_job
from layers.process.limits import Limits, limits_of_machine
from layers.process.network import can_be_kept_out

PROGRAM = "layers.worker"
OUTPUT = "output.txt"  # what a job and the libraries in it print
ERROR = re.compile(r"^[\w.]*(?:Error|Exception|Interrupt|Exit)(?=:|$)", re.MULTILINE)
# Of Python, numpy and Arrow; of C++; and of a thread that has no room for its stack.
NO_MEMORY = re.compile(
    r"^[\w.]*MemoryError(?=:|$)|std::bad_alloc$|can't start new thread$", re.MULTILINE
)

LOG = logging.getLogger(__name__)


class Sandbox:
    """Runs jobs while it is open; any thread may, and waits until the limits let its job begin.

    It is open as long as anybody is in its `with`, and can be opened again. Its limits are the
    machine's unless there are others.
    """

    def __init__(self, limits: Limits | None = None, program: str = PROGRAM) -> None:
        self._limits = limits or limits_of_machine()
        self._slots = threading.Semaphore(self._limits.at_once)
        self._server = ForkServer(program)

    def __enter__(self) -> Self:
        _say_whether_jobs_reach_a_network()
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()

    def run(self, folder: Path, job: Job) -> Path:
        """Run the job in `folder`, where its inputs are; gives the file that it wrote.

        Raises `PreparationError` when the process is stopped by a limit or a crash,
        `layers.process.forkserver.Closed` when the sandbox is not open.
        """
        folder = folder.resolve()
        write_job(folder, job)
        environment = {
            **os.environ,
            **FROM_THE_START,
            **datum_grids.environment(),
            "TMPDIR": str(folder),  # what is unpacked goes when the job's folder goes
        }
        message = {
            "folder": str(folder),
            "environment": environment,
            "limits": asdict(self._limits),
        }
        try:
            with self._slots:
                status = self._server.run(orjson.dumps(message), self._limits.wall_time)
        except TimeoutError:
            raise PreparationError("too_slow", value=self._limits.wall_time) from None
        outcome = folder / OUTCOME
        if status == 0 and outcome.is_file():
            return outcome
        raise self._failure(status, folder / OUTPUT)

    def _failure(self, status: int, output: Path) -> PreparationError:
        text = output.read_text(errors="replace") if output.is_file() else ""
        # Only the error's name: its message may hold data, of a column that is kept back even.
        name = (ERROR.findall(text) or ["?"])[-1]
        if status == -signal.SIGXCPU:
            return PreparationError("too_slow", value=self._limits.processor_time)
        if NO_MEMORY.search(text):
            return PreparationError("memory", value=f"{self._limits.memory >> 20:,}")
        if status < 0:
            return PreparationError("stopped", value=signal.Signals(-status).name)
        return PreparationError("reader_failed", value=name)


@cache  # once for a process
def _say_whether_jobs_reach_a_network() -> None:
    if not can_be_kept_out():
        LOG.warning("this system cannot keep processes that read files from the network (seccomp)")
