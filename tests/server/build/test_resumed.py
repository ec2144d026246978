"""A build that is killed amid a large layer is gone on with by the next one, share by share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from layers.publish.open import open_catalog
from layers.store.folder import HomeFolder
from server.build import build as build_module, cutting as cutting_module
from server.build.build import SUFFIXES, build
from server.build.cutting import cutting
from server.build.folder import LOCK, MANIFEST, SHARES, CopyFolder
from server.settings import Settings
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX
from tests.static_copy import SITE
from tests.waiting import until

# `bosai build`, to which every layer is large, killed when it has noted 20 shares.
PROGRAM = """
import os, signal
from functools import partial
from server.build import build, cutting, folder
from server.cli import main

build.cutting = partial(cutting.cutting, large=1)
note, noted = folder.CopyFolder.note_share, []

def note_or_die(self, made_of, name, paths):
    note(self, made_of, name, paths)
    noted.append(name)
    if len(noted) == 20:
        children = open(f"/proc/self/task/{os.getpid()}/children").read()
        print(children, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

folder.CopyFolder.note_share = note_or_die
main()
"""
POINTS = [f"点{n},{35.05 + n % 7 / 50},{139.02 + n / 500}" for n in range(60)]


def killed_build(city: SmallCity, copy: Path) -> list[int]:
    """Build until it is killed; the processes that it had started."""
    environment = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
        "BOSAI_BASE_URL": SITE,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "build", "-o", copy],
        check=False,
        capture_output=True,
        env=os.environ | environment,
        timeout=300,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    return [int(pid) for pid in done.stdout.split()]


def shares_noted(patch: pytest.MonkeyPatch) -> list[str]:
    """The shares that are cut from now on; every layer is large."""
    names: list[str] = []
    note = CopyFolder.note_share

    def note_too(self: CopyFolder, made_of: str, name: str, paths: list[str]) -> None:
        names.append(name)
        note(self, made_of, name, paths)

    patch.setattr(CopyFolder, "note_share", note_too)
    patch.setattr(build_module, "cutting", partial(cutting, large=1))
    return names


def content_of(copy: Path) -> dict[str, bytes]:
    """Every file that says nothing of the moment."""
    files = json.loads((copy / MANIFEST).read_bytes())["files"]
    of_the_moment = {path for path, entry in files.items() if entry["cache"] == "moment"}
    return {
        path.relative_to(copy).as_posix(): path.read_bytes()
        for path in copy.rglob("*")
        if path.is_file()
        and path.name not in (MANIFEST, LOCK)
        and path.relative_to(copy).as_posix().removesuffix(".gz") not in of_the_moment
    }


def entries_of(copy: Path) -> dict[str, object]:
    files = json.loads((copy / MANIFEST).read_bytes())["files"]
    return {path: entry for path, entry in files.items() if entry["cache"] != "moment"}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_only_the_other_shares_are_cut_and_the_copy_is_that_of_an_unbroken_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = SmallCity(tmp_path)
    city.put("points.csv", "\n".join(["名称,緯度,経度", *POINTS]))
    city.declare("points", 'path = "points.csv"')
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home, base_url=SITE)
    copy, unbroken = tmp_path / "copy", tmp_path / "unbroken"
    children = killed_build(city, copy)
    assert len(children) > 1
    until(lambda: not any(map(is_running, children)))  # none waits for more work for ever
    before = {path.name for path in (copy / SHARES).rglob("*-of-*")}
    with monkeypatch.context() as patch:
        again = shares_noted(patch)
        build(settings, copy)
    layer = open_catalog(city.definitions, city.data, HomeFolder(city.home), SANDBOX).layers[
        "points"
    ]
    zooms = layer.maxzoom - layer.minzoom + 1
    assert len(before) == 20
    assert len(again) == zooms * len(SUFFIXES) * cutting_module.SHARES - 20
    assert not before & {*again}
    build(settings, unbroken)
    assert entries_of(copy) == entries_of(unbroken)
    assert content_of(copy) == content_of(unbroken)
    assert not (copy / SHARES).exists()
