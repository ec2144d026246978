"""Files that several processes read and write at the same time, any of which may be killed.

What is written or moved durably is whole, and in its place, even if the power fails next: a file's
content reaches the disk before its name does, and the name before anything that follows.
"""

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
    status = path.stat()
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


@contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold the lock that the file `path` stands for; it ends with the process, however that ends.

    Gives whether it is held: always, unless told not to wait. Not to be taken twice in a row.
    """
    _make(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        operation = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, operation if wait else operation | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def replace_durably(path: Path, content: bytes, modified: float | None = None) -> None:
    """Write a file, or another in its place; for one process at a time.

    `modified` is the time that the file is to bear, in seconds of Unix time.
    """
    _make(path.parent)
    new = path.with_name(f"{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            if modified is not None:
                os.utime(new, (modified, modified))
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:  # a full disk: what is half written only takes room
        new.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def move_durably(source: Path, target: Path) -> None:
    """Move a file, or a folder of files, on the same disk; a file replaces the one at `target`."""
    _make(target.parent)
    if source.is_dir():
        for file in source.iterdir():
            _sync(file)
    _sync(source)
    source.replace(target)
    _sync(target.parent)


def _make(folder: Path) -> None:
    """Make a folder, and those above it, where it is not there."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
