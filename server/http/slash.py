"""An address with a slash too many leads to the one without."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.routing import Match, Router
from starlette.types import Receive, Scope, Send


class WithoutSlash:
    """Answers what no route does: by a redirect within the host, however it was called.

    The framework's own names the host and the scheme that the request states, which anybody can
    write. An address that has no route without its slash either is left to the router.
    """

    def __init__(self, router: Router) -> None:
        self._router, self._otherwise = router, router.default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        written = scope.get("raw_path") or b""
        if scope["type"] == "http" and written.endswith(b"/") and self._is_known(scope):
            address = written.rstrip(b"/").decode("latin-1")
            if query := scope["query_string"].decode("latin-1"):
                address += f"?{query}"
            await RedirectResponse(address)(scope, receive, send)
        else:
            await self._otherwise(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        shorter = {**scope, "path": scope["path"].rstrip("/")}
        return any(route.matches(shorter)[0] != Match.NONE for route in self._router.routes)
