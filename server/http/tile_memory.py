"""Tiles already answered, as they go over the wire: exact hits, the same bytes and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.ranges import names_etag
from server.http.responses import accepts_gzip

TARGET = re.compile(rb"/tiles/[a-z][a-z0-9_]*/\d+/\d+/\d+\.(?:geojson|mvt|pbf)(?:\?v=[0-9a-f]+)?")
OVERHEAD = 1024  # bytes counted for an answer beside its body

Fields = Iterable[tuple[bytes, bytes]]
Key = tuple[bytes, bool]


class Answer(NamedTuple):
    """What was sent, and the head that is sent to one who has it; a head lacks its empty line."""

    etag: str
    head: bytes
    body: bytes
    unchanged: bytes


class HotTiles:
    """Keeps up to `capacity` bytes of answers, the oldest leave first.

    Only what may be kept by others is kept here: answers of 200 to GET whose address has no other
    query than the revision served, so that made-up queries do not fill it.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self.clear()

    def clear(self) -> None:
        """Forget all, also what is being answered now: another catalogue is served from here on."""
        self.epoch = object()
        self._answers: dict[Key, Answer] = {}
        self._size = 0

    def find(self, target: bytes, headers: Mapping[bytes, bytes]) -> tuple[bytes, bytes] | None:
        """The head, without its empty line, and the body that answer a GET of `target`."""
        answer = self._answers.get((target, _gzip(headers.get(b"accept-encoding", b""))))
        if answer is None:
            return None
        tags = headers.get(b"if-none-match")
        if tags is not None and names_etag(tags.decode("latin-1"), answer.etag):
            return answer.unchanged, b""
        return answer.head, answer.body

    def keep(self, target: bytes, accepted: str, start: Message, body: bytes) -> None:
        """Keep an answer if it is one of a tile that stays what it is."""
        key = (target, accepts_gzip(accepted))
        headers = dict(start["headers"])
        control = headers.get(b"cache-control", b"")
        stays = b"immutable" in control if b"?" in target else control != b"no-store"
        if start["status"] != 200 or not stays or b"etag" not in headers:
            return
        if not TARGET.fullmatch(target) or key in self._answers:
            return
        self._answers[key] = Answer(
            headers[b"etag"].decode("latin-1"),
            _head(b"200 OK", start["headers"]),
            body,
            _head(b"304 Not Modified", _without_body(start["headers"])),
        )
        self._size += len(body) + OVERHEAD
        while self._size > self._capacity:
            oldest = self._answers.pop(next(iter(self._answers)))
            self._size -= len(oldest.body) + OVERHEAD


class KeepTiles:
    """ASGI middleware: offers to `hot` what is answered to a GET, once it was sent whole."""

    def __init__(self, app: ASGIApp, hot: HotTiles) -> None:
        self._app, self._hot = app, hot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            send = _Recorder(self._hot, scope, send).send
        await self._app(scope, receive, send)


class _Recorder:
    """Passes an answer on, and offers it for keeping when it was sent whole."""

    def __init__(self, hot: HotTiles, scope: Scope, send: Send) -> None:
        self._hot, self._scope, self._send = hot, scope, send
        self._epoch = hot.epoch
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self._start = message
            return
        stays = self._epoch is self._hot.epoch and not message.get("more_body", False)
        if self._start is not None and stays:
            query = self._scope["query_string"]
            target = self._scope["raw_path"] + (b"?" + query if query else b"")
            accepted = Headers(scope=self._scope).get("accept-encoding", "")
            self._hot.keep(target, accepted, self._start, message["body"])
        self._start = None


@lru_cache(maxsize=256)
def _gzip(accepted: bytes) -> bool:
    return accepts_gzip(accepted.decode("latin-1"))


def _head(status: bytes, headers: Fields) -> bytes:
    return b"HTTP/1.1 %b\r\n" % status + b"".join(b"%b: %b\r\n" % header for header in headers)


def _without_body(headers: Fields) -> Fields:
    """The headers of a 304 as the framework sends it: nothing about a body that is not there."""
    left_out = (b"content-length", b"content-type")
    return [(name, value) for name, value in headers if name not in left_out]
