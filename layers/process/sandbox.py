"""Preparation in a process of its own, within limits: a hostile file may crash it, and only it.

The parent hands over a job folder: `job.json` and `inputs/`, copies of every file to read, so that
what is hashed is what is read. The child adds `outcome.json` and, when all is well, `revision/`.
It is split off from a process that has the heavy libraries loaded: see
`layers.process.forkserver`.
"""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import Any

import orjson

from layers.errors import PreparationError
from layers.geometry import datum_grids
from layers.process.forkserver import FROM_THE_START, Forks

MEMORY = 6 << 30  # bytes of address space; numpy, GEOS and GDAL reserve more than they use
PROCESSOR_TIME = 900  # seconds
FILE_SIZE = 4 << 30  # bytes
WALL_TIME = 1200  # seconds
OUTCOME = "outcome.json"
SAID = "said.txt"  # what a job and the libraries in it print
ERROR = re.compile(r"^[\w.]*(?:Error|Exception|Interrupt|Exit)(?=:|$)", re.MULTILINE)
FORKS = Forks("layers.worker")


def run(folder: Path) -> dict[str, Any]:
    """Run the job in `folder` and give its outcome.

    Raises `PreparationError` when the process is stopped by a limit or a crash.
    """
    folder = folder.resolve()
    environment = {
        **os.environ,
        **FROM_THE_START,
        **datum_grids.environment(),
        "TMPDIR": str(folder),  # what is unpacked goes when the job's folder goes
    }
    job = orjson.dumps({"folder": str(folder), "environment": environment})
    try:
        status = FORKS.run(job, WALL_TIME)
    except TimeoutError:
        raise PreparationError("too_slow", value=WALL_TIME) from None
    outcome = folder / OUTCOME
    if status == 0 and outcome.is_file():
        return orjson.loads(outcome.read_bytes())  # type: ignore[no-any-return]
    if status < 0:
        raise PreparationError("stopped", value=signal.Signals(-status).name)
    # Only the error's name: what it says may be of the data, and of a column that is kept back.
    said = folder / SAID
    text = said.read_text(errors="replace") if said.is_file() else ""
    name = (ERROR.findall(text) or ["?"])[-1]
    if name == "MemoryError":
        raise PreparationError("memory", value=MEMORY >> 30)
    raise PreparationError("reader_failed", value=name)
