"""Processes split off from one that has loaded the libraries: loading takes longer than most jobs.

The loaded process has one thread and reads nothing of a city's: so forking it is safe, and no job
leaves anything to the next. It ends with the process that started it, and so do its jobs; and by
itself when nothing was asked of it for a while.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import NamedTuple, NoReturn, Self

IDLE = 60.0  # seconds without a job after which the memory of the libraries is given back
LONGEST = 1 << 20  # bytes of a message
# What must hold from a process's start on. One of Arrow's own allocators reserves a gigabyte of
# address space, which is limited, before it gives the first byte; another starts a thread.
FROM_THE_START = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # Formats of GDAL's that are an address of other data, on this machine or on any host.
    "GDAL_SKIP": "OGR_VRT,WFS,OAPIF,CSW",
    # Memory let go is soon taken again: given back to the system meanwhile, it comes back empty
    # page by page. A job's goes with its process.
    "GLIBC_TUNABLES": ":".join(
        f"glibc.malloc.{name}={size << 20}"
        for name, size in (("top_pad", 16), ("trim_threshold", 256), ("mmap_threshold", 32))
    ),
    # Pages of 2 MB, which numpy asks for, have to be made free first where files fill the memory:
    # that took five times as long as as many of 4 KB.
    "NUMPY_MADVISE_HUGEPAGE": "0",
}


Work = Callable[[bytes], NoReturn]


class Closed(Exception):
    """The fork server is not open, or was closed before the job ended."""


class ForkServer:
    """Starts the loaded process when a job needs it, and hands it the jobs; any thread may.

    `module` is the program that loads the libraries and then calls `serve` with its arguments.
    The process ends with the last `with` of those that use the server.
    """

    def __init__(self, module: str, idle: float = IDLE) -> None:
        self._command = [sys.executable, "-m", module, str(idle)]
        self._lock = threading.Lock()
        self._users = 0
        self._loaded: tuple[subprocess.Popen[bytes], socket.socket] | None = None

    def __enter__(self) -> Self:
        with self._lock:
            self._users += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                self._end()

    def run(self, job: bytes, timeout: float) -> int:
        """Run a job in a process of its own and wait until it ends.

        Gives its exit status, or less than 0 for the signal that ended it. Raises `TimeoutError`
        after `timeout` seconds, and the job is ended then; `Closed`.
        """
        while True:
            loaded, answer = self._send(job)
            with answer:
                answer.settimeout(timeout)
                status = answer.recv(16)
            if status:
                return int(status)
            # The loaded process is gone. When by itself, it had been idle and did not see the job.
            if exit_status := loaded.wait():
                return exit_status

    def _end(self) -> None:
        """End the loaded process, and with it what it runs."""
        if self._loaded is not None:
            process, connection = self._loaded
            connection.close()
            process.wait()
            self._loaded = None

    def _send(self, job: bytes) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """Hand the job over; gives who has it, and where its status will come, or nothing."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            if not self._users:
                ours.close()
                raise Closed
            if self._loaded is not None and self._loaded[0].poll() is not None:
                self._end()
            if self._loaded is None:
                self._loaded = self._load()
            process, connection = self._loaded
            try:
                socket.send_fds(connection, [job], [theirs.fileno()])
            except ConnectionError:  # it has just ended
                process.wait()
        return process, ours

    def _load(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            descriptor = theirs.fileno()
            process = subprocess.Popen(
                [*self._command, str(descriptor)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | FROM_THE_START,
                pass_fds=[descriptor],
            )
        return process, ours


def serve(work: Work, idle: str, descriptor: str) -> None:
    """Be the loaded process: split one off for each job, to do it by `work`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's; it is for who started us
    gc.freeze()  # collecting in a job would write to all these pages, which it shares with us
    with socket.socket(fileno=int(descriptor)) as connection:
        _Loaded(connection, work, float(idle)).serve()


class _Job(NamedTuple):
    """A process at work: its id, a descriptor readable from its end on, and who waits for it."""

    pid: int
    end: int
    asker: socket.socket


class _Loaded:
    """The loaded process's loop."""

    def __init__(self, connection: socket.socket, work: Work, idle: float) -> None:
        self._connection = connection
        self._work = work
        self._idle = idle
        self._selector = selectors.DefaultSelector()
        self._selector.register(connection, selectors.EVENT_READ)
        self._jobs: list[_Job] = []

    def serve(self) -> None:
        """Take jobs until who started us is gone, or asks nothing any more."""
        while ready := self._ready():
            for job in [job for job in self._jobs if job.asker in ready]:
                os.kill(job.pid, signal.SIGKILL)  # nobody waits for it any more
            for job in [job for job in self._jobs if job.end in ready]:
                self._finish(job)
            if self._connection in ready and not self._take():
                break
        for job in self._jobs:
            os.kill(job.pid, signal.SIGKILL)

    def _ready(self) -> list[object]:
        events = self._selector.select(None if self._jobs else self._idle)
        return [key.fileobj for key, _ in events]

    def _take(self) -> bool:
        """Split off a process for the next job; False when there will be none."""
        message, descriptors, _, _ = socket.recv_fds(self._connection, LONGEST, 1)
        if not message:
            return False
        asker = socket.socket(fileno=descriptors[0])
        pid = os.fork()
        if pid == 0:
            # Who waits sees that we are gone only when no other process holds these.
            for connection in (self._connection, asker, *(job.asker for job in self._jobs)):
                connection.close()
            self._work(message)
        job = _Job(pid, os.pidfd_open(pid), asker)
        self._jobs.append(job)
        self._selector.register(job.end, selectors.EVENT_READ)
        self._selector.register(job.asker, selectors.EVENT_READ)
        return True

    def _finish(self, job: _Job) -> None:
        self._jobs.remove(job)
        self._selector.unregister(job.end)
        self._selector.unregister(job.asker)
        os.close(job.end)
        status = os.waitstatus_to_exitcode(os.waitpid(job.pid, 0)[1])
        with job.asker:
            try:
                job.asker.sendall(b"%d" % status)
            except ConnectionError:
                return  # nobody waits for it any more
