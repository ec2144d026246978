"""Headers that every answer carries, and those of an answer about a place."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.errors import RETRY_AFTER

# No asset comes from another host; only a reader who chooses GSI's tiles asks for theirs.
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: https://cyberjapandata.gsi.go.jp",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)


def content_security_policy(*ancestors: str) -> str:
    """The policy of a page that these origins too may show in a frame."""
    return "; ".join([*POLICY, " ".join(["frame-ancestors 'self'", *ancestors])])


# What a page may ask of a device: where it is, by the button for it (W3C Permissions Policy). In a
# frame it may no more than the page around it lets it.
DEVICE = (
    "camera=(), display-capture=(), geolocation=(self), microphone=(), midi=(), payment=(), usb=()"
)
SECURITY = {
    "Content-Security-Policy": content_security_policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": DEVICE,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
USUAL = {**SECURITY, "Cache-Control": "no-store"}
LATER = frozenset({429, 503})  # statuses of what may be asked for again
# A place asked for is neither stored, nor handed on in a referrer, nor indexed.
PLACE_HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Accept",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class UsualHeaders:
    """ASGI middleware: what an answer does not say itself, `USUAL` says, and when to come back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                usual = USUAL | RETRY_AFTER if message["status"] in LATER else USUAL
                for name, value in usual.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
