"""Whether a revision's files are what was written: a failing disk changes bytes without a word.

`digests.json` beside them holds the SHA-256 of each. It decides nothing that is published, so it
is no part of a revision's id.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import orjson

from layers.files import Stamp, open_file, read_file, stamp
from layers.revision.revision import ARRAYS, LEVELS, META, SHARED

DIGESTS = "digests.json"
CHUNK = 1 << 20  # bytes

Stamps = tuple[Stamp, ...]
Digests = dict[str, str]  # SHA-256 by the name of a file


def digests_of(folder: Path) -> Digests:
    """What a revision's files were written as. Raises `OSError`, `ValueError`."""
    digests: Digests = orjson.loads(read_file(folder / DIGESTS))
    return digests


def write_digests(folder: Path, prepared: Path) -> None:
    """Write the digests of a revision's files in `folder`, whose arrays are those of `prepared`.

    Those of the arrays are taken over where `prepared` has them: what happened to the files since
    then must not pass for what was written. Raises `OSError`.
    """
    try:
        digests = digests_of(prepared)
    except FileNotFoundError:  # just prepared
        arrays = (name for name in (ARRAYS, LEVELS) if (folder / name).is_file())
        digests = {name: _digest(folder / name) for name in arrays}
    digests[META] = _digest(folder / META)
    (folder / DIGESTS).write_bytes(orjson.dumps(digests, option=orjson.OPT_SORT_KEYS))


def damaged_file(folder: Path, pause: float = 0.0) -> str | None:
    """The name of a file of the revision that is not as it was written; None where all are.

    The files are read as they are served, from memory where they are in memory. `pause` is how
    long to rest after each MiB, in seconds. Raises `OSError`, `FileNotFoundError` where a file is
    missing.
    """
    try:
        digests = digests_of(folder)
        names = [META, ARRAYS, LEVELS] if LEVELS in digests else [META, ARRAYS]
        if {*digests} != {*names}:
            return DIGESTS
        for name in names:
            if name == LEVELS and _is_shared(folder):
                continue
            if digests[name] != _digest(folder / name, pause):
                return name
    except (ValueError, TypeError, KeyError):
        return DIGESTS
    return None


def stamps(folder: Path) -> Stamps:
    """The state of a revision's files, without reading them. Raises `OSError`."""
    files = [stamp(folder / name) for name in (META, ARRAYS, DIGESTS)]
    if (folder / LEVELS).exists():
        files.append(stamp(folder / LEVELS))
    return tuple(files)


def _is_shared(folder: Path) -> bool:
    """Whether the levels are kept for several hosts, and not in the folder."""
    return (folder / SHARED).is_file()


def _digest(path: Path, pause: float = 0.0) -> str:
    digest = hashlib.sha256()
    with open_file(path) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if pause:
                time.sleep(pause)
    return digest.hexdigest()
