"""A process that reads files opens no socket, whatever the file makes of it."""

from __future__ import annotations

import logging
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.errors import PreparationError
from layers.process import network, sandbox as sandboxes
from layers.process.job import BaseMapJob
from layers.process.sandbox import OUTPUT, Sandbox
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city

pytestmark = pytest.mark.skipif(
    not network.can_be_kept_out(), reason="this system has no filters of system calls"
)
KEPT_OUT = "from layers.process.network import keep_out\nkeep_out()\n"
REFUSED = "PermissionError: [Errno 13]"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def in_a_process(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


def test_a_job_reaches_nothing_on_the_loopback(tmp_path: Path, listener: socket.socket) -> None:
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "file.py").write_text(
        f"import socket; socket.create_connection({listener.getsockname()!r})", encoding="utf-8"
    )
    city = load_city(BUNDLED_DEFINITIONS / "city.toml").model_copy(update={"boundary": "file.py"})
    program = "tests.layers.process.reaching"
    with Sandbox(program=program) as sandbox, pytest.raises(PreparationError) as failure:
        sandbox.run(tmp_path, BaseMapJob(city=city))
    assert (failure.value.kind, failure.value.value) == ("reader_failed", "PermissionError")
    assert REFUSED in (tmp_path / OUTPUT).read_text(encoding="utf-8")
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"]
)
def test_no_kind_of_socket_is_opened(family: str) -> None:
    program = f"{KEPT_OUT}import socket\nsocket.socket(socket.{family}, socket.SOCK_STREAM)"
    assert REFUSED in in_a_process(program).stderr


def test_what_it_starts_opens_none_either() -> None:
    inner = "import socket; socket.socket()"
    start = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {inner!r}])"
    assert REFUSED in in_a_process(KEPT_OUT + start).stderr


@pytest.mark.skipif(platform.machine() != "x86_64", reason="calls of x86-64")
@pytest.mark.parametrize("call", [41, 41 | 0x40000000, network.IO_URING_SETUP])
def test_no_other_way_leads_to_a_socket(call: int) -> None:
    asked = f"library.syscall({call}, 2, 1, 0), ctypes.get_errno()"
    program = (
        f"{KEPT_OUT}import ctypes\nlibrary = ctypes.CDLL(None, use_errno=True)\nprint({asked})"
    )
    assert in_a_process(program).stdout == "-1 13\n"


def test_files_pipes_and_threads_are_as_before(tmp_path: Path) -> None:
    program = f"""{KEPT_OUT}
import os, pathlib, subprocess, threading
thread = threading.Thread(target=pathlib.Path({str(tmp_path / "a")!r}).touch)
thread.start()
thread.join()
os.pipe()
subprocess.run(["true"], check=True)
"""
    done = in_a_process(program)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a").exists()


def test_the_reader_of_photos_is_kept_out() -> None:
    program = (
        "from server import photo_reader\nphoto_reader._limit()\nimport socket; socket.socket()"
    )
    assert REFUSED in in_a_process(program).stderr


def test_a_system_that_cannot_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sandboxes, "can_be_kept_out", lambda: False)
    sandboxes._say_whether_jobs_reach_a_network.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            for _ in range(2):
                with Sandbox():
                    pass
    finally:
        sandboxes._say_whether_jobs_reach_a_network.cache_clear()
    assert [record.getMessage() for record in caplog.records] == [
        "this system cannot keep processes that read files from the network (seccomp)"
    ]


def test_an_unknown_machine_is_not_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert not network.can_be_kept_out()
