"""The folder of a static copy: only what changed is written, and a killed build harms nothing."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import signal
from pathlib import Path

import brotli
import pytest

from layers.files import locked
from server.build import folder as folder_module
from server.build.folder import LOCK, MANIFEST, CopyFile, CopyFolder, NoBuild, Written
from tests.disks import disk, full

LONG = b"a line that packs well\n" * 100


def file(
    path: str, content: bytes = LONG, cache: str = "revalidate", made_of: str = ""
) -> CopyFile:
    return CopyFile(path, content, "text/plain", cache, made_of)  # type: ignore[arg-type]


def build(folder: Path, *files: CopyFile, gone: tuple[str, ...] = ()) -> Written:
    with CopyFolder(folder).opened() as copy:
        copy.begin([each.path for each in files])
        for each in files:
            if not (each.made_of and copy.keep(each.path, each.made_of)):
                copy.put(each)
        return copy.end(gone)


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (MANIFEST, LOCK)
    }


def test_files_are_packed_where_that_makes_them_smaller(tmp_path: Path) -> None:
    noise = os.urandom(4096)
    build(tmp_path, file("a/long.txt"), file("noise.bin", noise), file("short.txt", b"few"))
    assert set(content_of(tmp_path)) == {"a/long.txt", "a/long.txt.gz", "noise.bin", "short.txt"}
    assert gzip.decompress((tmp_path / "a/long.txt.gz").read_bytes()) == LONG


def test_files_are_packed_by_brotli_where_that_saves_a_packet(tmp_path: Path) -> None:
    text = 2 * os.urandom(40_000).hex().encode()  # gzip does not see so far back
    build(tmp_path, file("page", text), file("long.txt"))
    packed = {path.name: path.stat().st_size for path in tmp_path.glob("page.*")}
    assert packed["page.br"] <= packed["page.gz"] - 512
    assert brotli.decompress((tmp_path / "page.br").read_bytes()) == text
    (tmp_path / "page.br").unlink()
    build(tmp_path, file("page", text), file("long.txt"))
    assert set(content_of(tmp_path)) == {"page", "page.gz", "page.br", "long.txt", "long.txt.gz"}
    build(tmp_path, file("page", b"short"))
    assert set(content_of(tmp_path)) == {"page", "long.txt", "long.txt.gz"}
    build(tmp_path, file("other", text))
    build(tmp_path, file("page", b"short"))
    build(tmp_path, file("page", b"shorter"))
    assert set(content_of(tmp_path)) == {"page"}


def test_a_second_build_writes_only_what_changed(tmp_path: Path) -> None:
    build(tmp_path, file("same"), file("other"))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    done = build(tmp_path, file("same"), file("other", LONG + b"more"))
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    changed = {path.name for path in after if after[path] != before.get(path)}
    assert done == Written(files=2, written=1, deleted=0)
    assert changed == {"other", "other.gz", MANIFEST}


def test_what_is_made_of_the_same_is_not_made_again(tmp_path: Path) -> None:
    build(tmp_path, file("tile", LONG, "immutable", "revision 1"))
    with CopyFolder(tmp_path).opened() as copy:
        assert copy.keep("tile", "revision 1")
        assert not copy.keep("tile", "revision 2")
    (tmp_path / "tile.gz").unlink()
    with CopyFolder(tmp_path).opened() as copy:
        assert not copy.keep("tile", "revision 1")


def test_an_old_file_goes_one_build_later(tmp_path: Path) -> None:
    build(tmp_path, file("v/1/tile"), file("page", b"1"))
    assert build(tmp_path, file("v/2/tile"), file("page", b"2")).deleted == 0
    assert "v/1/tile" in content_of(tmp_path)
    build(tmp_path, file("v/2/tile"), file("page", b"2"))  # nothing changed: pages are as young
    assert "v/1/tile" in content_of(tmp_path)
    assert build(tmp_path, file("v/2/tile"), file("page", b"3")).deleted == 1
    assert not (tmp_path / "v/1").exists()


def test_what_says_the_moment_alone_is_no_change(tmp_path: Path) -> None:
    build(tmp_path, file("old"), file("bar", b"1", "moment"))
    build(tmp_path, file("page"), file("bar", b"1", "moment"))
    build(tmp_path, file("page"), file("bar", b"2", "moment"))
    assert "old" in content_of(tmp_path)


def test_of_what_was_withdrawn_nothing_stays(tmp_path: Path) -> None:
    build(tmp_path, file("v/1/tile"), file("page"))
    assert build(tmp_path, file("page"), gone=("v/1/tile",)).deleted == 1
    assert set(content_of(tmp_path)) == {"page", "page.gz"}


def killed(folder: Path, at: int) -> None:
    """A build in a process of its own, killed before its `at`-th write."""
    writes = 0
    replace = folder_module._replace

    def replace_or_die(path: Path, content: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes == at:
            path.with_name(path.name + ".new").write_bytes(content[:5])
            os.kill(os.getpid(), signal.SIGKILL)
        replace(path, content)

    folder_module._replace = replace_or_die
    build(folder, file("v/2/tile"), file("page", b"2 " * 1000))


def test_what_was_noted_before_a_build_was_killed_is_not_made_again(tmp_path: Path) -> None:
    tiles = [file(f"v/{number}/tile", LONG, "immutable", "revision") for number in (1, 2)]
    with CopyFolder(tmp_path).opened() as copy:
        copy.begin([each.path for each in tiles])
        copy.put(tiles[0])
        copy.note()
        copy.put(tiles[1])  # and is killed
    with CopyFolder(tmp_path).opened() as copy:
        assert copy.keep(tiles[0].path, "revision")
        assert not copy.keep(tiles[1].path, "revision")
    build(tmp_path, file("page"))
    build(tmp_path, file("page", b"other"))
    assert set(content_of(tmp_path)) == {"page"}


def test_shares_that_were_noted_count_for_what_they_were_made_of(tmp_path: Path) -> None:
    def kept(key: str) -> dict[str, list[str]]:
        with CopyFolder(tmp_path).opened() as copy:
            copy.begin(["v/1/"], [key])
            return copy.keep_shares(key)

    with CopyFolder(tmp_path).opened() as copy:
        copy.begin(["v/1/"], ["revision 1"])
        for name in ("mvt-8-1-of-2", "mvt-8-2-of-2"):
            paths = [f"v/1/{name}/{number}" for number in (1, 2)]
            for path in paths:
                copy.put(file(path, made_of="revision 1"))
            copy.note_share("revision 1", name, paths)  # and is killed
    (tmp_path / "v/1/mvt-8-2-of-2/2").unlink()
    assert kept("revision 1") == {"mvt-8-1-of-2": ["v/1/mvt-8-1-of-2/1", "v/1/mvt-8-1-of-2/2"]}
    assert kept("revision 2") == {}
    assert kept("revision 1") == {}  # another build has written since
    build(tmp_path, file("page"))
    build(tmp_path, file("page", b"other"))
    assert set(content_of(tmp_path)) == {"page"}


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_killed_build_leaves_what_pages_name(tmp_path: Path, at: int) -> None:
    folder = tmp_path / "copy"
    build(folder, file("v/1/tile"), file("page", b"1 " * 1000))
    process = multiprocessing.get_context("fork").Process(target=killed, args=(folder, at))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    content = content_of(folder)
    number = content["page"].decode().split()[0]
    assert content[f"v/{number}/tile"] == LONG  # what the page names is there, and whole
    assert json.loads((folder / MANIFEST).read_bytes())["files"].keys() == {"v/1/tile", "page"}
    build(folder, file("v/3/tile"), file("page", b"3 " * 1000))
    build(folder, file("v/3/tile"), file("page", b"4 " * 1000))
    names = {name.removesuffix(".gz") for name in content_of(folder)}
    assert names == {"v/3/tile", "page"}


def test_a_folder_that_is_no_build_is_refused(tmp_path: Path) -> None:
    taken, other, damaged = tmp_path / "file", tmp_path / "other", tmp_path / "damaged"
    taken.write_text("")
    other.mkdir()
    (other / "photo.jpg").write_text("")
    damaged.mkdir()
    (damaged / MANIFEST).write_text('{"files": 1}')
    for folder, reason in ((taken, "file"), (other, "other"), (damaged, "damaged")):
        with pytest.raises(NoBuild) as refused, CopyFolder(folder).opened():
            pass
        assert refused.value.reason == f"build_{reason}"
    assert (other / "photo.jpg").exists()
    assert [path.name for path in other.iterdir()] == ["photo.jpg"]


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    build(tmp_path, file("page"))
    with (
        locked(tmp_path / LOCK),
        pytest.raises(NoBuild, match="build_twice"),
        CopyFolder(tmp_path).opened(),
    ):
        pass


def test_a_full_disk_leaves_the_copy_of_before(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 1 << 20) as place:
        folder = place / "copy"
        build(folder, file("page"))
        before = content_of(folder)
        with full(place), pytest.raises(OSError, match="No space left"):
            build(folder, file("page", LONG * 2), file("large", os.urandom(1 << 19)))
        assert content_of(folder) == before
        build(folder, file("page", LONG * 2))
