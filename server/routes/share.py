"""What is handed on of the map: its picture for a chat, and its address as a QR code."""

from __future__ import annotations

import io
from dataclasses import replace

import segno
from fastapi import APIRouter, Request, Response

from server.catalogue import Edition, Served
from server.errors import InvalidQuery
from server.language import language_of
from server.printing.press import Press, typeset_language
from server.printing.share_picture import share_picture
from server.responses import REVALIDATE, Body, answer
from server.shown import ShownMap, shown_map

READ = ["GET", "HEAD"]


def share_router(served: Served, press: Press, base_url: str | None) -> APIRouter:
    """The routes of /og.png and /qr.svg. Raises `InvalidQuery` and `PressBusy`."""
    router = APIRouter()

    @router.api_route("/og.png", methods=READ)
    async def picture(request: Request) -> Response:
        edition = served.now
        lang = typeset_language(language_of(request))
        shown = shown_map(request.query_params, edition.catalog)
        key = ("og", picture_key(edition, shown), lang)
        body = await press.made(key, lambda: share_picture(edition.catalog, shown, lang))
        return answer(request, body, REVALIDATE)

    @router.api_route("/qr.svg", methods=READ)
    def code(request: Request) -> Response:
        lang = language_of(request)
        shown = shown_map(request.query_params, served.now.catalog)
        address = map_address(request, base_url, shown, lang)
        return answer(request, Body(qr_code(address).encode(), "image/svg+xml"), REVALIDATE)

    return router


def picture_key(edition: Edition, shown: ShownMap) -> tuple[str, ...]:
    """Exactly what changes a picture of the map."""
    revisions = [layer.revision.id for layer in shown.layers]
    return replace(shown, others={}).query(), edition.base_revision, *revisions


def origin(request: Request, base_url: str | None) -> str:
    """Where the service is: as its operator says, else as it was asked."""
    return (base_url or str(request.base_url)).rstrip("/")


def map_address(request: Request, base_url: str | None, shown: ShownMap, lang: str) -> str:
    """The absolute address of the map as shown."""
    return f"{origin(request, base_url)}/?{shown.query(lang=lang)}"


def qr_code(address: str) -> str:
    """The address as a QR code in SVG, with its quiet zone."""
    written = io.BytesIO()
    try:
        code = segno.make_qr(address, error="m", boost_error=False)
    except segno.DataOverflowError:
        raise InvalidQuery(
            f"the address has {len(address)} characters; a QR code holds less"
        ) from None
    code.save(written, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return written.getvalue().decode()
