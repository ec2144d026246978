"""Jobs in processes of their own, within limits: a hostile file may crash its job, and only it.

A job reads copies of its files, so that what is hashed is what is read; see `layers.process.job`.
Its process is split off from one that has the heavy libraries loaded: see
`layers.process.forkserver`.
"""

from __future__ import annotations

import os
import re
import signal
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import orjson

from layers.errors import PreparationError
from layers.geometry import datum_grids
from layers.process.forkserver import FROM_THE_START, ForkServer
from layers.process.job import OUTCOME, Job, write_job

PROGRAM = "layers.worker"
OUTPUT = "output.txt"  # what a job and the libraries in it print
ERROR = re.compile(r"^[\w.]*(?:Error|Exception|Interrupt|Exit)(?=:|$)", re.MULTILINE)


@dataclass(frozen=True)
class Limits:
    """The most that a job may use; one that wants more is ended."""

    memory: int = 6 << 30  # bytes of address space; numpy, GEOS and GDAL reserve more than they use
    processor_time: int = 900  # seconds
    file_size: int = 4 << 30  # bytes
    wall_time: int = 1200  # seconds


LIMITS = Limits()


class Sandbox:
    """Runs jobs while it is open; any thread may.

    It is open as long as anybody is in its `with`, and can be opened again.
    """

    def __init__(self, limits: Limits = LIMITS, program: str = PROGRAM) -> None:
        self._limits = limits
        self._server = ForkServer(program)

    def __enter__(self) -> Self:
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
            status = self._server.run(orjson.dumps(message), self._limits.wall_time)
        except TimeoutError:
            raise PreparationError("too_slow", value=self._limits.wall_time) from None
        outcome = folder / OUTCOME
        if status == 0 and outcome.is_file():
            return outcome
        raise self._failure(status, folder / OUTPUT)

    def _failure(self, status: int, output: Path) -> PreparationError:
        if status < 0:
            return PreparationError("stopped", value=signal.Signals(-status).name)
        # Only the error's name: its message may hold data, of a column that is kept back even.
        text = output.read_text(errors="replace") if output.is_file() else ""
        name = (ERROR.findall(text) or ["?"])[-1]
        if name == "MemoryError":
            return PreparationError("memory", value=self._limits.memory >> 30)
        return PreparationError("reader_failed", value=name)
