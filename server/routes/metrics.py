"""Figures for a program that watches over the service, by a token of its own."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from server.http.metrics import MEDIA_TYPE, Metrics
from server.http.responses import NO_STORE, READ


def metrics_router(metrics: Metrics, token: str) -> APIRouter:
    """`/metrics`, for who sends `token` as a bearer token (RFC 6750)."""
    router = APIRouter()
    wanted = f"Bearer {token}".encode()

    @router.api_route("/metrics", methods=READ)
    async def figures(request: Request) -> Response:
        sent = request.headers.get("authorization", "").encode("latin-1")
        if not secrets.compare_digest(sent, wanted):
            headers = {"WWW-Authenticate": "Bearer", "Cache-Control": NO_STORE}
            return PlainTextResponse("wanted the token of the metrics\n", 401, headers)
        metrics.take_tiles()
        content = await run_in_threadpool(metrics.text)
        return Response(content, headers={"Cache-Control": NO_STORE}, media_type=MEDIA_TYPE)

    return router
