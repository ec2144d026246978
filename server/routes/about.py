"""Pages about the service itself: terms, privacy, accessibility, contact."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from server.http.language import language_of
from server.http.links import path_and_query
from server.http.responses import READ, REVALIDATE
from server.pages.render import Pages

ABOUT = ("terms", "privacy", "accessibility", "contact")


def about_router(pages: Callable[[], Pages]) -> APIRouter:
    """`/terms`, `/privacy`, `/accessibility` and `/contact`."""
    router = APIRouter()

    def page(request: Request) -> Response:
        lang = language_of(request)
        name = request.url.path.removeprefix("/")
        here = path_and_query(request)
        return HTMLResponse(
            pages().render(f"{name}.html", lang, here=here), headers={"Cache-Control": REVALIDATE}
        )

    for name in ABOUT:
        router.add_api_route(f"/{name}", page, methods=READ)
    return router
