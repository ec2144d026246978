"""Public requests with a place, for the map and for other programs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.desk.answers.publications import Selection
from server.desk.labels import CATEGORIES, STATES
from server.desk.public.request_map import RequestMap
from server.http.query import Query
from server.http.responses import READ, REVALIDATE, Body, answer
from server.http.turns import Turns
from server.pages.request_map import feature_collection

PARAMETERS = ("state", "category", "lang")


def request_map_router(request_map: RequestMap, turns: Turns) -> APIRouter:
    """The route of `/requests.geojson`. Raises `InvalidQuery` and `DeskUnavailable`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/requests.geojson", methods=READ)
    @turns.taking
    def located(request: Request) -> Response:
        query = Query.of(request)
        selection = Selection(
            state=query.choice("state", STATES), category=query.choice("category", CATEGORIES)
        )
        query.refuse_others(PARAMETERS)
        content = feature_collection(*request_map.requests(selection))
        return answer(request, Body(content, "application/geo+json"), REVALIDATE)

    return router
