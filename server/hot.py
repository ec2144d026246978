"""Tiles already answered, in front of the framework: exact hits, the same bytes and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.responses import accepts_gzip, has

TILE_PATH = re.compile(r"/tiles/[a-z][a-z0-9_]*/\d+/\d+/\d+\.(?:geojson|mvt)")
QUERY = re.compile(rb"|v=[0-9a-f]+")
OVERHEAD = 1024  # bytes counted for an answer beside its body

Key = tuple[str, bytes, bool]


class Answer(NamedTuple):
    """What was sent, and what is sent to one who has it."""

    etag: str
    start: Message
    body: Message
    unchanged: Message


class HotTiles:
    """ASGI middleware. Keeps up to `capacity` bytes of answers, the oldest leave first.

    Only what may be kept by others is kept here: answers of 200 to GET whose address has no other
    query than the revision served, so that made-up queries do not fill it.
    """

    def __init__(self, app: ASGIApp, capacity: int) -> None:
        self._app = app
        self._capacity = capacity
        self.clear()

    def clear(self) -> None:
        """Forget all, also what is being answered now: another catalogue is served from here on."""
        self.epoch = object()
        self._kept: dict[Key, Answer] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        accepted = known = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value if not accepted else accepted + b"," + value
            elif name == b"if-none-match":
                known = value if not known else known + b"," + value
        key = (scope["path"], scope["query_string"], _gzip(accepted))
        answer = self._kept.get(key)
        if answer is None:
            await self._app(scope, receive, _Recorder(self, key, send).send)
        elif known and has(known.decode("latin-1"), answer.etag):
            await send(answer.unchanged)
            await send(EMPTY)
        else:
            await send(answer.start)
            await send(answer.body)

    def keep(self, key: Key, start: Message, body: Message) -> None:
        """Keep an answer if it is one of a tile that stays what it is."""
        headers = dict(start["headers"])
        control = headers.get(b"cache-control", b"")
        stays = b"immutable" in control if key[1] else control != b"no-store"
        if start["status"] != 200 or not stays or b"etag" not in headers:
            return
        if not TILE_PATH.fullmatch(key[0]) or not QUERY.fullmatch(key[1]) or key in self._kept:
            return
        unchanged = {**start, "status": 304, "headers": _without_body(start["headers"])}
        self._kept[key] = Answer(headers[b"etag"].decode("latin-1"), start, body, unchanged)
        self._size += len(body["body"]) + OVERHEAD
        while self._size > self._capacity:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._size -= len(oldest.body["body"]) + OVERHEAD


class _Recorder:
    """Passes an answer on, and offers it for keeping when it was sent whole."""

    def __init__(self, hot: HotTiles, key: Key, send: Send) -> None:
        self._hot, self._key, self._send = hot, key, send
        self._epoch = hot.epoch
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self._start = message
        elif self._start is None or message.get("more_body", False):
            return
        elif self._epoch is self._hot.epoch:
            self._hot.keep(self._key, self._start, message)


EMPTY: Message = {"type": "http.response.body", "body": b""}


@lru_cache(maxsize=256)
def _gzip(accepted: bytes) -> bool:
    return accepts_gzip(accepted.decode("latin-1"))


def _without_body(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a 304 as the framework sends it: nothing about a body that is not there."""
    left_out = (b"content-length", b"content-type")
    return [(name, value) for name, value in headers if name not in left_out]
