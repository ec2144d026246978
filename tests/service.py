"""The service in a process of its own, as an operator runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS

ROOT = Path(__file__).parents[1]
START_SECONDS = 300.0  # a busy machine is no fault
PROGRAM = "from server.cli import main; main()"


@dataclass(frozen=True)
class Running:
    """A service: its address, the process that was started, and what it writes."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def workers(self) -> list[int]:
        """The ids of the processes that answer, oldest first."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        every = [int(pid) for pid in children.read_text().split()]
        return [pid for pid in every if _command_line(pid)]  # one that ended has none

    def said(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def shipped_city(home: Path, folder: Path) -> dict[str, str]:
    """Settings of the city that ships, with a database and a secret of its own in a folder.

    `home` is the folder of homes that tests share.
    """
    return {
        "BOSAI_DEFINITIONS": str(BUNDLED_DEFINITIONS),
        "BOSAI_DATA": str(BUNDLED_DATA),
        "BOSAI_HOME": str(home / "asaka"),
        "BOSAI_DATABASE_URL": f"sqlite:///{folder / 'bosai.sqlite'}",
        "BOSAI_SECRET_FILE": str(folder / "secret.key"),
    }


@contextmanager
def service(
    definitions: Path, data: Path, home: Path, options: Sequence[str] = ()
) -> Iterator[str]:
    """The address of the service, run as `bosai serve` runs it, on a free port.

    `options` are those of the interpreter. What it writes is in `serve.log` in `home`.
    """
    settings = {
        "BOSAI_DEFINITIONS": str(definitions),
        "BOSAI_DATA": str(data),
        "BOSAI_HOME": str(home),
    }
    with running(settings, home / "serve.log", options=options) as started:
        yield started.address


@contextmanager
def running(
    settings: Mapping[str, str],
    log: Path,
    arguments: Sequence[str] = (),
    options: Sequence[str] = (),
    port: int | None = None,
) -> Iterator[Running]:
    """The service with these settings, once it answers; it is stopped in the end.

    `arguments` are further ones of `bosai serve`, `options` those of the interpreter; `port` is a
    free one unless it is given.
    """
    port = port or free_port()
    command = [sys.executable, *options, "-c", PROGRAM, "serve", *arguments]
    environment = os.environ | settings | {"BOSAI_PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        started = Running(f"http://127.0.0.1:{port}", process, log)
        _await_answer(f"{started.address}/healthz", process, log)
        yield started
    finally:
        process.terminate()
        process.wait(timeout=120)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""


def _await_answer(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise AssertionError(f"the service did not start:\n{log.read_text(errors='replace')}")
