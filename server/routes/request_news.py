"""News of a request by e-mail, over HTTP: the pages that the links in mails lead to.

A link opens a page and changes nothing, for whatever scans a mail opens its links; the button does.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.desk.intake.requests import read_number
from server.desk.mail.news import News
from server.http.language import language_of
from server.http.links import path_and_query
from server.http.own_site import refuse_foreign
from server.http.query import Query
from server.http.responses import PRIVATE_FORM, READ
from server.pages.render import Pages


def request_news_router(news: News, pages: Callable[[], Pages], base_url: str | None) -> APIRouter:
    """`/requests/{number}/news/…`. Raises `RequestNotFound`, `ForeignForm`, `DeskUnavailable`."""
    router = APIRouter(prefix="/requests/{number}/news", include_in_schema=False)

    @router.api_route("/confirm", methods=READ)
    def confirmation(number: str, request: Request) -> Response:
        return page(number, request, news.of_token(read_number(number), _key(request)), "confirm")

    @router.post("/confirm")
    def confirm(number: str, request: Request) -> Response:
        refuse_foreign(request, base_url)
        news.confirm(read_number(number), _key(request))
        return RedirectResponse(path_and_query(request), status_code=303, headers=PRIVATE_FORM)

    @router.api_route("/stop", methods=READ)
    def ending(number: str, request: Request) -> Response:
        return page(number, request, news.of_token(read_number(number), _key(request)), "stop")

    @router.post("/stop")
    def stop(number: str, request: Request) -> Response:
        # Pressed in a mail program, it comes from anywhere and in any form (RFC 8058).
        state = news.stop(read_number(number), _key(request))
        return page(number, request, state, "stop")

    def page(number: str, request: Request, state: str, action: str) -> Response:
        content = pages().render(
            "request_news.html",
            language_of(request),
            here=path_and_query(request),
            number=read_number(number),
            state=state,
            action=action,
        )
        return HTMLResponse(content, headers=PRIVATE_FORM)

    return router


def _key(request: Request) -> str:
    return Query.of(request).text("key") or ""
