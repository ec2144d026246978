"""The map page, its script and the base it lies on."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from server.catalogue import Served
from server.language import language_of
from server.responses import IMMUTABLE, REVALIDATE, answer, freshness

READ = ["GET", "HEAD"]


def map_router(served: Served) -> APIRouter:
    """The map of the catalogue served, rendered once for each language."""
    router = APIRouter()

    @router.api_route("/", methods=READ)
    async def page(request: Request) -> Response:
        lang = language_of(request)
        return answer(request, served.now.maps[lang], REVALIDATE)

    @router.api_route("/map.{digest}.js", methods=READ)
    async def script(digest: str, request: Request) -> Response:
        name = f"map.{digest}.js"
        if name not in served.now.scripts:
            await served.catch_up()  # another process may have sent the page
        scripts = served.now.scripts
        if name not in scripts:
            raise HTTPException(404)
        return answer(request, scripts[name], IMMUTABLE)

    @router.api_route("/base.geojson", methods=READ)
    async def bundled_base(request: Request) -> Response:
        edition = served.now
        return answer(request, edition.base, freshness(request, edition.base_revision))

    return router
