from __future__ import annotations

import asyncio
import threading
import time

import pytest

from server.http.cache import OVERHEAD, ByteCache


def test_however_many_ask_it_is_made_once() -> None:
    made = []

    def make() -> bytes:
        time.sleep(0.05)
        made.append(threading.get_ident())
        return b"tile"

    async def ask() -> list[bytes]:
        cache: ByteCache[str, bytes] = ByteCache(10_000)
        return await asyncio.gather(*(cache.get("a", make) for _ in range(50)))

    assert asyncio.run(ask()) == [b"tile"] * 50
    assert len(made) == 1


def test_a_client_that_leaves_does_not_stop_the_making() -> None:
    made = threading.Event()

    def make() -> bytes:
        time.sleep(0.05)
        made.set()
        return b"tile"

    async def leave() -> None:
        cache: ByteCache[str, bytes] = ByteCache(10_000)
        leaving = asyncio.create_task(cache.get("a", make))
        staying = asyncio.create_task(cache.get("a", make))
        await asyncio.sleep(0.01)
        leaving.cancel()
        assert await staying == b"tile"

    asyncio.run(leave())
    assert made.is_set()


def test_what_fails_reaches_all_and_is_not_kept() -> None:
    attempts = []

    def fail() -> bytes:
        attempts.append(1)
        raise ValueError("no")

    async def ask() -> None:
        cache: ByteCache[str, bytes] = ByteCache(10_000)
        results = await asyncio.gather(
            *(cache.get("a", fail) for _ in range(3)), return_exceptions=True
        )
        assert [str(error) for error in results] == ["no"] * 3
        with pytest.raises(ValueError, match="no"):
            await cache.get("a", fail)

    asyncio.run(ask())
    assert len(attempts) == 2


@pytest.mark.parametrize("content", [b"x" * 100, b""])
def test_it_holds_no_more_bytes_than_allowed(content: bytes) -> None:
    entry = len(content) + OVERHEAD
    made = []

    async def fill() -> None:
        cache: ByteCache[int, bytes] = ByteCache(3 * entry)
        for key in [0, 1, 2, 0, 3, 0, 1]:

            def make(key: int = key) -> bytes:
                made.append(key)
                return content

            await cache.get(key, make)

    asyncio.run(fill())
    # 0 was asked for again in between and stays; 1 was the oldest when 3 came.
    assert made == [0, 1, 2, 3, 1]
