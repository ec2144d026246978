"""What is kept of answers is bounded, and never anything but a whole tile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.http.tile_memory import FOR_EMPTY, OVERHEAD, HotTiles, KeepTiles

PATH = "/tiles/flood/14/0/0.geojson"
GZIP = {b"accept-encoding": b"gzip"}


class App:
    """An app that answers every request alike, with its answers offered for keeping."""

    def __init__(
        self,
        control: str = "immutable",
        status: int = 200,
        body: Sequence[bytes] = (b"x" * 100,),
        capacity: int = 1 << 20,
    ) -> None:
        self.hot = HotTiles(capacity)
        headers = [(b"cache-control", control.encode())]
        if status != 204:
            headers = [(b"etag", b'"a"'), *headers, (b"content-length", b"100")]
        self._start = {"type": "http.response.start", "status": status, "headers": headers}
        self._body = body
        self.meanwhile: Callable[[], None] = lambda: None

    def answer_with(self, status: int, body: bytes) -> None:
        """Answer so from here on."""
        self._start, self._body = {**self._start, "status": status}, (body,)

    async def _answer(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.meanwhile()
        await send(self._start)
        for left, part in zip(range(len(self._body))[::-1], self._body, strict=True):
            await send({"type": "http.response.body", "body": part, "more_body": left > 0})

    def ask(
        self,
        path: str = PATH,
        query: str = "",
        method: str = "GET",
        accepted: Sequence[bytes] = (b"gzip",),
    ) -> bytes:
        """The target asked for; what is answered is offered for keeping."""

        async def receive() -> Message:
            raise AssertionError("nothing reads the request")

        async def send(_message: Message) -> None: ...

        scope = {
            "type": "http",
            "method": method,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(b"accept-encoding", value) for value in accepted],
        }
        asyncio.run(KeepTiles(self._answer, self.hot)(scope, receive, send))
        return f"{path}{'?' * bool(query)}{query}".encode()

    def keeps(self, path: str = PATH, query: str = "", method: str = "GET") -> bool:
        return self.hot.find(self.ask(path, query, method), GZIP) is not None


def capacity_for(tiles: int) -> int:
    """Bytes that so many tiles need beside the part of the empty ones."""
    return tiles * (100 + OVERHEAD) * FOR_EMPTY // (FOR_EMPTY - 1) + 1


def numbered(count: int) -> list[str]:
    """So many addresses of tiles."""
    return [PATH.replace("0.geojson", f"{y}.geojson") for y in range(count)]


def test_a_tile_is_kept() -> None:
    assert App().keeps()
    assert App().keeps(query="v=0a1b")
    assert App("no-cache").keeps()
    assert App().keeps(PATH.replace("geojson", "mvt"))
    assert App().keeps(PATH.replace("geojson", "pbf"))


def test_nothing_else_is_kept() -> None:
    assert not App().keeps(query="v=0a1b&x=1")
    assert not App().keeps(query="x=1")
    assert not App("no-store").keeps(query="v=0a1b")
    assert not App("no-cache").keeps(query="v=0a1b")
    assert not App("no-store").keeps()
    assert not App(status=404).keeps()
    assert not App().keeps("/requests/1")
    assert not App().keeps("/tiles/flood.json")
    assert not App().keeps(method="HEAD")
    assert not App(body=[b"x" * 50, b"x" * 50]).keeps()


def test_an_answer_is_found_as_it_was_sent() -> None:
    app = App()
    found = app.hot.find(app.ask(), GZIP)
    assert found is not None
    head, body = found
    assert head == (
        b'HTTP/1.1 200 OK\r\netag: "a"\r\ncache-control: immutable\r\ncontent-length: 100\r\n'
    )
    assert body == b"x" * 100


@pytest.mark.parametrize("known", [b'"a"', b'W/"a"', b'"b", "a"', b"*"])
def test_who_has_it_is_told_so(known: bytes) -> None:
    app = App()
    found = app.hot.find(app.ask(), GZIP | {b"if-none-match": known})
    assert found == (b'HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncache-control: immutable\r\n', b"")


def test_who_has_another_gets_it() -> None:
    app = App()
    for known in (b"", b'"b"'):
        found = app.hot.find(app.ask(), GZIP | {b"if-none-match": known})
        assert found is not None
        assert found[0].startswith(b"HTTP/1.1 200")


def test_an_answer_is_for_the_encoding_that_was_asked_for() -> None:
    app = App()
    target = app.ask(accepted=[b"gzip", b"identity"])  # the first is what the routes read
    assert app.hot.find(target, GZIP)
    assert app.hot.find(target, {b"accept-encoding": b"br, gzip;q=0.5"})
    assert not app.hot.find(target, {b"accept-encoding": b"identity"})
    assert not app.hot.find(target, {})


def test_the_oldest_answers_leave_when_it_is_full() -> None:
    app = App(capacity=capacity_for(3))
    targets = [app.ask(path) for path in numbered(5)]
    assert [bool(app.hot.find(target, GZIP)) for target in targets] == [False] * 2 + [True] * 3


@pytest.mark.parametrize("known", [None, b'"a"', b"*"])
def test_a_tile_with_nothing_in_it_is_kept_too(known: bytes | None) -> None:
    app = App(status=204, body=[b""])
    headers = GZIP if known is None else GZIP | {b"if-none-match": known}
    assert app.hot.find(app.ask(), headers) == (
        b"HTTP/1.1 204 No Content\r\ncache-control: immutable\r\n",
        b"",
    )


def test_tiles_with_nothing_in_them_leave_the_others_their_room() -> None:
    app = App(capacity=capacity_for(24))
    full = [app.ask(path) for path in numbered(24)]
    app.answer_with(204, b"")
    empty = [app.ask(path, "v=0") for path in numbered(24)]
    assert all(app.hot.find(target, GZIP) for target in full)
    assert [bool(app.hot.find(target, GZIP)) for target in empty] == [False] * 21 + [True] * 3


def test_nothing_is_kept_over_a_swap_of_the_catalogue() -> None:
    app = App("no-cache")
    target = app.ask()
    app.hot.clear()
    assert app.hot.find(target, GZIP) is None


def test_what_is_answered_during_a_swap_is_not_kept() -> None:
    app = App("no-cache")
    app.meanwhile = app.hot.clear
    target = app.ask()
    assert app.hot.find(target, GZIP) is None
