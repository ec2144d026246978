"""The search for a place: a page, JSON, and the index that the map searches by itself.

A query may be somebody's address: like `/here`, it is neither stored nor logged. Of searches in
vain, words are counted that many use (`server.desk.figures.senders`).
"""

from __future__ import annotations

from collections.abc import Callable

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from layers.query.search.rules import LONGEST
from layers.schema.values import DISASTERS
from server.desk.figures.tally import Tally
from server.desk.shelters.board import InForce
from server.edition.edition import Served
from server.http.errors import InvalidQuery
from server.http.headers import PLACE_HEADERS
from server.http.language import language_of
from server.http.links import path_and_query
from server.http.page_or_json import wants_page
from server.http.query import Query, requested_revision
from server.http.rate import network_of
from server.http.responses import READ, answer, freshness
from server.http.turns import Turns
from server.pages.search import search_for
from server.pages.shelters import ShelterWords
from server.texts import plain, translator

PARAMETERS = ("q", "hazard", "lang", "f")


def search_router(
    served: Served, turns: Turns, tally: Tally, shelters: Callable[[], InForce]
) -> APIRouter:
    """The routes under /search. Raises `InvalidQuery`."""
    router = APIRouter(prefix="/search")

    @router.api_route("", methods=READ)
    @turns.taking
    def search(request: Request) -> Response:
        edition = served.now
        query = Query.of_form(request)
        words = (query.text("q", LONGEST) or "").strip()
        disaster = query.choice("hazard", DISASTERS)
        lang = language_of(request)
        page = wants_page(request)
        if not page:
            query.refuse_others(PARAMETERS)
            if not words:
                raise InvalidQuery("q", "is missing", "an address, a name or coordinates")
        results, shown = None, shelters()
        if words:
            index, catalog = edition.search_index, edition.catalog
            results = search_for(index, catalog, words, lang, translator(lang), shown)
            client = request.client.host if request.client else None
            tally.search(words, network_of(client), is_in_vain=results.is_in_vain)
        if results is not None and not page:
            return Response(
                plain(orjson.dumps(results.to_json()).decode()),
                media_type="application/json",
                headers=PLACE_HEADERS,
            )
        here = path_and_query(request)
        content = edition.pages.render(
            "search.html",
            lang,
            here=here,
            disaster=disaster,
            found=results,
            shelters=ShelterWords(shown, lang),
        )
        return HTMLResponse(content, headers=PLACE_HEADERS)

    @router.api_route("/index.json", methods=READ)
    async def index(request: Request) -> Response:
        v = requested_revision(request)
        edition = await served.asked_for(v, lambda edition: edition.search_index.revision)
        revision = edition.search_index.revision
        return answer(request, edition.search, freshness(request, revision))

    return router
