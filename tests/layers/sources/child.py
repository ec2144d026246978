"""A source read in a process of its own, which GDAL may crash and which may not take for ever."""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import signal
import traceback
import warnings
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.formats import FORMATS
from layers.sources.read import read

for module in ("vector.probe", "vector.xml_repair", *(row.reader for row in FORMATS)):
    import_module(f"layers.sources.{module}")  # once, and not in every child

SECONDS = 60  # longest that one file of a few kilobytes may take, on a machine that is busy
LONGEST = 60_000  # characters of a traceback


@dataclass(frozen=True)
class Attempt:
    """What comes of reading a file: rows, a refusal by its kind, or a failure in its own words.

    A crash (layers/process/sandbox.py takes it) is a failure that begins so. `digest` is of all
    cells, `kinds` are those of problems.
    """

    failure: str = ""
    refusal: str = ""
    features: int = 0
    rows_left_out: int = 0
    kinds: tuple[str, ...] = ()
    digest: str = ""


def attempt(path: Path, **source: object) -> Attempt:
    """Read a file in a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            faulthandler.disable()
            signal.alarm(SECONDS)
            warnings.simplefilter("ignore")
            answer = _attempt(path, Source(path=path.name, **source))  # type: ignore[arg-type]
            os.write(writing, json.dumps(asdict(answer)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        written = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return Attempt("took too long" if name == "SIGALRM" else f"crash: {name}")
    if not written:
        return Attempt("no word")
    values = json.loads(written)
    return Attempt(**{**values, "kinds": tuple(values["kinds"])})


def _attempt(path: Path, source: Source) -> Attempt:
    try:
        rows = read(source, path)
    except SourceError as error:
        leak = str(path.parent) in str(error)
        return Attempt(f"names a path: {error}" if leak else "", error.kind)
    except BaseException:  # noqa: BLE001 - this is what is looked for
        return Attempt(traceback.format_exc()[-LONGEST:])
    cells = rows.columns.astype(str).to_csv()
    return Attempt(
        features=len(rows.numbers),
        rows_left_out=sum(problem.rows_left_out for problem in rows.problems),
        kinds=tuple(problem.kind for problem in rows.problems),
        digest=hashlib.sha256(cells.encode("utf-8", "surrogatepass")).hexdigest(),
    )
