"""What a stranger's installation rests on: the locks, and what a wheel holds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def pinned(lock: Path) -> dict[str, str]:
    """Version by package name."""
    pins = re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_of_a_lock_is_pinned_with_its_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json"], ids=lambda lock: lock.name)
def test_a_lock_names_no_address_it_was_fetched_from(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    homepages = re.compile(r'^\s*"(url|funding|homepage)": ')
    assert [line for line in lines if "://" in line and not homepages.match(line)] == []


def test_every_declared_dependency_is_locked_at_a_version_it_allows() -> None:
    pins = pinned(ROOT / "requirements.lock")
    declared = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
    assert [
        str(wanted)
        for wanted in declared
        if not wanted.specifier.contains(pins.get(canonicalize_name(wanted.name), "0"))
    ] == []


def test_the_tests_run_with_the_versions_that_are_served() -> None:
    served = pinned(ROOT / "requirements.lock")
    tested = pinned(ROOT / "requirements-dev.lock")
    assert served.items() <= tested.items()


def test_every_browser_library_is_locked_with_its_hash() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    libraries = {path: entry for path, entry in lock["packages"].items() if path}
    assert [path for path, entry in libraries.items() if "integrity" not in entry] == []


def test_a_wheel_holds_everything_the_service_needs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(
        [*build, "--directory", str(tmp_path)], cwd=ROOT, check=True, capture_output=True
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())

    bundle = json.loads((ROOT / "server/viewer/static/manifest.json").read_text(encoding="utf-8"))
    wanted = {f"server/viewer/static/{file}" for file in bundle.values()}
    for folder, target in [("layers", "layers"), ("server", "server"), ("data", "layers/data")]:
        files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        wanted |= {
            f"{target}/{path.relative_to(ROOT / folder).as_posix()}"
            for path in files
            if "__pycache__" not in path.parts and path.suffix != ".pyc"
        }
    # What nginx, systemd and podman read, beside which an operator puts keys and passwords.
    deploy = {name for name in wanted if name.startswith("server/deploy/")}
    assert wanted - held == deploy
