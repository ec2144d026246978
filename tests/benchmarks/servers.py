"""Servers of the measurement's own: on the loopback, on a free port, stopped in the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.client import answers
from tests.benchmarks.peers.install import Absent

LONGEST_START = 300  # seconds: a busy machine is no fault
LONGEST_STOP = 10


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: Sequence[str | Path],
    port: int,
    ready: str,
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Run a server until the block ends; gives its process id once `ready` (a path) answers 200.

    Raises `Absent` with the end of its log when it does not answer.
    """
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, port, ready, log)
        yield process.pid
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while not answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise Absent(f"the server did not start: {(said or ['no message'])[-1]}")
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and what it started: they are a session of their own."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(LONGEST_STOP)
        except subprocess.TimeoutExpired:
            continue
        break
    process.wait()
