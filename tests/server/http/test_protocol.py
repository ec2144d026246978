"""Kept tiles over a connection: in turn with everything else, and no easier to abuse."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from server.http.protocol import LONGEST_HEAD, TileProtocol
from server.http.tile_memory import HotTiles, KeepTiles

TILE = "/tiles/flood/14/0/0.geojson"
PATIENCE = 60.0  # seconds


class App:
    """Tiles whose body is their path, anything else with the body sent; counts what it is asked."""

    def __init__(self) -> None:
        self.state = SimpleNamespace(hot=HotTiles(1 << 20))
        self.asked: list[str] = []
        self._app = KeepTiles(self._answer, self.state.hot)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request.url.path)
        sent = await request.body()
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

    def close(self) -> None:
        self._socket.close()


def get(path: str = TILE, *fields: str, version: str = "1.1") -> str:
    return "\r\n".join([f"GET {path} HTTP/{version}", "Host: city", *fields, "", ""])


@pytest.fixture
def app() -> App:
    return App()


class ImpatientProtocol(TileProtocol):
    idle_s = 0.2


@pytest.fixture
def port(app: App) -> Iterator[int]:
    config = uvicorn.Config(
        app,
        port=0,
        loop="uvloop",
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture
def connection(port: int) -> Iterator[Connection]:
    connection = Connection(port)
    yield connection
    connection.close()


def test_a_kept_tile_is_answered_without_asking_the_app(app: App, connection: Connection) -> None:
    connection.say(get())
    first = connection.answer()
    connection.say(get())
    head, body = connection.answer()
    assert app.asked == [TILE]
    assert body == first[1] == TILE
    assert sorted(head.splitlines()) == sorted(first[0].splitlines())
    connection.say(get(TILE, 'If-None-Match: "a"'))
    head, body = connection.answer()
    assert head.startswith("HTTP/1.1 304 Not Modified\r\n")
    assert "content-length" not in head
    assert "date: " in head
    assert app.asked == [TILE]


def test_answers_come_in_the_order_of_the_requests(app: App, connection: Connection) -> None:
    connection.say(get())
    connection.answer()
    paths = [TILE, "/a", TILE, TILE, "/b", TILE]
    connection.say(*map(get, paths))
    assert [connection.answer()[1] for _ in paths] == paths
    assert app.asked.count("/a") == app.asked.count("/b") == 1


@pytest.mark.parametrize("cut", [1, 5, 30, 60])
def test_a_request_may_come_in_pieces(connection: Connection, cut: int) -> None:
    for _ in range(2):
        text = get(TILE, "Accept-Encoding: gzip", "X-Other: much")
        connection.say(text[:cut])
        time.sleep(0.02)
        connection.say(text[cut:])
        assert connection.answer()[1] == TILE


@pytest.mark.parametrize(
    "request_",
    [
        get(TILE, "Accept-Encoding: gzip", "Accept-Encoding: identity"),
        get(TILE, "Upgrade: h2c", "Connection: Upgrade"),
        get(TILE + "?"),
        get("http://city" + TILE),
    ],
)
def test_what_is_not_plain_goes_to_the_app(app: App, connection: Connection, request_: str) -> None:
    for plain in (get(TILE, "Accept-Encoding: gzip"), get()):
        connection.say(plain)
        connection.answer()
    asked = len(app.asked)
    connection.say(request_)
    assert connection.answer()[0].startswith("HTTP/1.1 200 ")
    assert len(app.asked) == asked + 1


def test_a_head_has_no_body(app: App, connection: Connection) -> None:
    connection.say(get())
    connection.answer()
    connection.say(get().replace("GET", "HEAD"), get("/a"))
    assert f"content-length: {len(TILE)}" in connection.head()
    assert connection.answer()[1] == "/a"
    assert app.asked == [TILE, TILE, "/a"]


def test_a_get_with_a_body_is_read_whole(app: App, connection: Connection) -> None:
    connection.say(get())
    connection.answer()
    connection.say(get(TILE, "Content-Length: 5"), "hello")
    assert connection.answer()[1] == "hello"
    connection.say(get())
    assert connection.answer()[1] == TILE
    assert app.asked == [TILE, TILE]


def test_a_body_may_be_longer_than_a_head(connection: Connection) -> None:
    long = "x" * (2 * LONGEST_HEAD)
    connection.say(get("/", f"Content-Length: {len(long)}").replace("GET", "POST"), long)
    assert connection.answer()[1] == long
    connection.say(get())
    assert connection.answer()[1] == TILE


def test_who_reads_slowly_gets_it_all(connection: Connection) -> None:
    long = "x" * 4_000_000
    connection.say(get("/", f"Content-Length: {len(long)}").replace("GET", "POST"), long)
    time.sleep(4 * ImpatientProtocol.idle_s)
    assert connection.answer()[1] == long


@pytest.mark.parametrize("last", [get(TILE, "Connection: close"), get(version="1.0")])
def test_a_connection_is_closed_as_the_client_wishes(connection: Connection, last: str) -> None:
    connection.say(get())
    connection.answer()
    connection.say(last)
    head, body = connection.answer()
    assert (head.splitlines()[0], body) == ("HTTP/1.1 200 OK", TILE)
    assert connection.is_closed()


def test_a_head_that_does_not_end_is_refused(app: App, connection: Connection) -> None:
    connection.say(get())
    connection.answer()
    connection.say(get().removesuffix("\r\n"), "X-Much: ")
    for _ in range(2):
        connection.say("x" * LONGEST_HEAD)
        time.sleep(0.05)
    assert connection.answer()[0].startswith("HTTP/1.1 400 ")
    assert app.asked == [TILE]


@pytest.mark.parametrize("said", ["", "GET /tiles", get()])
def test_a_silent_connection_is_closed(connection: Connection, said: str) -> None:
    connection.say(said)
    if said == get():
        connection.answer()
    assert connection.is_closed()
