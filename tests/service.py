"""The service in a process of its own, as an operator runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
START_SECONDS = 300.0  # a busy machine is no fault


@contextmanager
def service(
    definitions: Path, data: Path, home: Path, options: Sequence[str] = ()
) -> Iterator[str]:
    """The address of the service, run as `bosai serve` runs it, on a free port.

    `options` are those of the interpreter. What it writes is in `serve.log` in `home`.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = os.environ | {
        "BOSAI_DEFINITIONS": str(definitions),
        "BOSAI_DATA": str(data),
        "BOSAI_HOME": str(home),
        "BOSAI_PORT": str(port),
    }
    command = [sys.executable, *options, "-c", "from server.cli import main; main()", "serve"]
    log = home / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _await_answer(f"{address}/healthz", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=120)


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
