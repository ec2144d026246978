"""The public list of requests over HTTP: a page, JSON, and feeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from server.desk.answers.answers import Answers
from server.desk.answers.publications import Order, PublicRequest, Selection
from server.desk.errors import RequestNotFound
from server.desk.intake.requests import read_number
from server.desk.labels import CATEGORIES, STATES, category_labels
from server.http.language import language_of
from server.http.links import origin, path_and_query
from server.http.page_or_json import wants_page
from server.http.query import Query
from server.http.responses import READ, REVALIDATE
from server.http.turns import Turns
from server.pages.render import Pages
from server.pages.request_feed import Feed, feed
from server.pages.request_list import pages_of, request_list, to_json
from server.texts import LANGUAGES, Translate, translator
from server.texts.wording import site_title

ORDERS: tuple[Order, ...] = get_args(Order)
PARAMETERS = ("q", "state", "category", "order", "page", "lang", "f")
LONGEST = 100  # characters that are searched for
MOST_PAGES = 100_000
HEADERS = {"Cache-Control": REVALIDATE, "Vary": "Accept"}


def request_list_router(
    answers: Answers,
    pages: Callable[[], Pages],
    turns: Turns,
    base_url: str | None,
    *,
    is_moderated: bool = True,
) -> APIRouter:
    """`/requests` and its feeds; the page says whether requests are looked at before.

    Raises `InvalidQuery`, `RequestNotFound`, `DeskUnavailable`.
    """
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
        matches, total = answers.page(selection, page)
        if page > pages_of(total):
            raise RequestNotFound
        if not is_page:
            document = {
                "requests": [to_json(each) for each in matches],
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
            is_moderated=is_moderated,
            list=request_list(matches, total, page, selection, translator(lang)),
        )
        return HTMLResponse(content, headers=HEADERS)

    @router.api_route("/requests.atom", methods=READ)
    @turns.taking
    def news(request: Request) -> Response:
        query = Query.of(request)
        category = query.choice("category", CATEGORIES)
        page = query.whole("page", 1, MOST_PAGES) or 1
        matches, total = answers.page(Selection(category=category, order="changed"), page)
        if page > pages_of(total):
            raise RequestNotFound
        _ = translator(language_of(request))
        name = _("Requests for layers")
        about = _feed_of(
            request,
            title=f"{name} – {category_labels(_)[category]}" if category else name,
            path="/requests.atom",
            page=f"/requests?category={category}" if category else "/requests",
        )
        about = replace(about, category=category, number=page, pages=pages_of(total))
        return _feed(matches, about, _)

    @router.api_route("/requests/{number}.atom", methods=READ)
    @turns.taking
    def news_of_request(number: str, request: Request) -> Response:
        public = answers.public(read_number(number))
        _ = translator(language_of(request))
        page = f"/requests/{public.number}"
        title = _("Request No. {number}").format(number=public.number)
        return _feed([public], _feed_of(request, title, f"{page}.atom", page), _)

    def _feed_of(request: Request, title: str, path: str, page: str) -> Feed:
        lang, city = language_of(request), pages().city
        return Feed(
            title=title,
            path=path,
            page=page,
            at=origin(request, base_url),
            author=site_title(city, lang, translator(lang)),
            city=city.code,
            lang=lang,
            tag=LANGUAGES[lang].tag,
        )

    return router


def _feed(requests: Sequence[PublicRequest], of: Feed, _: Translate) -> Response:
    headers = {"Cache-Control": REVALIDATE}
    return Response(feed(requests, of, _), media_type="application/atom+xml", headers=headers)
