"""The page that a form is on, by the address it is sent to."""

from __future__ import annotations

from fastapi import Request
from starlette.routing import Match


def form_page(request: Request) -> str:
    """The path the form was sent to, or the nearest above it that answers with a page."""
    path = request.url.path
    while path.count("/") > 1 and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return path


def _is_page(request: Request, path: str) -> bool:
    scope = {**request.scope, "path": path, "method": "GET"}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
