"""What is answered in front of the framework is bounded, and never anything but a whole tile."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive, Scope, Send

from server.hot import OVERHEAD, HotTiles

PATH = "/tiles/flood/14/0/0.geojson"


class Inner:
    """An app that counts how often it is asked."""

    def __init__(self, control: bytes = b"immutable", status: int = 200) -> None:
        self.asked: list[str] = []
        self._status = status
        self._headers = [(b"etag", b'"a"'), (b"cache-control", control)]

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await send(
            {"type": "http.response.start", "status": self._status, "headers": self._headers}
        )
        await send({"type": "http.response.body", "body": b"x" * 100})


def ask(app: HotTiles, path: str = PATH, query: bytes = b"", method: str = "GET") -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": []}
    asyncio.run(app(scope, receive, send))
    return sent


def asked_again(inner: Inner, path: str = PATH, query: bytes = b"", method: str = "GET") -> bool:
    app = HotTiles(inner, 1 << 20)
    first = ask(app, path, query, method)
    assert ask(app, path, query, method) == first
    return len(inner.asked) == 2


def test_a_tile_is_answered_without_asking_again() -> None:
    assert not asked_again(Inner())
    assert not asked_again(Inner(), query=b"v=0a1b")
    assert not asked_again(Inner(b"no-cache"))
    assert not asked_again(Inner(), path=PATH.replace("geojson", "mvt"))


def test_nothing_else_is_kept() -> None:
    assert asked_again(Inner(), query=b"v=0a1b&x=1")
    assert asked_again(Inner(), query=b"x=1")
    assert asked_again(Inner(b"no-store"), query=b"v=0a1b")
    assert asked_again(Inner(b"no-cache"), query=b"v=0a1b")
    assert asked_again(Inner(b"no-store"))
    assert asked_again(Inner(status=404))
    assert asked_again(Inner(), path="/requests/1")
    assert asked_again(Inner(), path="/tiles/flood.json")
    assert asked_again(Inner(), method="HEAD")


def test_the_oldest_answers_leave_when_it_is_full() -> None:
    inner = Inner()
    app = HotTiles(inner, 3 * (100 + OVERHEAD))
    paths = [PATH.replace("0.geojson", f"{y}.geojson") for y in range(5)]
    for path in [*paths, *reversed(paths)]:
        ask(app, path)
    assert inner.asked == [*paths, paths[1], paths[0]]


def test_nothing_is_kept_over_a_swap_of_the_catalogue() -> None:
    inner = Inner(b"no-cache")
    app = HotTiles(inner, 1 << 20)
    ask(app)
    app.clear()
    ask(app)
    assert len(inner.asked) == 2


def test_what_is_answered_during_a_swap_is_not_kept() -> None:
    class Swapping(Inner):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if not self.asked:
                app.clear()
            await super().__call__(scope, receive, send)

    inner = Swapping(b"no-cache")
    app = HotTiles(inner, 1 << 20)
    for _ in range(3):
        ask(app)
    assert len(inner.asked) == 2
