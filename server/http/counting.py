"""Answers are counted by what was asked for: nothing of who asked is looked at."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.desk.figures.tally import Tally

TILE = "/tiles/"
LAYER = re.compile(r"/layers/([a-z][a-z0-9_]*)(?:/table|/export\.([a-z.]+))?")
TILE_TARGET = re.compile(r"/tiles/[a-z][a-z0-9_]*/\d+/\d+/\d+\.\w+")
OPENED = {"/": "map", "/light": "light", "/print": "print", "/here": "here"}
SENT = (200, 304)


class Counted:
    """ASGI middleware: what GET was answered with, once the answer begins.

    Tiles that `server.http.protocol` sends itself do not come here.
    """

    def __init__(self, app: ASGIApp, tally: Tally) -> None:
        self._app, self._tally = app, tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._count(scope["path"], message["status"])
            await send(message)

        await self._app(scope, receive, counted)

    def _count(self, path: str, status: int) -> None:
        if path.startswith(TILE):
            if status in (*SENT, 204) and TILE_TARGET.fullmatch(path):
                self._tally.tile(path.encode("ascii"))
        elif status in SENT and (name := OPENED.get(path)):
            self._tally.count("opened", name)
        elif status in SENT and (layer := LAYER.fullmatch(path)):
            if layer[2] is None:
                self._tally.count("pages", layer[1])
            elif status == 200:
                self._tally.count("downloads", f"{layer[1]}.{layer[2]}")
