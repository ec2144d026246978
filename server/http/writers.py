"""Writing to the database: a few at a time, so that pages keep threads while it is locked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from server.http.errors import ServiceBusy

WRITERS = 4  # at once: while the database is locked, pages need the other threads
PATIENCE_S = 5.0

Result = TypeVar("Result")


class Writers:
    """Turns to write; who waits `patience_s` seconds for one is told to come back."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._turns = asyncio.Semaphore(WRITERS)

    async def take(self, work: Callable[[], Result]) -> Result:
        """What the work gives, done in a turn. Raises `ServiceBusy`."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._turns.acquire()
        except TimeoutError:
            raise ServiceBusy(
                f"no turn to write in {self._patience_s:g} s; wanted some patience"
            ) from None
        try:
            return await run_in_threadpool(work)
        finally:
            self._turns.release()
