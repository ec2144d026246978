"""A little work at a time, some more waits, and what is too much is told to come back."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from server.http.errors import ServiceBusy
from server.http.turns import Turns

PATIENCE = 30.0  # seconds


class Work:
    """Work that ends when it may, and knows how much of it was done at once."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self._begun = threading.Semaphore(0)
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def __call__(self, result: int) -> int:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self._begun.release()
        self.may_end.wait(PATIENCE)
        with self._lock:
            self.at_once -= 1
        return result

    async def begun(self, count: int) -> None:
        """Wait until so many pieces of it have begun."""
        for _ in range(count):
            assert await asyncio.to_thread(self._begun.acquire, timeout=PATIENCE)


def test_a_little_is_done_at_a_time_and_the_next_waits() -> None:
    work = Work()

    async def ask() -> list[int]:
        turns = Turns(threads=2, waiting=10)
        asked = [asyncio.create_task(turns.take(partial(work, number))) for number in range(12)]
        await work.begun(2)
        work.may_end.set()
        return list(await asyncio.gather(*asked))

    assert asyncio.run(ask()) == list(range(12))
    assert work.most_at_once == 2


def test_what_is_too_much_is_refused_until_something_is_done() -> None:
    work = Work()

    async def ask() -> None:
        turns = Turns(threads=1, waiting=2)
        asked = [asyncio.create_task(turns.take(partial(work, number))) for number in range(3)]
        await work.begun(1)
        with pytest.raises(ServiceBusy):
            await turns.take(partial(work, 3))
        work.may_end.set()
        await asyncio.gather(*asked)
        assert await turns.take(partial(work, 4)) == 4

    asyncio.run(ask())


def test_what_fails_leaves_its_turn() -> None:
    def fail() -> None:
        raise ValueError("no")

    async def ask() -> None:
        turns = Turns(threads=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                await turns.take(fail)

    asyncio.run(ask())
