"""What of a home is in a backup: what is published, and what the desk withdrew and changed.

Copies of remote sources are fetched anew, pages rendered anew; the desk's layers are in the
database, and files that were sent for a draft stay where they are until it is published.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, NamedTuple

import orjson

from layers.files import open_file
from layers.store.folder import ACCEPTED, POINTER

BASES = ("*/base/*.geojson", "*/base/*.sha256")
RECORDS = ("serving/*/published.json", "desk/withdrawn.json", "desk/changes/*.json")


class HomeFile(NamedTuple):
    """An open file of a home: its path there, and when it was written, in seconds of Unix time."""

    name: str
    modified: float
    content: IO[bytes]


def home_files(home: Path) -> Iterator[HomeFile]:
    """What a backup holds of a home, while services publish into it. Raises `OSError`.

    Each file is closed when the next one is asked for.
    """
    for pointer in sorted(home.glob(f"*/revisions/*/{POINTER}")):
        yield from _revision_files(home, pointer)
    for pattern in (f"*/revisions/*/{ACCEPTED}", *BASES, *RECORDS):
        for path in sorted(home.glob(pattern)):
            with suppress(FileNotFoundError), open_file(path) as content:
                yield _home_file(home, path, content)


def _revision_files(home: Path, pointer: Path) -> Iterator[HomeFile]:
    """A layer's pointer and the revision that it names: all of it, or, where it is gone, nothing.

    A revision may be swept away meanwhile; a file that is open stays readable.
    """
    while True:
        with ExitStack() as stack:
            try:
                named = stack.enter_context(open_file(pointer))
            except FileNotFoundError:
                return  # the layer was removed
            try:
                folder = pointer.parent / orjson.loads(named.read())["revision"]
                paths = sorted(path for path in folder.iterdir() if path.is_file())
                opened = [(path, stack.enter_context(open_file(path))) for path in paths]
            except FileNotFoundError:
                if _is_at(pointer, named):
                    return
                continue  # another revision was published
            except (ValueError, KeyError, TypeError):
                return  # damaged: the service prepares it anew
            named.seek(0)
            for path, content in [(pointer, named), *opened]:
                yield _home_file(home, path, content)
            return


def _is_at(path: Path, opened: IO[bytes]) -> bool:
    try:
        return path.stat().st_ino == os.fstat(opened.fileno()).st_ino
    except FileNotFoundError:
        return False


def _home_file(home: Path, path: Path, content: IO[bytes]) -> HomeFile:
    modified = os.fstat(content.fileno()).st_mtime
    return HomeFile(path.relative_to(home).as_posix(), modified, content)
