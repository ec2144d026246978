"""What is known of a place, as a page and as JSON. Neither is stored or logged with its place."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from layers.query.here import Place
from layers.schema.values import DISASTERS, Disaster
from server.desk.shelters.board import InForce
from server.edition.edition import Served
from server.http.errors import InvalidQuery
from server.http.headers import PLACE_HEADERS
from server.http.language import language_of
from server.http.links import path_and_query
from server.http.page_or_json import wants_page
from server.http.query import Query
from server.http.responses import READ
from server.http.turns import Turns
from server.pages.here import Answer, answer_for, as_text
from server.texts import plain, translator
from server.viewer.words_device import MOST_RADIUS, here_config

PARAMETERS = ("lat", "lon", "radius", "hazard", "lang", "f", "marks")
MARKS = ("1",)  # the JSON keeps its marks of readings and languages, which the map's script knows


def here_router(served: Served, turns: Turns, shelters: Callable[[], InForce]) -> APIRouter:
    """The route of /here. Raises `InvalidQuery`."""
    router = APIRouter()

    @router.api_route("/here", methods=READ)
    @turns.taking
    def here(request: Request) -> Response:
        edition = served.now
        query = Query.of_form(request)
        place, disaster = _place(query), query.choice("hazard", DISASTERS)
        lang = language_of(request)
        page = wants_page(request)
        if not page:
            query.refuse_others(PARAMETERS)
            if place is None:
                raise InvalidQuery("lat and lon", "are missing", "a place in degrees")
        translate = translator(lang)
        answer = (
            answer_for(edition.catalog, place, disaster, lang, translate, shelters())
            if place
            else None
        )
        if answer is not None and not page:
            body = orjson.dumps(answer.to_json()).decode()
            return Response(
                body if query.choice("marks", MARKS) else plain(body),
                media_type="application/json",
                headers=PLACE_HEADERS,
            )
        here = path_and_query(request)
        content = edition.pages.render(
            "here.html",
            lang,
            here=here,
            disaster=disaster,
            answer=answer,
            as_text=plain(as_text(answer, translate)) if answer else "",
            device=_device(answer, disaster, lang),
            kept=False,
        )
        return HTMLResponse(content, headers=PLACE_HEADERS)

    return router


def _device(answer: Answer | None, disaster: Disaster | None, lang: str) -> str:
    """What the page's script is told, as JSON."""
    if answer is None:
        return here_config(lang, hazard=disaster)
    place = {
        "latitude": answer.latitude,
        "longitude": answer.longitude,
        "radius": answer.radius_m,
    }
    return here_config(lang, place, disaster)


def _place(query: Query) -> Place | None:
    """The place that the query names; None when it names none."""
    longitude, latitude = query.number("lon", -180.0, 180.0), query.number("lat", -85.0, 85.0)
    if longitude is None and latitude is None:
        return None
    if longitude is None or latitude is None:
        missing = "lon" if longitude is None else "lat"
        raise InvalidQuery(missing, "is missing", "both lat and lon, in degrees")
    return Place(longitude, latitude, query.number("radius", 0.0, MOST_RADIUS) or 0.0)
