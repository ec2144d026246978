"""Sheets about towns (町丁目) as PDF, and the list of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from layers.japanese.time_zone import JAPAN_TIME
from layers.query.towns import Town, towns
from layers.schema.values import DISASTERS, Disaster
from server.desk.shelters.board import InForce
from server.edition.edition import Edition, Served
from server.http.language import language_of
from server.http.links import page_key, path_and_query
from server.http.query import Query
from server.http.responses import READ, REVALIDATE, answer
from server.http.turns import Turns
from server.printing.press import Press, typeset_language
from server.printing.qr import qr_code
from server.printing.share_picture import picture_key
from server.printing.town_sheet import layers_of_sheet, town_sheet
from server.texts import name_beside
from server.viewer.permalink import ShownMap, View, map_address

ZOOM = 15


def towns_router(
    served: Served,
    press: Press,
    turns: Turns,
    base_url: str | None,
    shelters: Callable[[], InForce],
) -> APIRouter:
    """The routes under /towns. Raises `InvalidQuery`, `PressBusy` and `TypesettingFailed`."""
    router = APIRouter()

    @router.api_route("/towns", methods=READ)
    @turns.taking
    def towns_page(request: Request) -> Response:
        edition = served.now
        lang = language_of(request)
        disaster = Query.of_form(request).choice("hazard", DISASTERS)
        here = path_and_query(request)
        body = edition.pages.kept(
            page_key(request, lang), lambda: _list(edition, lang, disaster, here)
        )
        return answer(request, body, REVALIDATE)

    @router.api_route("/towns/{name}.pdf", methods=READ)
    async def sheet(name: str, request: Request) -> Response:
        edition = served.now
        town = _town(towns(edition.catalog), name)
        lang = typeset_language(language_of(request))
        disaster = Query.of(request).choice("hazard", DISASTERS)
        shown = _map_of(edition, town, disaster)
        address = map_address(request, base_url, shown, lang)
        now = datetime.datetime.now(JAPAN_TIME)
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        openings = shelters()
        drawn = picture_key(edition, shown)
        key = ("town", town.name, drawn, address, lang, today, openings.key)
        body = await press.typeset(
            key,
            lambda: town_sheet(
                edition.catalog, town, disaster, lang, qr_code(address), address, today, openings
            ),
        )
        return answer(
            request,
            body,
            REVALIDATE,
            Content_Disposition=f"inline; filename*=UTF-8''{quote(town.name)}.pdf",
        )

    return router


def _list(edition: Edition, lang: str, disaster: Disaster | None, here: str) -> str:
    return edition.pages.render(
        "towns.html",
        lang,
        here=here,
        disaster=disaster,
        sheet_language=typeset_language(lang),
        towns=[
            (name_beside(town.name, lang, town.names), f"/towns/{quote(town.name)}.pdf")
            for town in towns(edition.catalog)
        ],
    )


def _town(listed: Sequence[Town], name: str) -> Town:
    for town in listed:
        if town.name == name:
            return town
    raise HTTPException(404)


def _map_of(edition: Edition, town: Town, disaster: Disaster | None) -> ShownMap:
    """The map that the sheet leads to."""
    place = town.place
    return ShownMap(
        layers=tuple(layers_of_sheet(edition.catalog)),
        strengths={},
        disasters=(disaster,) if disaster else (),
        view=View(ZOOM, place.latitude, place.longitude),
        ordered=False,
        others={},
    )
