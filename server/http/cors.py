"""Answers that pages of other sites may read: all but those that say they are of this one only.

They are the same for every origin and without any, so that one cached answer serves all. Nothing
depends on who asks: there are no cookies but the choice of a language and the support of a request,
and none is sent along. Starlette's middleware answers by `Origin` and would make
caches keep one answer for each.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.responses import READ

CLOSED = "Cross-Origin-Resource-Policy"  # of what is not for other sites (Fetch, 3.7)
KEY = b"key="  # of an address that is somebody's own: not its errors and redirects either
OPEN = {
    "Access-Control-Allow-Origin": "*",
    # Of the rest a script may read the usual ones anyway (Fetch, CORS-safelisted response headers).
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Crs, Content-Disposition, "
    "Content-Encoding, Content-Length, Content-Range, ETag, Retry-After",
}
PREFLIGHT = {
    **OPEN,
    "Access-Control-Allow-Methods": ", ".join(READ),
    # By name too: Safari before 15.4 knows no asterisk.
    "Access-Control-Allow-Headers": "*, Accept-Language, Cache-Control, Content-Type, "
    "If-None-Match, If-Range, Pragma, Range, X-Requested-With",
    "Access-Control-Max-Age": "86400",  # seconds
}


class OpenAnswers:
    """ASGI middleware: says that answers to `READ` are open, and answers who asks beforehand."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if CLOSED not in headers and KEY not in scope["query_string"]:
                    headers.update(OPEN)
            await send(message)

        if scope["type"] != "http" or scope["method"] not in (*READ, "OPTIONS"):
            await self._app(scope, receive, send)
        elif is_preflight(scope):
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
        else:
            await self._app(scope, receive, send_open)


def is_preflight(scope: Scope) -> bool:
    """Whether a browser asks if it may ask (Fetch, 4.8)."""
    headers = Headers(scope=scope)
    return (
        scope["method"] == "OPTIONS"
        and "origin" in headers
        and "access-control-request-method" in headers
    )
