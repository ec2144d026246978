"""What a device keeps to open the map without the network, and the worker that answers from it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.edition.edition import Edition, Served
from server.edition.offline import Offline
from server.http.language import language_of
from server.http.query import requested_revision
from server.http.responses import NO_STORE, READ, REVALIDATE, Body, answer, freshness


def offline_router(served: Served, offline: Offline, worker: bytes) -> APIRouter:
    """`/offline`, `/offline.json`, the packs under it, and `/sw.js`, whose script is `worker`."""
    router = APIRouter()
    script = Body(worker, "text/javascript; charset=utf-8")

    @router.api_route("/sw.js", methods=READ)
    def service_worker(request: Request) -> Response:
        return answer(request, script, REVALIDATE)

    @router.api_route("/offline.json", methods=READ)
    async def listing(request: Request) -> Response:
        return answer(request, await offline.listing(served.now), NO_STORE)

    @router.api_route("/offline", methods=READ)
    def without_network(request: Request) -> Response:
        lang = language_of(request)
        return answer(request, offline.without_network(served.now, lang), REVALIDATE)

    @router.api_route("/offline/map", methods=READ)
    def kept_map(request: Request) -> Response:
        """The map's page as a device keeps it: without the address it was asked for at."""
        return answer(request, served.now.maps[language_of(request)], REVALIDATE)

    @router.api_route("/offline/{layer_id}.pack", methods=READ)
    async def pack(layer_id: str, request: Request) -> Response:
        def revision(edition: Edition) -> str:
            return edition.catalog.layer(layer_id).revision.id

        edition = await served.asked_for(requested_revision(request), revision)
        layer = edition.catalog.layer(layer_id)
        return answer(request, await offline.pack(layer), freshness(request, layer.revision.id))

    return router
