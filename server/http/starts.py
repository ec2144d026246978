"""Requests begin a few at a time, so that the event loop looks often for tiles that it can answer.

Fifty requests that come together would take the loop for as long as fifty of them take; a tile that
comes a moment later would wait for all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

AT_ONCE = 2  # requests begun between two looks for what has come
FIRST = b"/tiles/"  # begins the addresses of what is short and what a map waits for


class Starts:
    """Begins what is added, in order, `at_once` in each round of the event loop."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._waiting: deque[Callable[[], None]] = deque()

    def add(self, loop: asyncio.AbstractEventLoop, start: Callable[[], None]) -> None:
        """Call `start` when its turn comes."""
        if not self._waiting:
            loop.call_soon(self._start, loop)
        self._waiting.append(start)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        due = [self._waiting.popleft() for _ in range(min(self._at_once, len(self._waiting)))]
        if self._waiting:
            loop.call_soon(self._start, loop)
        for start in due:
            start()
