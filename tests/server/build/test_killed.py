"""What is killed amid a build, the build or who works for it, leaves the same bytes in the end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from server.build import build as build_module, cutting as cutting_module
from server.build.build import SUFFIXES, build
from server.build.cutting import cutting
from server.build.folder import LOCK, MANIFEST, SHARES, CopyFolder, unpacked
from server.settings import Settings
from tests.cluster import Certificates, cluster
from tests.layers.city import SmallCity
from tests.static_copy import SITE
from tests.waiting import until

# `bosai build`, to which every layer is large, killed when it has noted 20 shares.
KILLED = """
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
PROGRAM = "from server.cli import main; main()"
POINTS = [f"点{n},{35.05 + n % 7 / 50},{139.02 + n / 500}" for n in range(60)]


class Unbroken(NamedTuple):
    """A city, and its copy by a build that nothing happened to."""

    settings: Settings
    copy: Path


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Unbroken:
    folder = tmp_path_factory.mktemp("unbroken")
    city = SmallCity(folder)
    city.put("points.csv", "\n".join(["名称,緯度,経度", *POINTS]))
    city.declare("points", 'path = "points.csv"')
    settings = Settings(definitions=city.definitions, data=city.data, home=city.home, base_url=SITE)
    build(settings, folder / "copy")
    return Unbroken(settings, folder / "copy")


def command(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", program, "build", *arguments]


def environment_of(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "BOSAI_DEFINITIONS": str(settings.definitions),
        "BOSAI_DATA": str(settings.data),
        "BOSAI_HOME": str(settings.home),
        "BOSAI_BASE_URL": SITE,
    }


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


def assert_same(copy: Path, other: Path) -> None:
    assert entries_of(copy) == entries_of(other)
    assert content_of(copy) == content_of(other)


def content_of(copy: Path) -> dict[str, bytes]:
    """Every file that says nothing of the moment."""
    files = json.loads((copy / MANIFEST).read_bytes())["files"]
    of_the_moment = {path for path, entry in files.items() if entry["cache"] == "moment"}
    return {
        path.relative_to(copy).as_posix(): path.read_bytes()
        for path in copy.rglob("*")
        if path.is_file()
        and path.name not in (MANIFEST, LOCK)
        and unpacked(path.relative_to(copy).as_posix()) not in of_the_moment
    }


def entries_of(copy: Path) -> dict[str, object]:
    files = json.loads((copy / MANIFEST).read_bytes())["files"]
    return {path: entry for path, entry in files.items() if entry["cache"] != "moment"}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_only_the_other_shares_are_cut_by_the_build_after_one_that_was_killed(
    unbroken: Unbroken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    done = subprocess.run(
        command(KILLED, "-o", str(copy)),
        check=False,
        capture_output=True,
        env=environment_of(unbroken.settings),
        timeout=300,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    children = [int(pid) for pid in done.stdout.split()]
    assert len(children) > 1
    until(lambda: not any(map(is_running, children)))  # none waits for more work for ever
    before = {path.name for path in (copy / SHARES).rglob("*-of-*")}
    with monkeypatch.context() as patch:
        again = shares_noted(patch)
        build(unbroken.settings, copy)
    index = json.loads(next((copy / "v").rglob("points/index.json")).read_bytes())
    zooms = index["maxzoom"] - index["minzoom"] + 1
    assert len(before) == 20
    assert len(again) == zooms * len(SUFFIXES) * cutting_module.SHARES - 20
    assert not before & {*again}
    assert not (copy / SHARES).exists()
    assert_same(copy, unbroken.copy)


@pytest.mark.soak
def test_a_worker_that_is_killed_is_done_without(unbroken: Unbroken, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    certificates = Certificates.made(tmp_path / "certificates")
    with (
        cluster(tmp_path / "cluster", certificates, workers=1) as started,
        started.worker() as worker,
        subprocess.Popen(
            command(PROGRAM, "-o", str(copy), "--scheduler", started.address),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment_of(unbroken.settings) | certificates.settings,
        ) as process,
    ):
        worker.send_signal(signal.SIGSTOP)  # it is given work, and ends none
        until(lambda: process.poll() is not None or started.work_of("worker-1") > 0)
        assert process.poll() is None
        worker.kill()
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors.decode()
        assert re.search("Remove worker.*name: worker-1", started.log())
    assert_same(copy, unbroken.copy)
