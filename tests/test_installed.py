"""The service out of a wheel, in an environment with nothing else, as on an operator's server."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.service import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[1]
# Long: every package of the lock is fetched. That the wheel holds each file is in test_setup.py.
pytestmark = pytest.mark.soak


def test_an_installed_wheel_serves_the_map(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "--directory", str(tmp_path)], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "pip"), "install", "--quiet"]
    lock = ROOT / "requirements.lock"
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True, cwd=tmp_path)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, cwd=tmp_path)

    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "BOSAI_HOME": str(tmp_path / "home"),
        "BOSAI_PORT": str(port),
    }
    command = [str(venv / "bin" / "bosai"), "serve"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        service = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    site = f"http://127.0.0.1:{port}"
    try:
        until(lambda: service.poll() is not None or _status(f"{site}/healthz") == 200)
        assert service.poll() is None, log.read_text(encoding="utf-8")
        addresses = ["/", "/tiles/emergency_sites/14/14544/6445.geojson", "/terms", "/og.png"]
        assert {address: _status(site + address) for address in addresses} == dict.fromkeys(
            addresses, 200
        )
    finally:
        service.terminate()
        service.wait(timeout=120)


def _status(address: str) -> int | None:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            status: int = answer.status
            return status
    except OSError:
        return None
