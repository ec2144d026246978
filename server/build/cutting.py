"""Tiles of large layers cut by several processes: of this machine, or of a cluster of Dask's.

A process opens the revision by its folder, so that a cluster has to reach it by the same path.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache
from logging import CRITICAL, getLogger
from multiprocessing import get_context, parent_process
from pathlib import Path
from ssl import SSLError
from threading import Thread
from typing import NamedTuple

from layers.catalog.layer import Encoding, Layer
from layers.geometry.threads import processors
from layers.geometry.tile import Tile
from layers.revision.revision import Revision
from layers.revision.whole import whole_folder

LARGE = 20_000  # features: those of a city are cut before another process has begun
SHARES = 8  # of a zoom
AHEAD = 32  # shares asked for at once: as many wait in memory at most
CONNECT_S = 30  # until a scheduler has answered
LOOK_S = 1  # from one look whether it is still there to the next

Tiles = list[tuple[Tile, bytes]]


class NoScheduler(Exception):
    """No cluster does the work: `reason` is a key of the texts, `value` what of.

    What `may_pass` is worth another try, with the same settings.
    """

    def __init__(self, reason: str, value: object, *, may_pass: bool = False) -> None:
        super().__init__(f"{reason}: {value}")
        self.reason, self.value, self.may_pass = reason, value, may_pass


class Share(NamedTuple):
    """What one process cuts at once: of so many `parts` of a zoom the one of this number."""

    folder: Path
    z: int
    encoding: Encoding
    part: int
    parts: int

    @property
    def name(self) -> str:
        """What tells it from every other share of the layer."""
        return f"{self.encoding}-{self.z}-{self.part + 1}-of-{self.parts}"

    def cut(self) -> Tiles:
        """The tiles of the share that show something."""
        stretches = slice(self.part, None, self.parts)
        return [*_layer(self.folder).tiles(self.z, self.encoding, stretches)]


@lru_cache(maxsize=2)  # shares of a layer follow each other
def _layer(folder: Path) -> Layer:
    return Layer(Revision(folder))


class Cutting:
    """Cuts layers: those of less than `large` features here, the others by an executor.

    The same tiles with the same bytes either way, in another order within a zoom.
    """

    def __init__(
        self,
        executor: Callable[[], Executor],
        large: int,
        is_working: Callable[[], bool] = lambda: True,
    ) -> None:
        self._executor, self._large, self._is_working = executor, large, is_working

    def tiles(
        self, layer: Layer, encodings: tuple[Encoding, ...], done: Container[str] = ()
    ) -> Iterator[tuple[Share, Tiles]]:
        """Every tile of the layer, a share at a time, without the shares of the names `done`."""
        zooms = range(layer.minzoom, layer.maxzoom + 1)
        if layer.feature_count < self._large:
            for z in zooms:
                for encoding in encodings:
                    share = Share(layer.revision.folder, z, encoding, 0, 1)
                    yield share, [*layer.tiles(z, encoding)]
            return
        with whole_folder(layer.revision) as folder:
            shares = (
                Share(folder, z, encoding, part, SHARES)
                for z in zooms
                for encoding in encodings
                for part in range(SHARES)
            )
            yield from self._shared_out(share for share in shares if share.name not in done)

    def _shared_out(self, shares: Iterable[Share]) -> Iterator[tuple[Share, Tiles]]:
        waiting: deque[tuple[Share, Future[Tiles]]] = deque()
        for share in shares:
            waiting.append((share, self._executor().submit(share.cut)))
            if len(waiting) >= AHEAD:
                first, future = waiting.popleft()
                yield first, self._result(future)
        for share, future in waiting:
            yield share, self._result(future)

    def _result(self, future: Future[Tiles]) -> Tiles:
        """What comes of a share. Raises `CancelledError` once nobody works at it any more."""
        while not wait([future], LOOK_S).done:
            if not self._is_working():
                raise CancelledError
        return future.result()


@contextmanager
def cutting(scheduler: str | None = None, large: int = LARGE) -> Iterator[Cutting]:
    """By processes of this machine, started once a layer is large; or all of it by a cluster.

    `scheduler` is the address of one of Dask's, such as `tcp://…` or `tls://…`, whose certificates
    are those of Dask's own configuration. Raises `NoScheduler`.
    """
    if scheduler is not None:
        with _cluster(scheduler) as cutter:
            yield cutter
        return
    started: list[ProcessPoolExecutor] = []

    def processes() -> Executor:
        if not started:
            started.append(
                ProcessPoolExecutor(processors(), get_context("spawn"), _end_with_parent)
            )
        return started[0]

    try:
        yield Cutting(processes, large)
    finally:
        for pool in started:
            pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """End this process with the one that gives it work: a pool's own would wait for ever for more
    from a parent that was killed.
    """
    parent = parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    Thread(target=end, daemon=True).start()


@contextmanager
def _cluster(scheduler: str) -> Iterator[Cutting]:
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise NoScheduler("scheduler_extra", "bosai-layers[cluster]") from error
    if not asyncio.run(_workers(scheduler)):
        raise NoScheduler("scheduler_alone", scheduler, may_pass=True)
    getLogger("distributed").setLevel(CRITICAL)  # what fails is said by `NoScheduler`
    with Client(scheduler, timeout=CONNECT_S, set_as_default=False) as client:
        executor = client.get_executor(pure=False, retries=2)
        try:
            yield Cutting(lambda: executor, 0, lambda: client.status == "running")
        except (CancelledError, KilledWorker) as error:
            raise NoScheduler("scheduler_lost", scheduler, may_pass=True) from error


async def _workers(scheduler: str) -> int:
    """How many workers a scheduler has. Raises `NoScheduler`.

    Asked before there is a client of Dask's: one that does not connect tries on, and says so.
    """
    from distributed import Security, rpc

    security = Security()
    files = security.get_tls_config_for_role("client")
    certificates = ", ".join(f"{name}: {files[name] or '-'}" for name in ("ca_file", "cert", "key"))
    try:
        wire = security.get_connection_args("client")
    except OSError as error:
        value = f"{scheduler} ({certificates}): {error}"
        raise NoScheduler("scheduler_certificates", value) from error
    if scheduler.startswith("tls://") and wire["ssl_context"] is None:
        raise NoScheduler("scheduler_certificates", f"{scheduler} ({certificates})")
    try:
        async with asyncio.timeout(CONNECT_S), rpc(scheduler, connection_args=wire) as asked:
            return len((await asked.identity())["workers"])
    except (OSError, ValueError) as error:
        cause = _cause(error)
        if isinstance(cause, SSLError):
            value = f"{scheduler} ({certificates}): {cause}"
            raise NoScheduler("scheduler_certificates", value) from error
        value = f"{scheduler}: {cause or f'no answer in {CONNECT_S} s'}"
        raise NoScheduler("scheduler_away", value, may_pass=True) from error


def _cause(error: BaseException) -> BaseException | None:
    """The first of the errors that led to this one; None where that is only a deadline's."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error if str(error) else None
