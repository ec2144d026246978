"""Pages about the service itself: terms, privacy, accessibility, contact."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from server.desk.figures.senders import LEAST
from server.desk.retention.retention import Retention
from server.http.language import language_of
from server.http.links import page_key, path_and_query
from server.http.responses import READ, REVALIDATE, answer
from server.http.turns import Turns
from server.pages.render import Pages

ABOUT = ("terms", "privacy", "accessibility", "contact")


def about_router(pages: Callable[[], Pages], turns: Turns, retention: Retention) -> APIRouter:
    """`/terms`, `/privacy`, `/accessibility` and `/contact`."""
    router = APIRouter()

    def page(request: Request) -> Response:
        lang = language_of(request)
        name = request.url.path.removeprefix("/")
        here = path_and_query(request)
        current = pages()
        body = current.kept(
            page_key(request, lang),
            lambda: current.render(
                f"{name}.html", lang, here=here, retention=retention, least_senders=LEAST
            ),
        )
        return answer(request, body, REVALIDATE)

    for name in ABOUT:
        router.add_api_route(f"/{name}", turns.taking(page), methods=READ)
    return router
