"""The map page, its script and the base it lies on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from server.edition.edition import Served
from server.http.cache import ByteCache
from server.http.headers import content_security_policy
from server.http.language import language_of
from server.http.links import origin
from server.http.query import Query, requested_revision
from server.http.responses import IMMUTABLE, READ, REVALIDATE, Body, answer, freshness
from server.viewer.addresses import MAP_ADDRESS, PICTURE_ADDRESS
from server.viewer.permalink import forgiving

PAGES = 4 << 20  # bytes of pages whose addresses were asked for last


def map_router(
    served: Served, base_url: str | None, embed_origins: Sequence[str] = ()
) -> APIRouter:
    """The map of the catalogue served, rendered once for each language.

    With `embed=1` it is made for a frame, in which pages of `embed_origins` may show it.
    """
    router = APIRouter()
    pages: ByteCache[tuple[str, str, str, bool], Body] = ByteCache(PAGES)
    embedding = {"Content_Security_Policy": content_security_policy(*embed_origins)}

    @router.api_route("/", methods=READ)
    async def page(request: Request) -> Response:
        lang = language_of(request)
        edition = served.now
        shown = forgiving(request.query_params, edition.catalog)
        blank, at = edition.maps[lang], origin(request, base_url)
        query = shown.query(lang=lang)
        embedded = Query.of(request).text("embed") == "1"
        body = await pages.get(
            (blank.plain.etag, at, query, embedded),
            lambda: with_addresses(for_frame(blank) if embedded else blank, at, query),
        )
        return answer(request, body, REVALIDATE, **(embedding if embedded else {}))

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
        v = requested_revision(request)
        edition = await served.asked_for(v, lambda edition: edition.base_revision)
        return answer(request, edition.base, freshness(request, edition.base_revision))

    @router.api_route("/base/near.geojson", methods=READ)
    async def bundled_base_near(request: Request) -> Response:
        v = requested_revision(request)
        edition = await served.asked_for(v, lambda edition: edition.base_near_revision)
        return answer(request, edition.base_near, freshness(request, edition.base_near_revision))

    return router


def for_frame(page: Body) -> Body:
    """The page as a frame shows it: the map and its layers. Its links open outside of the frame."""
    content = page.plain.content.replace(b"<head>", b'<head>\n<base target="_blank">', 1)
    return Body(content.replace(b"<body>", b'<body class="embedded">', 1), page.media_type)


def with_addresses(page: Body, at: str, query: str) -> Body:
    """The page with what chats ask for: its own address and its picture's, both absolute."""
    addresses = {MAP_ADDRESS: f"{at}/?{query}", PICTURE_ADDRESS: f"{at}/og.png?{query}"}
    content = page.plain.content
    for placeholder, address in addresses.items():
        content = content.replace(placeholder.encode(), escape(address).encode())
    return Body(content, page.media_type).compressed()
