"""The browser bundle, from memory: its files' names carry their hashes, so they keep for ever."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from server.http.responses import IMMUTABLE, READ, Body, answer
from server.viewer.bundle import MANIFEST


def static_router(folder: Path) -> APIRouter:
    """The routes under /static, for the files in `folder`."""
    router = APIRouter(prefix="/static")
    files = {
        file.name: Body(file.read_bytes(), _media_type(file), lasting=True)
        for file in folder.iterdir()
        if file.name != MANIFEST
    }

    @router.api_route("/{name}", methods=READ)
    async def bundled(name: str, request: Request) -> Response:
        if name not in files:
            raise HTTPException(404)
        return answer(request, files[name], IMMUTABLE)

    return router


def _media_type(file: Path) -> str:
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
