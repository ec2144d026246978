"""Files that several processes read and write at the same time, any of which may be killed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """What tells one state of a file from another without reading it."""

    size: int
    modified: int  # nanoseconds
    inode: int


def stamp(path: Path) -> Stamp:
    """The file as it is now. Raises `OSError`."""
    found = path.stat()
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


@contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold the lock that the file `path` stands for; it ends with the process, however that ends.

    Gives whether it is held: always, unless told not to wait. Not to be taken twice in a row.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file, so that it is whole even if the power fails next."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
