"""Figures for Prometheus, of all workers together.

Each worker counts in files of its own below a folder that the parent made (`PROMETHEUS_MULTIPROC_
DIR`, as prometheus_client has it), and whichever is asked adds them up. The files are named for the
worker's place and not for its process: what takes the place of another one counts on in its files,
so that there are never more of them.

Labels are patterns of routes, methods and classes of statuses: nothing that anybody can make up.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
    values,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.tile_memory import HotTiles

MEDIA_TYPE = CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
PAUSE = 5.0  # seconds until tiles sent from memory are in the figures: a scrape comes more rarely


class Metrics:
    """The figures of a service; `state` are those that are looked up when they are asked for."""

    def __init__(self, hot: HotTiles, *state: Collector) -> None:
        self._hot, self._registry = hot, CollectorRegistry()
        is_shared = FOLDER in os.environ
        if is_shared:
            values.ValueClass = values.MultiProcessValue(_place)
            MultiProcessCollector(self._registry)
        own = None if is_shared else self._registry
        self._requests = Counter(
            "bosai_requests",
            "Requests answered, by pattern of the route, method and class of the status",
            ("route", "method", "status"),
            registry=own,
        )
        self._seconds = Histogram(
            "bosai_request_seconds",
            "Seconds until a request was answered whole",
            ("route",),
            registry=own,
        )
        self._tiles = Counter(
            "bosai_tiles_from_memory",
            "Tiles answered from memory, which are in no other figure",
            registry=own,
        )
        for collector in (_Processes(), *state):
            self._registry.register(collector)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """An answer that took so long; its status is 0 where none was begun."""
        method = method if method in METHODS else "other"
        self._requests.labels(route, method, f"{status // 100}xx" if status else "none").inc()
        self._seconds.labels(route).observe(seconds)

    def take_tiles(self) -> None:
        """Take in what was sent from memory since then; in the event loop, as it is counted."""
        count, self._hot.hits = self._hot.hits, 0
        if count:
            self._tiles.inc(count)

    def text(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self._registry)

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Take in what is sent from memory until the block ends."""
        taking = asyncio.create_task(self._take_again_and_again())
        try:
            yield
        finally:
            taking.cancel()
            self.take_tiles()

    async def _take_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            self.take_tiles()


class Measured:
    """ASGI middleware: how many answers there were, and how long they took.

    Tiles that `server.http.protocol` sends itself do not come here.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 0, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.count(route, scope["method"], status, time.perf_counter() - begun)


class _Processes(Collector):
    """What the library tells of its own process, told of each worker."""

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for pid in _workers():
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                name, words, kind = metric.name, metric.documentation, metric.type
                family = families.setdefault(name, Metric(name, words, kind))
                for sample in metric.samples:
                    labels = {**sample.labels, "pid": str(pid)}
                    family.add_sample(sample.name, labels, sample.value)
        yield from families.values()


def _place() -> str:
    """What tells this worker from those that run beside it: `server.supervisor` names them."""
    return multiprocessing.current_process().name


def _workers() -> list[int]:
    parent = multiprocessing.parent_process()
    if parent is None:
        return [os.getpid()]
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    try:
        return [int(pid) for pid in children.read_text().split()]
    except OSError:  # a kernel without CONFIG_PROC_CHILDREN
        return [os.getpid()]
