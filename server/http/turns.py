"""Work that takes long for an answer: a little of it at a time, the next waits, more is refused.

A thread that computes keeps the event loop, which answers tiles, from computing: with forty threads
of the framework at it a tile waits for each of them in turn.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

from server.http.errors import ServiceBusy

THREADS = 2  # at work: one more than computes, for one that waits for a file or the database
WAITING = 64  # asked for and not begun: a second or so of it
SWITCH = 0.0001  # seconds for which a thread that computes keeps the event loop waiting, at most

Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")


class Turns:
    """Threads of their own for `threads` pieces of work at once; up to `waiting` more wait."""

    def __init__(self, threads: int = THREADS, waiting: int = WAITING) -> None:
        self._executor = ThreadPoolExecutor(threads, "page")
        self._most = threads + waiting
        self._taken = 0
        self._lock = threading.Lock()

    async def take(self, work: Callable[[], Result]) -> Result:
        """What the work gives, done in a turn. Raises `ServiceBusy`."""
        with self._lock:
            if self._taken >= self._most:
                raise ServiceBusy(f"{self._most} answers are being made; wanted some patience")
            self._taken += 1
        turn = self._executor.submit(work)
        turn.add_done_callback(self._leave)
        return await asyncio.wrap_future(turn)

    def taking(self, endpoint: Callable[Parameters, Result]) -> Callable[Parameters, object]:
        """The endpoint of a route as one that takes a turn for all it does."""

        @wraps(endpoint)
        async def in_turn(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            return await self.take(lambda: endpoint(*args, **kwargs))

        return in_turn

    def _leave(self, _turn: object) -> None:
        with self._lock:
            self._taken -= 1
