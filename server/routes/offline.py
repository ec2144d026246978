"""What a device keeps to open the map without the network, and the worker that answers from it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from layers.errors import UnknownLayer
from layers.exports.answers import has_answers
from server.edition.edition import Edition, Served
from server.edition.offline import Offline, Suffix
from server.http.headers import PLACE_HEADERS
from server.http.language import language_of
from server.http.query import requested_revision
from server.http.responses import NO_STORE, READ, REVALIDATE, Body, answer, freshness
from server.http.turns import Turns


def offline_router(served: Served, offline: Offline, turns: Turns, worker: bytes) -> APIRouter:
    """`/offline`, `/offline.json`, the files under it, and `/sw.js`, whose script is `worker`."""
    router = APIRouter()
    script = Body(worker, "text/javascript; charset=utf-8", lasting=True)

    @router.api_route("/sw.js", methods=READ)
    def service_worker(request: Request) -> Response:
        return answer(request, script, REVALIDATE)

    @router.api_route("/offline.json", methods=READ)
    async def listing(request: Request) -> Response:
        return answer(request, await offline.listing(served.now), NO_STORE)

    @router.api_route("/offline", methods=READ)
    @turns.taking
    def without_network(request: Request) -> Response:
        lang = language_of(request)
        return answer(request, offline.without_network(served.now, lang), REVALIDATE)

    @router.api_route("/offline/map", methods=READ)
    def kept_map(request: Request) -> Response:
        """The map's page as a device keeps it: without the address it was asked for at."""
        return answer(request, served.now.maps[language_of(request)], REVALIDATE)

    @router.api_route("/offline/here", methods=READ)
    @turns.taking
    def kept_here(request: Request) -> Response:
        """The page about a place, which its script fills. It never tells where it leads from."""
        page = offline.here(served.now, language_of(request))
        return answer(request, page, REVALIDATE, Referrer_Policy=PLACE_HEADERS["Referrer-Policy"])

    @router.api_route("/offline/answers.json", methods=READ)
    @turns.taking
    def words(request: Request) -> Response:
        """What the script words answers about a place with."""
        return answer(request, offline.words(served.now, language_of(request)), REVALIDATE)

    async def data(layer_id: str, suffix: Suffix, request: Request) -> Response:
        def revision(edition: Edition) -> str:
            return edition.catalog.layer(layer_id).revision.id

        v = requested_revision(request)
        catalog = (await served.asked_for(v, revision)).catalog
        catalog.refuse_withdrawn(layer_id, v)
        layer = catalog.layer(layer_id)
        body = await offline.data(layer, suffix)
        return answer(request, body, freshness(request, layer.revision.id))

    @router.api_route("/offline/{layer_id}.pack", methods=READ)
    async def pack(layer_id: str, request: Request) -> Response:
        return await data(layer_id, "pack", request)

    @router.api_route("/offline/{layer_id}.answers", methods=READ)
    async def answers(layer_id: str, request: Request) -> Response:
        """What answers take from a layer: there is nothing of one that says nothing."""
        if not has_answers(served.now.catalog.layer(layer_id).definition):
            raise UnknownLayer(layer_id)
        return await data(layer_id, "answers", request)

    return router
