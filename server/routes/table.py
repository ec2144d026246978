"""Every feature of a layer as a table, sorted as asked, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from layers.catalog.layer import Layer
from layers.query.listing import listing
from server.edition.edition import Served
from server.http.errors import InvalidQuery
from server.http.language import language_of
from server.http.responses import REVALIDATE
from server.pages.table import TablePage, table_page
from server.texts import translator

READ = ["GET", "HEAD"]
PAGE_SIZE = 50  # features
ORDERS = ("asc", "desc")


def table_router(served: Served) -> APIRouter:
    """The route of /layers/{id}/table. Raises `InvalidQuery`."""
    router = APIRouter(prefix="/layers")

    @router.api_route("/{layer_id}/table", methods=READ)
    def table(layer_id: str, request: Request) -> Response:
        edition = served.now
        layer = edition.catalog.layer(layer_id)
        lang = language_of(request)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        page = _asked(layer, request.query_params)
        first = (page.number - 1) * PAGE_SIZE
        features = listing(
            layer, page.sort, descending=page.descending, first=first, count=PAGE_SIZE
        )
        written = edition.pages.render(
            "table.html",
            lang,
            here=here,
            table=table_page(layer, page, features, lang, translator(lang)),
        )
        return HTMLResponse(written, headers={"Cache-Control": REVALIDATE})

    return router


def _asked(layer: Layer, query: Mapping[str, str]) -> TablePage:
    fields: Sequence[str] = [*layer.definition.public_fields]
    pages = max(1, -(-layer.feature_count // PAGE_SIZE))
    sort = query.get("sort") or None
    if sort is not None and sort not in fields:
        raise InvalidQuery(f"sort is {sort!r}; wanted one of {', '.join(fields)}")
    order = query.get("order", "asc")
    if order not in ORDERS:
        raise InvalidQuery(f"order is {order!r}; wanted one of {', '.join(ORDERS)}")
    number = query.get("page", "1")
    # A page's number in other digits than these is not one that this service wrote.
    if not (number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= pages):
        raise InvalidQuery(f"page is {number!r}; wanted a number from 1 to {pages}")
    return TablePage(int(number), pages, sort, order == "desc")
