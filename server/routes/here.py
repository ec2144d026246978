"""What is known of a place, as a page and as JSON. Neither is stored or logged with its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import get_args

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from layers.definition import Disaster
from layers.here import Place
from server.catalogue import Served
from server.errors import InvalidQuery
from server.language import language_of
from server.pages.here import answer_for
from server.responses import NO_STORE
from server.routes.wanted import wants_page
from server.texts import plain, translator

READ = ["GET", "HEAD"]
DISASTERS: tuple[Disaster, ...] = get_args(Disaster)
MOST_RADIUS = 5000.0  # metres: a position less certain than that says nothing of a place
HEADERS = {
    "Cache-Control": NO_STORE,
    "Vary": "Accept",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def here_router(served: Served) -> APIRouter:
    """The route of /here. Raises `InvalidQuery`."""
    router = APIRouter()

    @router.api_route("/here", methods=READ)
    def here(request: Request) -> Response:
        edition = served.now
        place, disaster = _place(request.query_params), disaster_asked(request.query_params)
        lang = language_of(request)
        page = wants_page(request)
        if place is None and not page:
            raise InvalidQuery("lat and lon are missing; wanted a place in degrees")
        answer = (
            answer_for(edition.catalog, place, disaster, lang, translator(lang)) if place else None
        )
        if answer is not None and not page:
            return Response(
                plain(orjson.dumps(answer.to_json()).decode()),
                media_type="application/json",
                headers=HEADERS,
            )
        here = f"/here?{request.url.query}" if request.url.query else "/here"
        written = edition.pages.render(
            "here.html", lang, here=here, answer=answer, asked=dict(request.query_params)
        )
        return HTMLResponse(written, headers=HEADERS)

    return router


def _place(query: Mapping[str, str]) -> Place | None:
    """The place asked for; None when there is none at all."""
    if not query.get("lat") and not query.get("lon"):
        return None
    radius = _number(query, "radius", 0.0, MOST_RADIUS) if query.get("radius") else 0.0
    longitude, latitude = _number(query, "lon", -180.0, 180.0), _number(query, "lat", -85.0, 85.0)
    return Place(longitude, latitude, radius)


def _number(query: Mapping[str, str], name: str, least: float, most: float) -> float:
    said = query.get(name)
    try:
        value = float(said or "")
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise InvalidQuery(f"{name} is {said!r}; wanted a number from {least:g} to {most:g}")
    return value


def disaster_asked(query: Mapping[str, str]) -> Disaster | None:
    """The kind of disaster that `hazard` names. Raises `InvalidQuery`."""
    said = query.get("hazard")
    if not said:
        return None
    for disaster in DISASTERS:
        if said == disaster:
            return disaster
    raise InvalidQuery(f"hazard is {said!r}; wanted one of {', '.join(DISASTERS)}")
