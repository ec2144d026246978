"""Messages of a queue handed over, one after the other, by whichever worker comes first.

A receiver that is away, slow or silent keeps nothing else waiting.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Generic, Protocol, TypeVar

from server.database.following import Following
from server.desk.errors import DeskUnavailable
from server.desk.message_queue import Held, MessageQueue

PAUSE = 1.0  # seconds from one look to the next: an alert is urgent
LAST_S = 3.0  # that stopping waits for a message on its way: less than `server.run.GRACE`
FORGET_EVERY = 3600.0

M = TypeVar("M", bound=Held)
M_contra = TypeVar("M_contra", bound=Held, contravariant=True)


class NotTaken(Exception):
    """The receiver did not take a message: why, in a code that names nobody."""

    def __init__(self, failure: str, *, is_final: bool = False) -> None:
        self.failure, self.is_final = failure, is_final
        super().__init__(failure)


class Carrier(Protocol[M_contra]):
    """What hands messages of one kind to their receivers."""

    def handing_over(self, message: M_contra) -> AbstractAsyncContextManager[None]:
        """Hand a message over, in less than its lease; the body runs once it is taken.

        Raises `NotTaken`.
        """


class Sender(Generic[M]):
    """Sends what is due, until it is stopped. What nobody needs any more is `forget`ten hourly.

    While `is_away` says that the database cannot answer, it is not asked; `following` says when to
    look into the queue, and is asked every `pause` seconds. The worker's own event loop waits for
    receivers, threads for the database.
    """

    def __init__(
        self,
        queue: MessageQueue[M],
        carrier: Carrier[M],
        following: Following,
        *,
        is_away: Callable[[], bool] = lambda: False,
        forget: Callable[[], None] | None = None,
        pause: float = PAUSE,
    ) -> None:
        self._queue, self._carrier, self._pause = queue, carrier, pause
        self._following, self._is_away = following, is_away
        self._forget = forget or queue.forget
        self._forgotten_at = -FORGET_EVERY

    @asynccontextmanager
    async def kept_sending(self) -> AsyncIterator[None]:
        """Send while the body runs. In the end a message on its way has `LAST_S`."""
        ended = asyncio.Event()
        sending = asyncio.create_task(self._run(ended))
        try:
            yield
        finally:
            ended.set()
            await asyncio.wait([sending], timeout=LAST_S)
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending

    async def send_next(self) -> bool:
        """Send the message that is due the longest; False when none is. Raises `DeskUnavailable`.

        A process that dies before it has written down that a message was taken sends it again.
        """
        message = await asyncio.to_thread(self._queue.claim)
        if message is None:
            return False
        deadline = time.monotonic() + self._queue.rules.lease.total_seconds()
        try:
            async with self._carrier.handing_over(message):
                await self._write_down(message, deadline)
        except DeskUnavailable:
            raise
        except NotTaken as error:
            await self._failed(message, error.failure, is_final=error.is_final)
        except Exception as error:  # noqa: BLE001 - a fault of ours; its message may name somebody
            await self._failed(message, type(error).__name__)
        return True

    async def _run(self, ended: asyncio.Event) -> None:
        while not ended.is_set():
            if not self._is_away() and await asyncio.to_thread(self._following.is_due):
                with suppress(DeskUnavailable):  # why is in the log
                    await self._send_due(ended)
                    self._following.done()
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), self._pause)

    async def _send_due(self, ended: asyncio.Event) -> None:
        while not ended.is_set() and await self.send_next():
            pass
        if time.monotonic() - self._forgotten_at >= FORGET_EVERY:
            await asyncio.to_thread(self._forget)
            self._forgotten_at = time.monotonic()

    async def _failed(self, message: M, failure: str, *, is_final: bool = False) -> None:
        await asyncio.to_thread(self._queue.failed, message, failure, is_final=is_final)

    async def _write_down(self, message: M, deadline: float) -> None:
        """Write down that a message was taken; while that fails, it would be sent again."""
        while True:
            try:
                return await asyncio.to_thread(self._queue.sent, message)
            except DeskUnavailable:
                if time.monotonic() >= deadline:
                    raise
            await asyncio.sleep(1)
