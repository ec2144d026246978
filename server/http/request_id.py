"""A name for each request: in every line that is logged meanwhile, and in the answer.

So that whoever meets a fault can say which, and it is found in the log. The name tells nothing of
the request.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.counting import TILE
from server.http.proxies import Network, is_trusted
from server.logs import REQUEST

HEADER = "X-Request-ID"
NAMED = re.compile(r"[A-Za-z0-9_.-]{8,64}")  # what proxies give: of nginx 32 digits, or a UUID


class RequestIds:
    """ASGI middleware: takes the name that one of `proxies` gave, or makes one.

    A tile is sent without it, and with the same headers to everybody: it may come from memory.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = self._given(scope) or uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = name
        REQUEST.set(name)  # of the task that answers this request alone, and its threads

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_tile = scope["path"].startswith(TILE) and message["status"] < 400
                if not is_tile:
                    MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        await self._app(scope, receive, named)

    def _given(self, scope: Scope) -> str | None:
        """The name that a trusted proxy gave; whatever else comes is not let into the log."""
        name = Headers(scope=scope).get(HEADER)
        peer = scope.get("client")
        if name is None or peer is None or not is_trusted(self._proxies, peer[0]):
            return None
        return name if NAMED.fullmatch(name) else None
