"""A source read in a process of its own, which GDAL may crash and which may not take for ever."""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import signal
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
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
    kinds: list[str] = field(default_factory=list)
    digest: str = ""


def attempt(path: Path) -> Attempt:
    """Read a file in a child process."""
    (only,) = attempts(path, path, [path.read_bytes()])
    return only


def attempts(main: Path, part: Path, contents: Sequence[bytes]) -> list[Attempt]:
    """Read the file `main` once for each content of `part`, itself or a file beside it.

    One child reads them all, and another the rest after one that ends it.
    """
    found: list[Attempt] = []
    while len(found) < len(contents):
        answers, status = _in_child(main, part, contents[len(found) :])
        found += answers
        if len(found) < len(contents):
            name = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "no word"
            found.append(Attempt("took too long" if name == "SIGALRM" else f"crash: {name}"))
    return found


def _in_child(main: Path, part: Path, contents: Sequence[bytes]) -> tuple[list[Attempt], int]:
    """The answers of one child, and the status it ends with."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            faulthandler.disable()
            warnings.simplefilter("ignore")
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                for content in contents:
                    part.write_bytes(content)
                    signal.alarm(SECONDS)
                    print(json.dumps(asdict(_attempt(main))), file=pipe, flush=True)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answers = [Attempt(**json.loads(line)) for line in pipe if line.endswith("\n")]
    return answers, os.waitpid(child, 0)[1]


def _attempt(path: Path) -> Attempt:
    try:
        rows = read(Source(path=path.name), path)
    except SourceError as error:
        leak = str(path.parent) in str(error)
        return Attempt(f"names a path: {error}" if leak else "", error.kind)
    except BaseException:  # noqa: BLE001 - this is what is looked for
        return Attempt(traceback.format_exc()[-LONGEST:])
    cells = rows.columns.astype(str).to_csv()
    return Attempt(
        features=len(rows.numbers),
        rows_left_out=sum(problem.rows_left_out for problem in rows.problems),
        kinds=[problem.kind for problem in rows.problems],
        digest=hashlib.sha256(cells.encode("utf-8", "surrogatepass")).hexdigest(),
    )
