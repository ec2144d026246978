"""Files that several processes read and write at the same time, any of which may be killed.

What is written or moved durably is whole, and in its place, even if the power fails next: a file's
content reaches the disk before its name does, and the name before anything that follows.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

OTHER_KINDS = {
    stat.S_IFDIR: "Is a directory",
    stat.S_IFIFO: "Is a named pipe",
    stat.S_IFSOCK: "Is a socket",
    stat.S_IFCHR: "Is a device",
    stat.S_IFBLK: "Is a device",
}
OTHER = "Is no file"


class NotAFile(OSError):
    """Something else than a file is at a path; `strerror` says what.

    It is not opened: a named pipe would keep its reader waiting for ever, and a device may do
    anything, or never end.
    """

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(None, OTHER_KINDS.get(stat.S_IFMT(mode), OTHER), str(path))


class Stamp(NamedTuple):
    """What tells one state of a file from another without reading it."""

    size: int
    modified: int  # nanoseconds
    inode: int


def stamp(path: Path) -> Stamp:
    """The file as it is now. Raises `OSError`."""
    status = path.stat()
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


def require_file(path: Path) -> None:
    """Raise `NotAFile` for what is there and no file, `OSError` for what cannot be looked at."""
    _require_file(path, path.stat())


def open_file(path: Path) -> BufferedReader:
    """Open a file, and nothing but a file, to be read. Raises `NotAFile`, `OSError`."""
    require_file(path)
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _require_file(path, os.fstat(handle))  # another one may be there by now
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_file(path: Path) -> bytes:
    """The content of a file, and of nothing but a file. Raises `NotAFile`, `OSError`."""
    with open_file(path) as file:
        return file.read()


def _require_file(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotAFile(path, status.st_mode)


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
    for entry in source.rglob("*") if source.is_dir() else ():
        _sync(entry)
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
