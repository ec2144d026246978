"""The choice of a language, kept in the reader's browser."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from server.http.cookies import keep_cookie
from server.http.errors import InvalidQuery
from server.http.language import COOKIE
from server.http.links import with_language
from server.http.query import Query
from server.http.responses import NO_STORE, READ
from server.texts import LANGUAGES

OWN = re.compile(r"/(?![/\\])[\x21-\x7e]*")  # a path of this host, and no other host


def language_router() -> APIRouter:
    """`/language?lang=&to=`: remember the language and go back to the page. Raises `InvalidQuery`.

    A browser keeps the fragment of the address through the redirect.
    """
    router = APIRouter()

    @router.api_route("/language", methods=READ)
    def choose(request: Request) -> Response:
        query = Query.of(request)
        lang = query.choice("lang", LANGUAGES)
        to = query.matching("to", OWN, "a path of this site, such as /layers")
        if lang is None:
            raise InvalidQuery("lang", "is missing", f"one of {', '.join(LANGUAGES)}")
        response = RedirectResponse(
            with_language("/" if to is None else to, lang),
            303,
            {"Cache-Control": NO_STORE, "Referrer-Policy": "no-referrer"},
        )
        keep_cookie(response, request, COOKIE, lang)
        return response

    return router
