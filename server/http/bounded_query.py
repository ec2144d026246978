"""A query string has so many parameters, whatever the address."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.refusals import MANY_PARAMETERS, MOST_PARAMETERS


class BoundedQuery:
    """ASGI middleware: refuses a query string of more than `MOST_PARAMETERS`, unread."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_request = scope["type"] == "http"
        if is_request and scope["query_string"].count(b"&") >= MOST_PARAMETERS:
            await MANY_PARAMETERS.answer()(scope, receive, send)
        else:
            await self._app(scope, receive, send)
