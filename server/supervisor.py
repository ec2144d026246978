"""The process that starts the workers, and another one in the place of one that ended.

It has the socket, so that no connection is refused meanwhile, and the code that they are to run
(`server.run.load_service`), but opens nothing of the service.
"""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import signal
import socket
import struct
import sys
import time
from contextlib import suppress

from uvicorn import Config
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import SIGNALS, Process

# Seconds without a sign of life after which a worker is ended. Starting takes one or two, but many
# on a machine that has too much to do; ending a worker for it makes that worse.
PATIENCE = 120
LOOK = 0.2  # seconds from one look at the workers to the next
MOMENT = 0.05  # seconds that a look waits for a worker's answer
STEADY = 60.0  # seconds: one that lived so long is replaced at once
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before another one; doubled from death to death

LAST_COME = 1.0  # seconds at most until the workers have taken on all who came before a stop

# Of Linux's asm-generic/socket.h; a program of its packet filter, which lets every packet pass but
# the one that begins a connection: four instructions of a code, two jumps and an operand.
SO_ATTACH_FILTER = 26
TCP_FLAGS, SYN = 13, 0x02  # the byte of a segment's head (RFC 9293, 3.1), the bit in it
NO_NEWCOMERS = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (0x30, 0, 0, TCP_FLAGS),  # load the byte
        (0x45, 0, 1, SYN),  # skip one unless the bit is set
        (0x06, 0, 0, 0),  # drop
        (0x06, 0, 0, 0xFFFFFFFF),  # pass
    )
)
TCP_INFO_WAITING = 24  # where Linux says of a listening socket how many wait to be taken on

FORK = multiprocessing.get_context("fork")

LOG = logging.getLogger("uvicorn.error")


class Worker(Process):
    """A worker that is forked from its parent, which has no other thread.

    It begins with what the parent has loaded; uvicorn's own starts Python anew, and takes a third
    longer until it answers.
    """

    def __init__(self, config: Config, sockets: list[socket.socket], name: str) -> None:
        super().__init__(config, sockets)
        self.name = name
        self.process = FORK.Process(  # type: ignore[assignment]
            target=self._serve, args=(sockets,), name=name
        )

    def start(self) -> None:
        """Fork it; a signal that comes meanwhile reaches each of the two once it can heed it."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _serve(self, sockets: list[socket.socket]) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)  # the parent's only remember what came
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        self.target(sockets)


class Supervisor(Multiprocess):
    """uvicorn's parent of several workers, for one worker too.

    The first one starts alone: the others find everything prepared.
    """

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._status: int | None = None
        self._has_served = False
        self._born: dict[Process, float] = {}
        self._last_sign: dict[Process, float] = {}
        self._pauses: dict[int, float] = {}  # of each worker's place, before the next one there
        self._due: dict[int, float] = {}  # places without a worker, and until when

    def run(self) -> int:  # type: ignore[override]
        """Serve until told to stop; gives the exit status, or less than 0 for a signal."""
        self._start()
        while not self.should_exit.wait(LOOK):
            self.handle_signals()
            self.keep_subprocess_alive()
        for listener in self.sockets:
            _turn_newcomers_away(listener)
        self.terminate_all()
        for listener in self.sockets:
            listener.close()  # with the workers' own: who comes now waits for nobody
        self.join_all()
        return self._status or 0

    def keep_subprocess_alive(self) -> None:
        """Start a worker in the place of each that ended or gives no sign of life."""
        for place, process in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if place in self._due:
                if time.monotonic() >= self._due[place]:
                    del self._due[place]
                    self._start(place)
            elif not self._lives(process):
                self._bury(place, process)
        if self._has_served:
            while len(self.processes) < self.processes_num:
                self._start()

    def restart_all(self) -> None:
        """Replace the workers one by one, each by one that answers already."""
        for place, process in enumerate(self.processes):
            successor = self._worker(place)
            successor.start()
            if not successor.wait_until_ready(PATIENCE, self.should_exit):
                successor.kill()
                successor.join()
                LOG.error("worker [%s] is not replaced: another did not start", process.pid)
                return
            process.terminate()
            process.join()
            self.processes[place] = successor

    def handle_int(self) -> None:
        """Stop, at the terminal: that is no failure."""
        self._stop(0)

    def handle_term(self) -> None:
        """Stop, and end by the signal in the end."""
        self._stop(-signal.SIGTERM)

    def handle_hup(self) -> None:
        """Stop when the terminal is closed; without one, replace the workers one by one."""
        if sys.stdin is not None and sys.stdin.isatty():
            self._stop(-signal.SIGHUP)
        else:
            super().handle_hup()

    def _stop(self, status: int) -> None:
        self._status = status
        self.should_exit.set()

    def _start(self, place: int | None = None) -> None:
        process = self._worker(len(self.processes) if place is None else place)
        process.start()
        if place is None:
            self.processes.append(process)
        else:
            self.processes[place] = process

    def _worker(self, place: int) -> Worker:
        """A worker for a place. Its name is of the place, and not that of the one there before.

        Both run for a while when one replaces the other, and each counts in files of its name
        (`server.http.metrics`), which the next but one goes on with.
        """
        former = self.processes[place] if place < len(self.processes) else None
        names = [f"{place}-even", f"{place}-odd"]
        is_taken = isinstance(former, Worker) and former.name == names[0]
        return Worker(self.config, self.sockets, names[is_taken])

    def _lives(self, process: Process) -> bool:
        """Whether a worker runs, and has answered lately."""
        now = time.monotonic()
        self._born.setdefault(process, now)
        if not process.process.is_alive():
            return False
        # Not for long: a signal may have come, or another worker have ended.
        if process.ping(timeout=MOMENT):
            self._last_sign[process] = now
            self._has_served = self._has_served or process.is_ready(timeout=MOMENT)
        return now - self._last_sign.get(process, self._born[process]) < PATIENCE

    def _bury(self, place: int, process: Process) -> None:
        """Say how a worker ended, and when another one starts."""
        if process.process.is_alive():
            LOG.error("worker [%s] gives no sign of life; it is ended", process.pid)
        process.kill()
        process.join()
        status = process.exitcode or 0
        if not self._has_served and status > 0:
            self._stop(status)  # the first one, which has said why it cannot serve
            return
        age = time.monotonic() - self._born.pop(process)
        self._last_sign.pop(process, None)
        pause = 0.0 if age >= STEADY else self._pauses.get(place, FIRST_PAUSE)
        self._pauses[place] = FIRST_PAUSE if age >= STEADY else min(2 * pause, LONGEST_PAUSE)
        self._due[place] = time.monotonic() + pause
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        LOG.error("worker [%s] ended (%s); another starts in %g s", process.pid, how, pause)


def _turn_newcomers_away(listener: socket.socket) -> None:
    """Wait until nobody is in the queue of a listening socket, which nobody else gets into.

    Whoever is in it when the socket is closed has sent a request, and would lose it. A newcomer's
    system tries again within a second, and then finds the next service, or none.
    """
    program = ctypes.create_string_buffer(NO_NEWCOMERS)
    instructions = struct.pack("HL", len(NO_NEWCOMERS) // 8, ctypes.addressof(program))
    with suppress(OSError):  # another system, which has no such filter
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, instructions)
        deadline = time.monotonic() + LAST_COME
        while _waiting(listener) and time.monotonic() < deadline:
            time.sleep(MOMENT)


def _waiting(listener: socket.socket) -> int:
    """How many have a connection that nobody has taken on."""
    state = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_WAITING + 4)
    return int(struct.unpack_from("I", state, TCP_INFO_WAITING)[0])
