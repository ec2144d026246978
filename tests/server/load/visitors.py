"""Many visitors at once, who notice every request that is not answered whole.

Half of them keep their connection, as browsers do, the others take a new one for each request. None
asks a second time: what a browser would hide is a failure here.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

from tests.waiting import PATIENCE, until

PAUSE = 0.02  # seconds at most between an answer and the next request


@dataclass(frozen=True)
class Request:
    """What is asked for; with a `body` it is a form that is sent."""

    path: str
    body: bytes = b""
    headers: tuple[str, ...] = ()

    def sent(self, *, keeps: bool) -> bytes:
        fields = ["Host: map", f"Connection: {'keep-alive' if keeps else 'close'}", *self.headers]
        if self.body:
            fields += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(self.body)}",
            ]
        head = [f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1", *fields, "", ""]
        return "\r\n".join(head).encode() + self.body


@dataclass
class Seen:
    """What the visitors met. A connection that is refused was asked nothing, and lost nothing."""

    answers: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    def await_more(self, count: int) -> None:
        """Wait until so many more were answered."""
        wanted = self.total + count
        until(lambda: self.total >= wanted)


Choose = Callable[[Random], Request]
Heed = Callable[[Request, int, bytes], None]  # the request, its status, and its head


@contextmanager
def visitors(address: str, count: int, choose: Choose, heed: Heed | None = None) -> Iterator[Seen]:
    """So many come; in the end each has had its last answer, and has gone."""
    seen, is_over = Seen(), threading.Event()
    port = urlsplit(address).port

    async def visit(number: int) -> None:
        chance, link = Random(number), None
        while not is_over.is_set():
            if link is None or link[0].at_eof():
                await _closed(link)
                link = await _connected(port, seen)
                if link is None:
                    await asyncio.sleep(PAUSE)
                    continue
            request, keeps = choose(chance), number % 2 == 0
            try:
                status, head = await asyncio.wait_for(_ask(*link, request, keeps=keeps), PATIENCE)
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                seen.failures.append(f"{request.path}: {type(error).__name__} {error}")
                link = await _closed(link)
                continue
            seen.answers[status] += 1
            if heed is not None:
                heed(request, status, head)
            if not keeps or b"\r\nconnection: close\r\n" in head.lower():
                link = await _closed(link)
            await asyncio.sleep(chance.random() * PAUSE)
        await _closed(link)

    async def every() -> None:
        await asyncio.gather(*(visit(number) for number in range(count)))

    thread = threading.Thread(target=asyncio.run, args=(every(),), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _connected(port: int | None, seen: Seen) -> Link | None:
    try:
        return await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        seen.refused += 1
        return None


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request, *, keeps: bool
) -> tuple[int, bytes]:
    """The status and the head of a whole answer. Raises `EOFError` or `OSError`."""
    writer.write(request.sent(keeps=keeps))
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if length:
        await reader.readexactly(int(length[0].partition(b":")[2]))
    elif status not in (204, 304):
        await _chunks(reader)
    return status, head


async def _chunks(reader: asyncio.StreamReader) -> None:
    size = -1
    while size:
        size = int(await reader.readline(), 16)
        await reader.readexactly(size + 2)


async def _closed(link: Link | None) -> Link | None:
    """No connection any more, once it is closed."""
    if link is not None:
        link[1].close()
        with suppress(OSError):
            await link[1].wait_closed()
    return None
