"""What is known of a place, as a page and as JSON. Neither is stored or logged with its place."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from layers.query.here import Place
from layers.schema.values import Disaster
from server.edition.edition import Served
from server.http.errors import InvalidQuery
from server.http.headers import PLACE_HEADERS
from server.http.language import language_of
from server.http.links import with_language
from server.http.page_or_json import wants_page
from server.http.query import disaster_asked, number_in
from server.pages.here import Answer, answer_for, as_text
from server.texts import plain, translator
from server.viewer.words_device import MOST_RADIUS, here_words

READ = ["GET", "HEAD"]


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
        translate = translator(lang)
        answer = answer_for(edition.catalog, place, disaster, lang, translate) if place else None
        if answer is not None and not page:
            return Response(
                plain(orjson.dumps(answer.to_json()).decode()),
                media_type="application/json",
                headers=PLACE_HEADERS,
            )
        here = f"/here?{request.url.query}" if request.url.query else "/here"
        written = edition.pages.render(
            "here.html",
            lang,
            here=here,
            answer=answer,
            as_text=plain(as_text(answer, translate)) if answer else "",
            device=_device(answer, disaster, lang),
        )
        return HTMLResponse(written, headers=PLACE_HEADERS)

    return router


def _device(answer: Answer | None, disaster: Disaster | None, lang: str) -> str:
    """What the page's script is told, as JSON."""
    place = None
    if answer is not None:
        place = {
            "latitude": answer.latitude,
            "longitude": answer.longitude,
            "radius": answer.radius_m,
        }
    config = {
        "words": here_words(translator(lang)),
        "mostRadius": MOST_RADIUS,
        "here": with_language("/here", lang),
        "hazard": disaster,
        "place": place,
    }
    return plain(orjson.dumps(config).decode())


def _place(query: Mapping[str, str]) -> Place | None:
    """The place asked for; None when there is none at all."""
    if not query.get("lat") and not query.get("lon"):
        return None
    radius = number_in(query, "radius", 0.0, MOST_RADIUS) if query.get("radius") else 0.0
    longitude, latitude = (
        number_in(query, "lon", -180.0, 180.0),
        number_in(query, "lat", -85.0, 85.0),
    )
    return Place(longitude, latitude, radius)
