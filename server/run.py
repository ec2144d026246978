"""The HTTP server: uvicorn, whose workers each assemble the app for themselves."""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer
from uvicorn import Config

from server.logs import log_config
from server.supervisor import PATIENCE, Supervisor

if TYPE_CHECKING:
    from fastapi import FastAPI

# For a year browsers ask for the site by TLS alone (RFC 6797), and only for this one of its domain.
BY_TLS_ONLY = ("Strict-Transport-Security", "max-age=31536000")
M_ARENA_MAX = -8  # of glibc's malloc.h
# Of all that is served; the last two are loaded by the first answers that need them otherwise.
CODE = (
    "server.http.protocol",
    "server.http.turns",
    "server.starting",
    "layers.exports.standard",
    "numpy.ma",
)
MEMORY = "/dev/shm"  # noqa: S108 - of a folder of its own, which nobody else may read
GRACE = 8  # seconds that answers may take to end once the service is to stop


def app() -> FastAPI:
    """The service with the settings of the environment; a worker's entry.

    A worker that cannot serve at all says why in a sentence, and ends.
    """
    from server.http.turns import SWITCH
    from server.starting import start

    _end_with_parent()
    faulthandler.enable()  # of a signal like SIGBUS the log is to say where it came
    sys.setswitchinterval(SWITCH)
    try:
        return start()
    except typer.Exit as end:
        sys.exit(end.exit_code)


def serve(host: str, port: int, workers: int, base_url: str | None, *, metrics: bool) -> None:
    """Answer on `host`:`port` until stopped; with `metrics`, workers share their figures.

    Where the `base_url` is one of TLS, every answer says so, whatever makes it: the app, a refusal,
    the memory of tiles.
    """
    headers = [BY_TLS_ONLY] if (base_url or "").lower().startswith("https:") else []
    _bound_heaps()
    with _folder_of_figures() if metrics else nullcontext():
        status = _serve(host, port, workers, headers)
    if status < 0:  # end as the signal ends a program: who sent it can tell
        signal.signal(-status, signal.SIG_DFL)
        signal.raise_signal(-status)
        status = 0  # the first process of a container: no signal of its own ends it
    sys.exit(status)


def _serve(host: str, port: int, workers: int, headers: list[tuple[str, str]]) -> int:
    """The exit status; less than 0 for a signal."""
    config = Config(
        "server.run:app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        timeout_worker_healthcheck=PATIENCE,
        loop="uvloop",
        http="server.http.protocol:TileProtocol",
        ws="none",
        timeout_graceful_shutdown=GRACE,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        headers=headers,
        log_config=log_config(),
    )
    load_service()
    return Supervisor(config, [config.bind_socket()]).run()


def load_service() -> None:
    """Load the service's code before workers are forked: they share its memory, and start sooner.

    OpenBLAS would have a thread here, and a process of several is not safely forked.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in CODE:
        import_module(name)
    gc.collect()
    gc.freeze()  # a worker's own collections do not write into what is shared


@contextmanager
def _folder_of_figures() -> Iterator[None]:
    """A new folder in which workers count (`server.http.metrics`), gone in the end.

    It is in memory where there is such a place: a full disk would end who writes into a mapped
    file.
    """
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="bosai-metrics-", dir=memory) as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _bound_heaps() -> None:
    """Have two of glibc's heaps, not eight for each processor: each keeps what it had at its most.

    For this process and those forked from it; where there is no glibc it is not needed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 2)


def _end_with_parent() -> None:
    """Stop when who started this process is gone: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
