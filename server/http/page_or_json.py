"""Whether an address that has both answers with a page or with JSON."""

from __future__ import annotations

from fastapi import Request

from server.http.negotiation import prefers_json
from server.http.query import Query


def wants_page(request: Request) -> bool:
    """By `f`, else by the `Accept` header: a page unless JSON is asked for by name.

    Raises `InvalidQuery` for another `f`.
    """
    wanted = Query.of(request).choice("f", ("json", "html"))
    if wanted is not None:
        return wanted == "html"
    return not prefers_json(request.headers.get("accept"))
