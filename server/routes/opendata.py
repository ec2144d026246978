"""The layers for portals and search engines: catalogues, feed, layers.txt, sitemap."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson
from fastapi import APIRouter, Request, Response

from layers.schema.city import CityDefinition
from server.edition.edition import Served
from server.http.language import language_of
from server.http.links import origin
from server.http.responses import READ, REVALIDATE, Body, answer
from server.http.turns import Turns
from server.opendata import changes_feed, dcat_ap, dcat_us, layers_txt, sitemap
from server.opendata.dataset import Dataset, datasets
from server.opendata.rdf import to_json_ld, to_turtle
from server.texts import plain, translator
from server.texts.wording import localized

JSON = "application/json"


def opendata_router(served: Served, turns: Turns, base_url: str | None) -> APIRouter:
    """The routes of catalogues. They have addresses in them: of `base_url`, or the request's."""
    router = APIRouter()

    def city() -> CityDefinition:
        return served.now.catalog.city

    def serve(
        path: str, media_type: str, document: Callable[[Sequence[Dataset], str], bytes]
    ) -> None:
        @router.api_route(path, methods=READ)
        @turns.taking
        def listed(request: Request) -> Response:
            at = origin(request, base_url)
            content = document(datasets(served.now.catalog, at), at)
            return answer(request, Body(content, media_type), REVALIDATE)

    serve(dcat_us.PATH, JSON, lambda listed, at: orjson.dumps(dcat_us.data_json(listed, at)))
    serve(
        dcat_ap.PATH_JSON,
        "application/ld+json",
        lambda listed, at: orjson.dumps(to_json_ld(dcat_ap.catalogue(city(), listed, at))),
    )
    serve(
        dcat_ap.PATH_TURTLE,
        "text/turtle; charset=utf-8",
        lambda listed, at: to_turtle(dcat_ap.catalogue(city(), listed, at)),
    )
    serve(
        layers_txt.PATH,
        "text/plain; charset=utf-8",
        lambda listed, _at: orjson.dumps(layers_txt.layers_txt(listed)),
    )
    serve(sitemap.PATH, "application/xml", sitemap.sitemap)
    serve(
        "/robots.txt",
        "text/plain; charset=utf-8",
        lambda _listed, at: sitemap.robots_txt(at).encode(),
    )

    @router.api_route(changes_feed.PATH, methods=READ)
    @turns.taking
    def changes(request: Request) -> Response:
        lang, at, catalog = language_of(request), origin(request, base_url), served.now.catalog
        _ = translator(lang)
        title = _("Changes to the layers of {city}").format(city=localized(catalog.city.name, lang))
        content = changes_feed.changes_feed(
            catalog.city.code, datasets(catalog, at), plain(title), at, lang, _
        )
        return answer(request, Body(content, "application/atom+xml"), REVALIDATE)

    return router
