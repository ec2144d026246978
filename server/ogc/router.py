"""The routes under /ogc, one for each address of the table."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import orjson
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Encoding, Layer
from layers.geometry.tile import Tile
from layers.query.items import index_of, queryables
from layers.tiles.geojson import collection
from server.edition.edition import Edition, Served
from server.http.language import language_of
from server.http.links import path_and_query
from server.http.query import Query
from server.http.responses import READ, REVALIDATE, Body, answer, freshness
from server.http.turns import Turns
from server.ogc import documents, styles, tilesets
from server.ogc.addresses import ADDRESSES, PREFIX, Address
from server.ogc.conformance import CLASSES
from server.ogc.documents import systems_of
from server.ogc.items import (
    chosen_by,
    content_crs,
    item,
    items,
    page_of,
    properties_of,
    system_of,
)
from server.ogc.links import Place
from server.ogc.openapi import description
from server.ogc.pages import OgcPage, OgcPages, rendered
from server.ogc.representation import PAGE, representation
from server.pages.memory import PageMemory

ID = re.compile(r"0|[1-9][0-9]{0,15}")
KEPT = 16 << 20  # bytes of answers with features


class Asked:
    """One request: what is served, what is asked for, and in which form.

    `values` are the queryables that are asked for by parameters of their names.
    """

    def __init__(self, request: Request, address: Address, served: Served, base: str | None):
        self.request, self.address = request, address
        self.query = Query.of(request)
        self.edition: Edition = served.now
        fields = queryables(self.layer) if address.by_value else ()
        self.query.refuse_others((*address.known, *fields))
        self.values = [name for name in fields if name not in address.known]
        self.form = representation(request, address.answers)
        self.at = Place(request, base)

    @property
    def catalog(self) -> Catalog:
        return self.edition.catalog

    @property
    def layer(self) -> Layer:
        """The layer that the path names. Raises what `Catalog.layer` raises."""
        layer_id, v = self.request.path_params["layer_id"], self.query.text("v")
        return self.catalog.layer(layer_id, v)

    @property
    def is_page(self) -> bool:
        return self.form == PAGE

    def json(self, document: object, **headers: str) -> Response:
        """The document in the form that is asked for."""
        return self.answer(Body(orjson.dumps(document), self.address.answers[self.form]), **headers)

    def answer(self, body: Body, **headers: str) -> Response:
        """The body, with what it depends on."""
        return answer(self.request, body, REVALIDATE, Vary="Accept, Accept-Encoding", **headers)

    def page(self, page: Callable[[OgcPages], OgcPage]) -> Response:
        """The page as a person sees it."""
        lang = language_of(self.request)
        shown = replace(
            page(OgcPages(self.edition, self.at, lang)),
            json=self.at.within(f=next(iter(self.address.answers)), lang=None),
        )
        html = rendered(self.edition, shown, lang, path_and_query(self.request))
        return self.answer(Body(html.encode(), "text/html; charset=utf-8"))


Handler = Callable[[Asked], Response]


def ogc_router(served: Served, turns: Turns, base_url: str | None) -> APIRouter:
    """The routes. Features that were asked for are kept, as what answered them last."""
    router = APIRouter(prefix=PREFIX)
    kept = PageMemory(KEPT)

    def handle_items(asked: Asked) -> Response:
        page = page_of(asked.layer, asked.query, systems_of(asked.catalog), asked.values)
        if asked.is_page:
            return asked.page(lambda pages: pages.items(page))
        now = datetime.datetime.now(datetime.UTC)
        key = (asked.at.own(), page.layer.revision.id)
        body = kept.body(key, lambda: Body(items(page, asked.at, now), _type(asked)))
        return asked.answer(body, Content_Crs=content_crs(page.system))

    handlers = {**HANDLERS, "items": handle_items}
    for address in ADDRESSES:
        endpoint = _endpoint(address, handlers[address.id], served, turns, base_url)
        router.add_api_route(address.path, endpoint, methods=READ, name=f"ogc {address.id}")
    return router


def _endpoint(
    address: Address, handler: Handler, served: Served, turns: Turns, base_url: str | None
) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        v = Query.of(request).text("v")
        if v is not None and "v" in address.parameters:
            layer_id = request.path_params["layer_id"]
            await served.asked_for(v, lambda edition: edition.catalog.layer(layer_id).revision.id)
        return await turns.take(lambda: handler(Asked(request, address, served, base_url)))

    return endpoint


def _type(asked: Asked) -> str:
    return asked.address.answers[asked.form]


def _landing(asked: Asked) -> Response:
    if asked.is_page:
        return asked.page(OgcPages.landing)
    return asked.json(documents.landing(asked.catalog, asked.at, asked.form))


def _conformance(asked: Asked) -> Response:
    if asked.is_page:
        return asked.page(OgcPages.conformance)
    return asked.json({"conformsTo": [*CLASSES]})


def _api(asked: Asked) -> Response:
    if asked.is_page:
        return asked.page(OgcPages.api)
    return asked.json(description(asked.catalog, asked.at))


def _collections(asked: Asked) -> Response:
    if asked.is_page:
        return asked.page(OgcPages.collections)
    return asked.json(documents.collections(asked.catalog, asked.at, asked.form))


def _collection(asked: Asked) -> Response:
    layer = asked.layer
    if asked.is_page:
        return asked.page(lambda pages: pages.collection(layer))
    return asked.json(documents.collection(asked.catalog, layer, asked.at, asked.form))


def _queryables(asked: Asked) -> Response:
    layer = asked.layer
    if asked.is_page:
        return asked.page(lambda pages: pages.queryables(layer))
    return asked.json(documents.queryables(layer, asked.at))


def _item(asked: Asked) -> Response:
    layer, id = asked.layer, asked.request.path_params["feature"]
    index = index_of(layer, int(id) if ID.fullmatch(id) else -1)
    if not len(index):
        raise HTTPException(404)
    system = system_of(asked.query, "crs", systems_of(asked.catalog))
    if asked.is_page:
        return asked.page(lambda pages: pages.item(layer, index))
    properties = properties_of(layer, asked.query)
    body = Body(item(layer, index, system, properties, asked.at), _type(asked))
    return asked.answer(body, Content_Crs=content_crs(system))


def _tile_matrix_sets(asked: Asked) -> Response:
    if asked.is_page:
        return asked.page(OgcPages.grids)
    return asked.json(tilesets.tile_matrix_sets(asked.at, asked.form))


def _tile_matrix_set(asked: Asked) -> Response:
    if asked.is_page:
        return asked.page(OgcPages.grids)
    return asked.json(tilesets.tile_matrix_set(asked.at, asked.form))


def _tilesets(asked: Asked) -> Response:
    layer = asked.layer
    if asked.is_page:
        return asked.page(lambda pages: pages.tiles(layer))
    return asked.json(tilesets.tilesets(layer, asked.at, asked.form))


def _tileset(asked: Asked) -> Response:
    layer = asked.layer
    if asked.is_page:
        return asked.page(lambda pages: pages.tiles(layer))
    return asked.json(tilesets.tileset(layer, asked.at, asked.form))


def _tile(asked: Asked) -> Response:
    """The same bytes as under /tiles; with a filter of what it chooses alone."""
    layer = asked.layer
    place = (asked.request.path_params[name] for name in ("matrix", "col", "row"))
    tile = Tile.written(*place)
    encoding: Encoding = "mvt" if asked.form == "mvt" else "geojson"
    systems = systems_of(asked.catalog)
    is_filtered = asked.query.text("filter") is not None
    chosen = chosen_by(layer, asked.query, systems)
    content = layer.tile(tile, encoding, chosen if is_filtered else None)
    if not content and encoding == "geojson":
        content = collection([])
    served = asked.catalog.layer(layer.id).revision.id
    return answer(
        asked.request,
        Body(content, _type(asked)),
        freshness(asked.request, served),
        Vary="Accept, Accept-Encoding",
    )


def _styles(asked: Asked) -> Response:
    if asked.is_page:
        return asked.page(OgcPages.styles)
    return asked.json(styles.styles(asked.catalog, asked.at, asked.form))


def _styles_of(asked: Asked) -> Response:
    layer = asked.layer
    if asked.is_page:
        return asked.page(lambda pages: pages.styles_of(layer))
    return asked.json(styles.styles_of(layer, asked.at, asked.form))


def _style(asked: Asked) -> Response:
    layer = asked.layer
    if asked.request.path_params["style"] != styles.DEFAULT:
        raise HTTPException(404)
    if asked.form == "sld10":
        return asked.answer(Body(styles.sld_of(layer), _type(asked)))
    return asked.json(styles.maplibre_of(layer, asked.at))


HANDLERS: Mapping[str, Handler] = {
    "styles": _styles,
    "layerStyles": _styles_of,
    "style": _style,
    "tileMatrixSets": _tile_matrix_sets,
    "tileMatrixSet": _tile_matrix_set,
    "tilesets": _tilesets,
    "tileset": _tileset,
    "tile": _tile,
    "landing": _landing,
    "conformance": _conformance,
    "api": _api,
    "collections": _collections,
    "collection": _collection,
    "queryables": _queryables,
    "item": _item,
}
