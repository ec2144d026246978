"""Whether the service lives, and what it can serve."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from layers.catalog import Catalog
from server.responses import NO_STORE

READ = ["GET", "HEAD"]


def health_router(catalog: Catalog) -> APIRouter:
    """`/healthz`: the process answers. `/readyz`: which layers are served, and which is not."""
    router = APIRouter()

    @router.api_route("/healthz", methods=READ)
    def alive() -> Response:
        return PlainTextResponse("ok\n", headers={"Cache-Control": NO_STORE})

    @router.api_route("/readyz", methods=READ)
    def ready() -> Response:
        troubled = {layer.id: layer.problem for layer in catalog.layers.values() if layer.problem}
        document = {
            "status": "degraded" if catalog.broken or troubled else "ok",
            "layers": {layer.id: layer.revision.id for layer in catalog.layers.values()},
            "not_served": catalog.broken,
            "not_updated": troubled,
        }
        status = 200 if catalog.layers else 503
        return JSONResponse(document, status, headers={"Cache-Control": NO_STORE})

    return router
