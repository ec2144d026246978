"""The map page, its script and the base it lies on."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from layers.catalog import Catalog
from server.responses import IMMUTABLE, REVALIDATE, Body, answer, freshness
from server.texts import LANGUAGES, language_of, translator
from server.viewer.base_layers import base_revision
from server.viewer.page import map_page

READ = ["GET", "HEAD"]


def map_router(catalog: Catalog, static: Mapping[str, str]) -> APIRouter:
    """The map of `catalog`, rendered once for each language."""
    router = APIRouter()
    rendered = {lang: map_page(catalog, lang, translator(lang), static) for lang in LANGUAGES}
    pages = {lang: Body(page.html, "text/html; charset=utf-8") for lang, page in rendered.items()}
    scripts = {
        page.script_name: Body(page.script, "text/javascript; charset=utf-8")
        for page in rendered.values()
    }
    base = Body(catalog.base, "application/geo+json")
    revision = base_revision(catalog.base)

    @router.api_route("/", methods=READ)
    async def page(request: Request) -> Response:
        lang = language_of(request.query_params.get("lang"))
        return answer(request, pages[lang], REVALIDATE)

    @router.api_route("/map.{digest}.js", methods=READ)
    async def script(digest: str, request: Request) -> Response:
        name = f"map.{digest}.js"
        if name not in scripts:
            raise HTTPException(404)
        return answer(request, scripts[name], IMMUTABLE)

    @router.api_route("/base.geojson", methods=READ)
    async def bundled_base(request: Request) -> Response:
        return answer(request, base, freshness(request, revision))

    return router
