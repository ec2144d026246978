"""A connection whose client says exactly what it is told to, and a service that repeats it."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from server.http.connections import Connections
from server.http.protocol import TileProtocol
from server.http.tile_memory import HotTiles, KeepTiles

TILE = "/tiles/flood/14/0/0.geojson"
EMPTY = "/tiles/flood/14/0/1.geojson"
LONG = "/long"
LENGTH = 8_000_000  # bytes of its answer: more than the kernel takes of it unread
PATIENCE = 60.0  # seconds


class App:
    """Tiles whose body is their path, anything else with the body sent; counts what it is asked.

    The tile `EMPTY` has nothing in it, `/long` has `LENGTH` bytes, and `/later` is answered when
    `turn` is set.
    """

    def __init__(self, most: int = 1000) -> None:
        self.state = SimpleNamespace(hot=HotTiles(1 << 20), connections=Connections(most))
        self.asked: list[str] = []
        self.fields: list[list[str]] = []
        self.lost = 0
        self.turn = threading.Event()
        self._app = KeepTiles(self._answer, self.state.hot)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request.url.path)
        if request.url.path == "/later":
            await asyncio.to_thread(self.turn.wait)
        try:
            sent = await request.body()
        except ClientDisconnect:
            self.lost += 1
            raise
        self.fields.append(request.headers.keys())
        if request.url.path == EMPTY:
            await Response(status_code=204)(scope, receive, send)
            return
        if request.url.path == LONG:
            sent = b"x" * LENGTH
        headers = {"etag": '"a"', "cache-control": "no-cache"}
        await Response(sent or request.url.path, headers=headers)(scope, receive, send)


class Connection:
    """A client that says exactly what it is told to."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._unread = b""

    def say(self, *requests: str) -> None:
        self._socket.sendall("".join(requests).encode())

    def head(self) -> str:
        """The next answer's head."""
        while b"\r\n\r\n" not in self._unread:
            self._more()
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        return head.decode()

    def answer(self) -> tuple[str, str]:
        """The next answer's head and body."""
        head = self.head()
        found = re.search(r"content-length: (\d+)", head)
        length = int(found[1]) if found else 0
        while len(self._unread) < length:
            self._more()
        body, self._unread = self._unread[:length], self._unread[length:]
        return head, body.decode()

    def is_closed(self) -> bool:
        """Whether the server has nothing more to say; waits for it."""
        return not self._unread and not self._socket.recv(1)

    def _more(self) -> None:
        received = self._socket.recv(65536)
        assert received, "closed before the answer was whole"
        self._unread += received

    def read(self, most: int) -> int:
        """How many bytes of a body, up to `most`, are read now."""
        if self._unread:
            read, self._unread = self._unread[:most], self._unread[most:]
            return len(read)
        return len(self._socket.recv(most))

    def send_in_background(self, data: bytes) -> None:
        """Send it all while the caller goes on."""
        threading.Thread(target=self._socket.sendall, args=(data,), daemon=True).start()

    def send_until_closed(self, part: bytes, pause_s: float = 0, most: int = 1 << 24) -> int:
        """How many bytes of `part`, again and again, the server and the kernel take; or `most`."""
        sent = 0
        while sent < most:
            try:
                self._socket.sendall(part)
            except OSError:
                break
            sent += len(part)
            time.sleep(pause_s)
        return sent

    def close(self) -> None:
        self._socket.close()


def get(path: str = TILE, *fields: str, version: str = "1.1") -> str:
    return "\r\n".join([f"GET {path} HTTP/{version}", "Host: city", *fields, "", ""])


def post(path: str, *fields: str) -> str:
    """The head of a POST."""
    return get(path, *fields).replace("GET", "POST", 1)


def eventually(state: Callable[[], bool]) -> bool:
    """Whether the state is reached."""
    deadline = time.monotonic() + PATIENCE
    while not state():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def serving(app: App, protocol: type[TileProtocol]) -> Iterator[uvicorn.Server]:
    """The app, served in a thread."""
    config = uvicorn.Config(
        app,
        port=0,
        loop="uvloop",
        http=protocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert eventually(lambda: server.started)
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join()


def port_of(server: uvicorn.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
