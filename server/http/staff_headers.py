"""What every answer under /staff has: kept by nobody, shown in no frame, read by no other site."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.cors import PREFLIGHT
from server.http.headers import POLICY

HOME = "/staff"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join([*POLICY, "frame-ancestors 'none'"]),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # a form has to say where it is sent from
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class StaffHeaders:
    """ASGI middleware: answers under /staff have `HEADERS`, also to what is refused or fails."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                for name in PREFLIGHT:
                    del headers[name]
            await send(message)

        is_closed = scope["type"] == "http" and is_staffs(scope["path"])
        await self._app(scope, receive, send_closed if is_closed else send)


def is_staffs(path: str) -> bool:
    """Whether a path is one of the staff pages'."""
    return path == HOME or path.startswith(f"{HOME}/")
