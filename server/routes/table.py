"""Every feature of a layer as a table, sorted as asked, a page at a time."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from layers.catalog.designations import has_states
from layers.catalog.layer import Layer
from layers.query.listing import listing
from server.desk.shelters.board import InForce
from server.edition.edition import Edition, Served
from server.http.language import language_of
from server.http.links import page_key, path_and_query
from server.http.query import Query
from server.http.responses import READ, REVALIDATE, answer
from server.http.turns import Turns
from server.pages.shelters import ShelterWords
from server.pages.table import TablePage, table_page
from server.texts import translator

PAGE_SIZE = 50  # features
ORDERS = ("asc", "desc")


def table_router(served: Served, turns: Turns, shelters: Callable[[], InForce]) -> APIRouter:
    """The route of /layers/{id}/table. Raises `InvalidQuery`."""
    router = APIRouter(prefix="/layers")

    @router.api_route("/{layer_id}/table", methods=READ)
    @turns.taking
    def table(layer_id: str, request: Request) -> Response:
        edition = served.now
        layer = edition.catalog.layer(layer_id)
        lang = language_of(request)
        here = path_and_query(request)
        page = _page(layer, Query.of_form(request))
        shown = shelters()
        body = edition.pages.kept(
            (page_key(request, lang), shown.key),
            lambda: _table(edition, layer, page, lang, here, shown),
        )
        return answer(request, body, REVALIDATE)

    return router


def _table(
    edition: Edition, layer: Layer, page: TablePage, lang: str, here: str, shown: InForce
) -> str:
    first = (page.number - 1) * PAGE_SIZE
    features = listing(layer, page.sort, descending=page.descending, first=first, count=PAGE_SIZE)
    return edition.pages.render(
        "table.html",
        lang,
        here=here,
        table=table_page(layer, page, features, lang, translator(lang)),
        shelters=ShelterWords(shown, lang) if has_states(layer.definition) else None,
    )


def _page(layer: Layer, query: Query) -> TablePage:
    """The page of the table that the query names."""
    pages = max(1, -(-layer.feature_count // PAGE_SIZE))
    return TablePage(
        number=query.whole("page", 1, pages) or 1,
        of=pages,
        sort=query.choice("sort", layer.definition.public_fields),
        descending=query.choice("order", ORDERS) == "desc",
    )
