"""What is written durably is there, and whole, whenever the power fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from layers.files import (
    OTHER_KINDS,
    NotAFile,
    locked,
    move_durably,
    read_file,
    replace_durably,
)
from tests.layers.power import followed
from tests.unix_socket import unix_socket


def test_a_replaced_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    replace_durably(path, b"old")
    with followed(tmp_path) as disk:
        replace_durably(path, b"new", modified=1000)
    assert {moment["a/b/file"] for moment in disk.moments} == {b"old", b"new"}
    assert disk.moments[-1] == {"a/b/file": b"new"}
    assert path.stat().st_mtime == 1000


def test_a_file_in_new_folders_is_there_when_it_was_written(tmp_path: Path) -> None:
    with followed(tmp_path) as disk:
        replace_durably(tmp_path / "a" / "b" / "file", b"new")
    assert disk.moments[-1] == {"a/b/file": b"new"}


def test_a_moved_folder_is_there_with_all_its_files_or_not_at_all(tmp_path: Path) -> None:
    source = tmp_path / "work" / "revision"
    with followed(tmp_path) as disk:
        source.mkdir(parents=True)
        for name in ("one", "two"):
            (source / name).write_bytes(name.encode())
        move_durably(source, tmp_path / "a" / "revision")
    whole = {"a/revision/one": b"one", "a/revision/two": b"two"}
    moved = [
        {name: survivors[name] for name in survivors if name.startswith("a/")}
        for survivors in disk.moments
    ]
    assert all(files in ({}, whole) for files in moved)
    assert moved[-1] == whole


def test_what_a_killed_writer_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "file.new").write_bytes(b"half of a much longer content")
    replace_durably(tmp_path / "file", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"new"}


def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    replace_durably(tmp_path / "file", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_durably(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_lock_is_held_by_one_or_shared_by_several(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with locked(lock) as first, locked(lock, wait=False) as second:
        assert (first, second) == (True, False)
    with (
        locked(lock, shared=True) as first,
        locked(lock, shared=True) as second,
        locked(lock, wait=False) as third,
    ):
        assert (first, second, third) == (True, True, False)


def others(folder: Path) -> dict[str, Path]:
    """What may be at a path that is no file, by its kind."""
    named = {kind: folder / kind for kind in ("pipe", "socket", "folder", "link to a pipe")}
    os.mkfifo(named["pipe"])
    unix_socket(named["socket"])
    named["folder"].mkdir()
    named["link to a pipe"].symlink_to(named["pipe"])
    return named | {"device": Path("/dev/zero")}


def test_nothing_but_a_file_is_opened(tmp_path: Path) -> None:
    for kind, path in others(tmp_path).items():
        with pytest.raises(NotAFile) as error:
            read_file(path)
        assert error.value.strerror in OTHER_KINDS.values(), kind
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to("file")
    assert read_file(tmp_path / "file") == read_file(tmp_path / "link") == b"content"
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "nothing")
