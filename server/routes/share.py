"""What is handed on of the map: its picture for a chat, and its address as a QR code."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.edition.edition import Served
from server.http.language import language_of
from server.http.responses import READ, REVALIDATE, Body, answer
from server.http.turns import Turns
from server.printing.press import Press, typeset_language
from server.printing.qr import qr_code
from server.printing.share_picture import picture_key, share_picture
from server.viewer.permalink import map_address, shown_map


def share_router(served: Served, press: Press, turns: Turns, base_url: str | None) -> APIRouter:
    """The routes of /og.png and /qr.svg.

    Raises `InvalidQuery`, `PressBusy` and `TypesettingFailed`.
    """
    router = APIRouter()

    @router.api_route("/og.png", methods=READ)
    async def picture(request: Request) -> Response:
        edition = served.now
        lang = typeset_language(language_of(request))
        shown = shown_map(request.query_params, edition.catalog)
        key = ("og", picture_key(edition, shown), lang)
        body = await press.typeset(key, lambda: share_picture(edition.catalog, shown, lang))
        return answer(request, body, REVALIDATE)

    @router.api_route("/qr.svg", methods=READ)
    @turns.taking
    def code(request: Request) -> Response:
        lang = language_of(request)
        shown = shown_map(request.query_params, served.now.catalog)
        address = map_address(request, base_url, shown, lang)
        return answer(request, Body(qr_code(address).encode(), "image/svg+xml"), REVALIDATE)

    return router
