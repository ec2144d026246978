"""Processes split off from one that has loaded the libraries: loading takes longer than most jobs.

The loaded process has one thread and reads nothing of a city's: so forking it is safe, and no job
leaves anything to the next. It ends with the process that started it, and so do its jobs; and by
itself when nothing was asked of it for a while.
"""

from __future__ import annotations

import atexit
import gc
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import NamedTuple, NoReturn

IDLE = 60.0  # seconds without a job after which the memory of the libraries is given back
LONGEST = 1 << 20  # bytes of a message
# What must hold from a process's start on. Arrow's allocator would start a thread of its own.
FROM_THE_START = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
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


class Forks:
    """Starts the loaded process when it is needed, and asks it; any thread may.

    `module` is the program that loads the libraries and then calls `serve` with its arguments.
    """

    def __init__(self, module: str, idle: float = IDLE) -> None:
        self._command = [sys.executable, "-m", module, str(idle)]
        self._lock = threading.Lock()
        self._loaded: tuple[subprocess.Popen[bytes], socket.socket] | None = None
        atexit.register(self.close)

    def run(self, job: bytes, timeout: float) -> int:
        """Run a job in a process of its own and wait until it ends.

        Gives its exit status, or less than 0 for the signal that ended it. Raises `TimeoutError`
        after `timeout` seconds; the job is ended then.
        """
        while True:
            loaded, answer = self._ask(job)
            with answer:
                answer.settimeout(timeout)
                status = answer.recv(16)
            if status:
                return int(status)
            # The loaded process is gone. When by itself, it had been idle and did not see the job.
            if ended := loaded.wait():
                return ended

    def close(self) -> None:
        """End the loaded process, and with it what it runs."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._loaded is not None:
            process, connection = self._loaded
            connection.close()
            process.wait()
            self._loaded = None

    def _ask(self, job: bytes) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """Hand the job over; gives who has it, and where its status will come, or nothing."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            if self._loaded is not None and self._loaded[0].poll() is not None:
                self._let_go()
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
            number = theirs.fileno()
            process = subprocess.Popen(
                [*self._command, str(number)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | FROM_THE_START,
                pass_fds=[number],
            )
        return process, ours


def serve(work: Work, idle: str, descriptor: str) -> None:
    """Be the loaded process: split one off for each job, to do it by `work`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's; it is for who started us
    gc.freeze()  # collecting in a job would write to all these pages, which it shares with us
    with socket.socket(fileno=int(descriptor)) as connection:
        _Loaded(connection, work, float(idle)).serve()


class _Job(NamedTuple):
    """A process at work: its id, a descriptor that is readable when it ended, and who asked."""

    pid: int
    ended: int
    asked: socket.socket


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
            for job in [job for job in self._jobs if job.asked in ready]:
                os.kill(job.pid, signal.SIGKILL)  # nobody waits for it any more
            for job in [job for job in self._jobs if job.ended in ready]:
                self._finish(job)
            if self._connection in ready and not self._take():
                break
        for job in self._jobs:
            os.kill(job.pid, signal.SIGKILL)

    def _ready(self) -> list[object]:
        found = self._selector.select(None if self._jobs else self._idle)
        return [key.fileobj for key, _ in found]

    def _take(self) -> bool:
        """Split off a process for the next job; False when there will be none."""
        message, descriptors, _, _ = socket.recv_fds(self._connection, LONGEST, 1)
        if not message:
            return False
        asked = socket.socket(fileno=descriptors[0])
        pid = os.fork()
        if pid == 0:
            # Who asked sees that we are gone only when no other process holds these.
            for held in (self._connection, asked, *(job.asked for job in self._jobs)):
                held.close()
            self._work(message)
        job = _Job(pid, os.pidfd_open(pid), asked)
        self._jobs.append(job)
        self._selector.register(job.ended, selectors.EVENT_READ)
        self._selector.register(job.asked, selectors.EVENT_READ)
        return True

    def _finish(self, job: _Job) -> None:
        self._jobs.remove(job)
        self._selector.unregister(job.ended)
        self._selector.unregister(job.asked)
        os.close(job.ended)
        status = os.waitstatus_to_exitcode(os.waitpid(job.pid, 0)[1])
        with job.asked:
            try:
                job.asked.sendall(b"%d" % status)
            except ConnectionError:
                return  # nobody waits for it any more
