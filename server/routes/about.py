"""Pages about the service itself: terms, privacy, accessibility, contact."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from server.http.language import language_of
from server.http.responses import REVALIDATE
from server.pages.render import Pages

READ = ["GET", "HEAD"]
ABOUT = ("terms", "privacy", "accessibility", "contact")


def about_router(pages: Callable[[], Pages]) -> APIRouter:
    """`/terms`, `/privacy`, `/accessibility` and `/contact`."""
    router = APIRouter()

    def page(request: Request) -> Response:
        lang = language_of(request)
        name = request.url.path.removeprefix("/")
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return HTMLResponse(
            pages().render(f"{name}.html", lang, here=here), headers={"Cache-Control": REVALIDATE}
        )

    for name in ABOUT:
        router.add_api_route(f"/{name}", page, methods=READ)
    return router
