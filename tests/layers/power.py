"""A disk whose power may fail: what would be there afterwards of the files that were written.

Only what was synced survives: a file's content by a sync of the file, its name by one of its
folder. Nothing else can be relied on, though a real disk often keeps more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

Survivors = Mapping[str, bytes | None]  # files by name; None for one that is not whole


class Disk:
    """Follows what is synced below one folder. `moments` are what each sync made survive."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.stat().st_ino
        self._names: dict[int, dict[str, int]] = {}  # of each folder's entries
        self._contents: dict[int, bytes] = {}
        self.moments: list[Survivors] = []
        self._handles = ExitStack()
        for path in (folder, *folder.rglob("*")):
            self.sync(path)
        self.moments = self.moments[-1:]

    def sync(self, path: Path) -> None:
        """The file's content is on the disk, or the names in the folder are."""
        self._handles.enter_context(_held(path))
        inode = path.stat().st_ino
        if path.is_dir():
            self._names[inode] = {entry.name: entry.stat().st_ino for entry in path.iterdir()}
        else:
            self._contents[inode] = path.read_bytes()
        self.moments.append(dict(self._below(self._root, "")))

    def close(self) -> None:
        self._handles.close()

    def _below(self, folder: int, path: str) -> Iterator[tuple[str, bytes | None]]:
        for name, inode in self._names.get(folder, {}).items():
            if inode in self._names:
                yield from self._below(inode, f"{path}{name}/")
            else:
                yield f"{path}{name}", self._contents.get(inode)


@contextmanager
def followed(folder: Path) -> Iterator[Disk]:
    """The disk below `folder` during this `with`."""
    disk = Disk(folder)
    fsync = os.fsync

    def followed_fsync(descriptor: int) -> None:
        fsync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").resolve()
        if path == folder or folder in path.parents:
            disk.sync(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", followed_fsync)
        yield disk
    disk.close()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep the inode of a file from being given to another one."""
    handle = os.open(path, os.O_RDONLY)
    yield
    os.close(handle)
