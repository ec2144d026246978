"""Installing a peer into a folder of its own. What cannot be installed is `Absent`, and why."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
WITH_NODE = ROOT / "tools" / "with-node.sh"
LONGEST = 600  # seconds that an installation may take
STAMP = ".installed"


class Absent(Exception):
    """A peer that is not there; the message says why."""


def npm(folder: Path, packages: Mapping[str, str], *, scripts: bool) -> Path:
    """npm packages in `folder`, at these versions; gives its node_modules.

    `scripts`: let packages run their own, which those with native code need.
    """

    def install() -> None:
        wanted = {"private": True, "dependencies": dict(packages)}
        (folder / "package.json").write_text(json.dumps(wanted), encoding="utf-8")
        options = ["--loglevel=error", "--no-audit", "--no-fund", f"--ignore-scripts={not scripts}"]
        _run([WITH_NODE, "npm", "install", "--prefix", folder, *(o.lower() for o in options)])

    _once(folder, packages, install)
    return folder / "node_modules"


def pip(folder: Path, packages: Mapping[str, str]) -> Path:
    """Python packages in a virtual environment in `folder`; gives its folder of programs."""

    def install() -> None:
        _run([sys.executable, "-m", "venv", folder])
        pinned = [f"{name}=={version}" for name, version in packages.items()]
        quiet = ["--quiet", "--disable-pip-version-check"]
        _run([folder / "bin" / "python", "-m", "pip", "install", *quiet, *pinned])

    _once(folder, packages, install)
    return folder / "bin"


def debian(folder: Path, program: str, packages: Sequence[str]) -> Path:
    """A program of this machine, or else of Debian's packages, unpacked but not installed."""
    found = shutil.which(program)
    if found:
        return Path(found)

    def install() -> None:
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            raise Absent(f"no {program} here, and no apt-get to fetch it with")
        _run(["apt-get", "download", *packages], cwd=folder)
        for package in folder.glob("*.deb"):
            _run(["dpkg-deb", "-x", package, folder])

    _once(folder, dict.fromkeys(packages, ""), install)
    return next(folder.glob(f"usr/*bin/{program}"))


def libraries(folder: Path) -> dict[str, str]:
    """The environment in which a program unpacked into `folder` finds its libraries."""
    paths = [str(path) for path in folder.glob("usr/lib/*-linux-gnu")]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(paths)} if paths else dict(os.environ)


def _once(folder: Path, wanted: Mapping[str, str], install: Callable[[], None]) -> None:
    """Install unless the very same is installed; half an installation is begun again."""
    stamp, text = folder / STAMP, json.dumps(dict(wanted), sort_keys=True)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == text:
        return
    print(f"installing {', '.join(wanted)}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    install()
    stamp.write_text(text, encoding="utf-8")


def _run(command: Sequence[str | Path], cwd: Path | None = None) -> None:
    """Run a step. Raises `Absent` with the last line it said."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        raise Absent(f"installing took longer than {LONGEST} s") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise Absent(f"{Path(str(command[0])).name}: {said[-1]}")
