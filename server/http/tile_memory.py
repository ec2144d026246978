"""Tiles already answered, as they go over the wire: exact hits, the same bytes and headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.ranges import names_etag
from server.http.responses import accepts_gzip

TARGET = re.compile(rb"/tiles/[a-z][a-z0-9_]*/\d+/\d+/\d+\.(?:geojson|mvt|pbf)(?:\?v=[0-9a-f]+)?")
OVERHEAD = 1024  # bytes counted for an answer beside its body
EMPTY = 64  # bytes that a body has more of than a tile with nothing in it
FOR_EMPTY = 8  # one byte of so many is for tiles with nothing in them
STATUSES = {200: b"200 OK", 204: b"204 No Content"}

Fields = Iterable[tuple[bytes, bytes]]
Key = tuple[bytes, bool]


class Answer(NamedTuple):
    """What was sent, and the head that is sent to one who has it; a head lacks its empty line.

    An answer without a body has no `etag` and is sent to everyone.
    """

    etag: str | None
    head: bytes
    body: bytes
    unchanged: bytes


class Kept:
    """Up to `capacity` bytes of answers, the oldest leave first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._answers: dict[Key, Answer] = {}
        self._size = 0
        self.get = self._answers.get

    def add(self, key: Key, answer: Answer) -> None:
        """Keep an answer that is not kept yet."""
        if key in self._answers:
            return
        self._answers[key] = answer
        self._size += len(answer.body) + OVERHEAD
        while self._size > self._capacity:
            oldest = self._answers.pop(next(iter(self._answers)))
            self._size -= len(oldest.body) + OVERHEAD


class HotTiles:
    """Keeps up to `capacity` bytes of answers, the oldest leave first.

    Only what may be kept by others is kept here: answers of 200 and 204 to GET whose address has no
    other query than the revision served, so that made-up queries do not fill it. Tiles with nothing
    in them are without number: they have a part of their own, and leave the others theirs.
    `sent` is told the address of each that `server.http.protocol` sends from here.
    """

    def __init__(self, capacity: int, sent: Callable[[bytes], None] = lambda _target: None) -> None:
        self._capacity, self.sent = capacity, sent
        self.hits = 0  # since whoever counts them looked last
        self.clear()

    def clear(self) -> None:
        """Forget all, also what is being answered now: another catalogue is served from here on."""
        self.epoch = object()
        for_empty = self._capacity // FOR_EMPTY
        self._full, self._empty = Kept(self._capacity - for_empty), Kept(for_empty)

    def find(self, target: bytes, headers: Mapping[bytes, bytes]) -> tuple[bytes, bytes] | None:
        """The head, without its empty line, and the body that answer a GET of `target`."""
        key = (target, _gzip(headers.get(b"accept-encoding", b"")))
        answer = self._full.get(key) or self._empty.get(key)
        if answer is None:
            return None
        tags = headers.get(b"if-none-match")
        if tags is None or answer.etag is None:
            return answer.head, answer.body
        if names_etag(tags.decode("latin-1"), answer.etag):
            return answer.unchanged, b""
        return answer.head, answer.body

    def keep(self, target: bytes, accepted: str, start: Message, body: bytes) -> None:
        """Keep an answer if it is one of a tile that stays what it is."""
        headers = dict(start["headers"])
        control = headers.get(b"cache-control", b"")
        stays = b"immutable" in control if b"?" in target else control != b"no-store"
        status = STATUSES.get(start["status"])
        if status is None or not stays or (body and b"etag" not in headers):
            return
        if not TARGET.fullmatch(target):
            return
        kept = self._full if len(body) > EMPTY else self._empty
        kept.add(
            (target, accepts_gzip(accepted)),
            Answer(
                headers[b"etag"].decode("latin-1") if body else None,
                _head(status, start["headers"]),
                body,
                _head(b"304 Not Modified", _without_body(start["headers"])),
            ),
        )


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
