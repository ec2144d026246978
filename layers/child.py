"""Preparation in a process of its own, within limits: a hostile file may crash it, and only it.

The parent hands over a job folder: `job.json` and `inputs/`, copies of every file to read, so that
what is hashed is what is read. The child adds `outcome.json` and, when all is well, `revision/`.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from layers import grids
from layers.errors import PreparationError

MEMORY = 6 << 30  # bytes of address space; numpy, GEOS and GDAL reserve more than they use
PROCESSOR_TIME = 900  # seconds
FILE_SIZE = 4 << 30  # bytes
WALL_TIME = 1200  # seconds
OUTCOME = "outcome.json"
ERROR = re.compile(r"^[\w.]*(?:Error|Exception|Interrupt|Exit)(?=:|$)", re.MULTILINE)


def run(folder: Path) -> dict[str, Any]:
    """Run the job in `folder` and give its outcome.

    Raises `PreparationError` when the process is stopped by a limit or a crash.
    """
    command = [sys.executable, "-m", "layers.child", str(folder)]
    environment = {
        **os.environ,
        **grids.environment(),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TMPDIR": str(folder.resolve()),  # what is unpacked goes when the job's folder goes
    }
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, timeout=WALL_TIME
        )
    except subprocess.TimeoutExpired:
        raise PreparationError("too_slow", value=WALL_TIME) from None
    outcome = folder / OUTCOME
    if done.returncode == 0 and outcome.is_file():
        return orjson.loads(outcome.read_bytes())  # type: ignore[no-any-return]
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        raise PreparationError("stopped", value=name)
    # Only the error's name: what it says may be of the data, and of a column that is kept back.
    name = (ERROR.findall(done.stderr) or ["?"])[-1]
    if name == "MemoryError":
        raise PreparationError("memory", value=MEMORY >> 30)
    raise PreparationError("reader_failed", value=name)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_TIME),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _main(folder: Path) -> None:
    _limit()
    # The heavy libraries load after the limits are set, in the child only.
    from layers import prepare
    from layers.collect import Job
    from layers.definition import CityDefinition, LayerDefinition
    from layers.revision import SourceFile, write_revision

    job = orjson.loads((folder / "job.json").read_bytes())
    folder = folder.resolve()
    os.chdir(folder / "inputs")  # so that no message, GDAL's included, names a path of the machine
    data = Path()
    if "draft" in job:
        (folder / OUTCOME).write_bytes(orjson.dumps(_draft(**job["draft"])))
        return
    if "definition" not in job:
        (folder / OUTCOME).write_bytes(prepare.base(data, **job))
        return
    definition = LayerDefinition.model_validate(job["definition"])
    city = CityDefinition.model_validate(job["city"])
    report, contents = prepare.prepare(Job(definition, city, data))
    if contents is not None:
        target = folder / "revision"
        target.mkdir()
        sources = [SourceFile(**source) for source in job["sources"]]
        write_revision(target, job["revision"], sources, contents)
    (folder / OUTCOME).write_bytes(orjson.dumps(report.to_stored()))


def _draft(path: str, layer_id: str | None, date: str, city: dict[str, Any]) -> dict[str, Any]:
    from layers.definition import CityDefinition
    from layers.drafts import draft
    from layers.errors import SourceError

    try:
        made = draft(path, layer_id, date, CityDefinition.model_validate(city), Path())
    except SourceError as error:
        names = ("kind", "value", "detail", "key")
        return {"wrong": {name: getattr(error, name) for name in names}}
    return {"id": made.definition.id, "text": made.text}


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
