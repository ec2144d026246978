"""Tiles of large layers cut by several processes: of this machine, or of a cluster of Dask's.

A process opens the revision by its folder, so that a cluster has to reach it by the same path.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Container, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from layers.catalog.layer import Encoding, Layer
from layers.geometry.threads import processors
from layers.geometry.tile import Tile
from layers.revision.revision import Revision

LARGE = 20_000  # features: those of a city are cut before another process has begun
SHARES = 8  # of a zoom
AHEAD = 32  # shares asked for at once: as many wait in memory at most
CONNECT_S = 30  # until a scheduler has answered

Tiles = list[tuple[Tile, bytes]]


class NoScheduler(Exception):
    """No cluster does the work: `reason` is a key of the texts, `value` what of."""

    def __init__(self, reason: str, value: object) -> None:
        super().__init__(f"{reason}: {value}")
        self.reason, self.value = reason, value


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

    def __init__(self, executor: Callable[[], Executor], large: int) -> None:
        self._executor, self._large = executor, large

    def tiles(
        self, layer: Layer, encodings: tuple[Encoding, ...], done: Container[str] = ()
    ) -> Iterator[tuple[Share, Tiles]]:
        """Every tile of the layer, a share at a time, without the shares of the names `done`."""
        folder = layer.revision.folder.resolve()
        zooms = range(layer.minzoom, layer.maxzoom + 1)
        if layer.feature_count < self._large:
            for z in zooms:
                for encoding in encodings:
                    yield Share(folder, z, encoding, 0, 1), [*layer.tiles(z, encoding)]
            return
        shares = (
            Share(folder, z, encoding, part, SHARES)
            for z in zooms
            for encoding in encodings
            for part in range(SHARES)
        )
        waiting: deque[tuple[Share, Future[Tiles]]] = deque()
        for share in shares:
            if share.name in done:
                continue
            waiting.append((share, self._executor().submit(share.cut)))
            if len(waiting) >= AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        for share, future in waiting:
            yield share, future.result()


@contextmanager
def cutting(scheduler: str | None = None, large: int = LARGE) -> Iterator[Cutting]:
    """By processes of this machine, started once a layer is large; or all of it by a cluster.

    `scheduler` is the address of one of Dask's, such as `tcp://…` or `tls://…`, whose certificates
    are those of Dask's own configuration. Raises `NoScheduler`.
    """
    if scheduler is not None:
        with _cluster(scheduler) as executor:
            yield Cutting(lambda: executor, 0)
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
def _cluster(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise NoScheduler("scheduler_extra", "bosai-layers[cluster]") from error
    try:
        client = Client(scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise NoScheduler("scheduler_away", f"{scheduler}: {error}") from error
    with client:
        yield client.get_executor(pure=False, retries=2)
