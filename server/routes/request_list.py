"""The public list of requests over HTTP: a page, JSON, and feeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from server.desk.answers import Answers, Order, Selection
from server.desk.errors import RequestNotFound
from server.desk.labels import CATEGORIES, STATES
from server.desk.requests import read_number
from server.http.language import language_of
from server.http.links import origin, path_and_query
from server.http.page_or_json import wants_page
from server.http.query import Query
from server.http.responses import READ, REVALIDATE
from server.http.turns import Turns
from server.pages.render import Pages
from server.pages.request_list import feed, pages_of, request_list, to_json
from server.texts import LANGUAGES, translator

ORDERS: tuple[Order, ...] = get_args(Order)
PARAMETERS = ("q", "state", "category", "order", "page", "lang", "f")
LONGEST = 100  # characters that are searched for
MOST_PAGES = 100_000
HEADERS = {"Cache-Control": REVALIDATE, "Vary": "Accept"}


def request_list_router(
    answers: Answers, pages: Callable[[], Pages], turns: Turns, base_url: str | None
) -> APIRouter:
    """`/requests` and its feeds. Raises `InvalidQuery`, `RequestNotFound`, `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/requests", methods=READ)
    @turns.taking
    def listing(request: Request) -> Response:
        query = Query.of_form(request)
        selection = Selection(
            state=query.choice("state", STATES),
            category=query.choice("category", CATEGORIES),
            text=(query.text("q", LONGEST) or "").strip(),
            order=query.choice("order", ORDERS) or "new",
        )
        page = query.whole("page", 1, MOST_PAGES) or 1
        is_page = wants_page(request)
        if not is_page:
            query.refuse_others(PARAMETERS)
        found, total = answers.page(selection, page)
        if page > pages_of(total):
            raise RequestNotFound
        if not is_page:
            document = {
                "requests": [to_json(each) for each in found],
                "total": total,
                "page": page,
                "pages": pages_of(total),
            }
            return JSONResponse(document, headers=HEADERS)
        lang = language_of(request)
        content = pages().render(
            "requests.html",
            lang,
            here=path_and_query(request),
            list=request_list(found, total, page, selection, translator(lang)),
        )
        return HTMLResponse(content, headers=HEADERS)

    @router.api_route("/requests.atom", methods=READ)
    @turns.taking
    def news(request: Request) -> Response:
        category = Query.of(request).choice("category", CATEGORIES)
        found, _total = answers.page(Selection(category=category, order="changed"), 1)
        lang = language_of(request)
        _ = translator(lang)
        address = f"/requests.atom?category={category}" if category else "/requests.atom"
        return _feed(feed(found, _("Requests for layers"), address, *_at(request, lang), _))

    @router.api_route("/requests/{number}.atom", methods=READ)
    @turns.taking
    def news_of_request(number: str, request: Request) -> Response:
        public = answers.public(read_number(number))
        lang = language_of(request)
        _ = translator(lang)
        title = _("Request No. {number}").format(number=public.number)
        address = f"/requests/{public.number}.atom"
        return _feed(feed([public], title, address, *_at(request, lang), _))

    def _at(request: Request, lang: str) -> tuple[str, str]:
        return origin(request, base_url), LANGUAGES[lang].tag

    return router


def _feed(content: bytes) -> Response:
    return Response(
        content, media_type="application/atom+xml", headers={"Cache-Control": REVALIDATE}
    )
