"""Bytes made once, however many ask for them, and kept up to a number of bytes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    def __len__(self) -> int: ...


Key = TypeVar("Key")
Value = TypeVar("Value", bound=Sized)

OVERHEAD = 512  # bytes counted for an entry beside its content, so that empty ones are bounded too


class ByteCache(Generic[Key, Value]):
    """The values asked for last, `capacity` bytes of them, and the newest whatever its size.

    For one event loop.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._size = 0
        self._making: dict[Key, asyncio.Future[Value]] = {}

    def __contains__(self, key: Key) -> bool:
        """Whether the value is kept or being made."""
        return key in self._values or key in self._making

    @property
    def making(self) -> int:
        """How many values are being made."""
        return len(self._making)

    async def get(
        self, key: Key, make: Callable[[], Value], threads: Executor | None = None
    ) -> Value:
        """The value of `key`, made in a thread unless it is kept or already being made.

        A caller who leaves does not stop the making. What `make` raises reaches every caller who
        waits, and is not kept.
        """
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        if key not in self._making:
            making = asyncio.get_running_loop().run_in_executor(threads, make)
            self._making[key] = making
            making.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(self._making[key])

    def clear(self) -> None:
        """Forget all, also what is being made now."""
        self._values.clear()
        self._making.clear()
        self._size = 0

    def _keep(self, key: Key, done: asyncio.Future[Value]) -> None:
        if self._making.get(key) is not done:
            return  # forgotten meanwhile
        del self._making[key]
        if done.cancelled() or done.exception() is not None:
            return
        value = done.result()
        self._values[key] = value
        self._size += len(value) + OVERHEAD
        while self._size > self._capacity and len(self._values) > 1:
            _, dropped = self._values.popitem(last=False)
            self._size -= len(dropped) + OVERHEAD
