"""In which form an address answers: by `f`, else by the `Accept` header (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from server.http.errors import NotAcceptable
from server.http.negotiation import weight
from server.http.query import Query

PAGE = "html"


def representation(request: Request, offered: Mapping[str, str]) -> str:
    """The name of one of the `offered`, media types by the name that `f` has for each.

    The first one where nothing else is said. Raises `InvalidQuery` for an unknown `f`, and
    `NotAcceptable`.
    """
    wanted = Query.of(request).choice("f", offered)
    if wanted is not None:
        return wanted
    accept = request.headers.get("accept", "").strip()
    if not accept:
        return next(iter(offered))
    qualities = {name: _quality(accept, media_type) for name, media_type in offered.items()}
    best = max(qualities, key=lambda name: qualities[name])  # of equal ones the first
    if qualities[best] <= 0:
        raise NotAcceptable(accept, offered.values())
    return best


def _quality(accept: str, media_type: str) -> float:
    """How much a type is wanted: by the most exact of the ranges that hold it."""
    wanted = media_type.partition(";")[0]
    group = wanted.partition("/")[0]
    names = {"*/*": 1, f"{group}/*": 2, wanted: 3}
    if wanted.endswith("+json"):
        names["application/json"] = 3
    if wanted == "text/html":
        names["application/xhtml+xml"] = 3
    exactness, quality = 0, 0.0
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        rank = names.get(name, 0)
        if rank > exactness:
            exactness, quality = rank, weight(parameters)
        elif rank and rank == exactness:
            quality = max(quality, weight(parameters))
    return quality
