"""Disks of a test's own: small, full, not to be written to. Only root may mount one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOM = 64 << 20  # bytes


@contextmanager
def disk(folder: Path, size: int = ROOM) -> Iterator[Path]:
    """A disk of `size` bytes at `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The disk at `folder` takes no writes meanwhile."""
    _mount("-o", "remount,ro", str(folder))
    try:
        yield
    finally:
        remount_writable(folder)


def remount_writable(folder: Path) -> None:
    """The disk at `folder` takes writes again."""
    _mount("-o", "remount,rw", str(folder))


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The disk at `folder` has no room meanwhile."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 20))
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1))
    try:
        yield
    finally:
        filler.unlink()


def flip(path: Path, at: int | None = None) -> None:
    """Change one bit of a file, as a failing disk does: size, time and name stay as they are."""
    before = path.stat()
    place = before.st_size // 2 if at is None else at
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _mount(*arguments: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a disk is for root")
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
