"""Asks the service in this process: no socket, no server."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from starlette.types import ASGIApp, Message, Scope

PAGE = "text/html"


class Unanswered(Exception):
    """The service did not answer an address as it should; the text says how."""


class Answer(NamedTuple):
    """What came: the status, the headers by their names in small letters, and the bytes."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "application/octet-stream")


class Asking:
    """Asks `app` as a browser that reached it at `at` (scheme and host) would."""

    def __init__(self, app: ASGIApp, at: str) -> None:
        self._app = app
        self._scheme, self._host = urlsplit(at).scheme, urlsplit(at).netloc

    async def get(self, address: str, allowed: tuple[int, ...] = (200,)) -> Answer:
        """What the address is answered with. Raises `Unanswered` for another status."""
        parts = urlsplit(address)
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": self._scheme,
            "path": parts.path,
            "raw_path": quote(parts.path).encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(b"host", self._host.encode()), (b"accept", PAGE.encode())],
            "client": ("127.0.0.1", 0),
            "server": (self._host, None),
            "state": {},
        }
        start: Message = {"status": 500, "headers": []}
        body: list[bytes] = []

        asked, sent = asyncio.Event(), asyncio.Event()

        async def receive() -> Message:
            if not asked.is_set():
                asked.set()
                return {"type": "http.request", "body": b"", "more_body": False}
            await sent.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                body.append(message.get("body", b""))
                if not message.get("more_body"):
                    sent.set()

        await self._app(scope, receive, send)
        pairs: Any = start["headers"]
        headers = {name.decode().lower(): value.decode() for name, value in pairs}
        if start["status"] not in allowed:
            raise Unanswered(f"{address}: {start['status']}")
        return Answer(start["status"], headers, b"".join(body))
