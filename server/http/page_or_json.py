"""Whether an address that has both answers with a page or with JSON."""

from __future__ import annotations

from fastapi import Request

from server.http.errors import InvalidQuery
from server.http.negotiation import prefers_page


def wants_page(request: Request) -> bool:
    """By `f`, else by the `Accept` header. Raises `InvalidQuery` for another `f`."""
    asked = request.query_params.get("f")
    if asked not in (None, "json", "html"):
        raise InvalidQuery(f"f is {asked!r}; wanted json or html")
    if asked is not None:
        return asked == "html"
    return prefers_page(request.headers.get("accept"))
