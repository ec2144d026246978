"""The server's HTTP/1.1, with tiles already answered sent before it makes a request of them."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from server.http.bounded_protocol import BoundedProtocol
from server.http.tile_memory import HotTiles

# What makes a GET more than its address and what it accepts.
UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"range"})


class TileProtocol(BoundedProtocol):
    """One connection. The app of the configuration has its `HotTiles` as `state.hot`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        app: Any = self.config.loaded_app
        self._hot: HotTiles = app.state.hot

    def on_headers_complete(self) -> None:
        answer = self._answered()
        if answer is None:
            super().on_headers_complete()
            return
        self._in_head = False
        self._hot.sent(self.url)
        self._hot.hits += 1
        head, body = answer
        date = b"".join([b"%b: %b\r\n" % field for field in self.server_state.default_headers])
        self.transport.write(b"%b%b\r\n%b" % (head, date, body))

    def on_message_complete(self) -> None:
        self._arriving = False
        if self.cycle is not None:  # None: every request so far was answered here
            super().on_message_complete()

    def _answered(self) -> tuple[bytes, bytes] | None:
        """The answer to a plain GET of a kept tile, when it may be sent now."""
        headers, parser = dict(self.headers), self.parser
        answer = self._hot.find(self.url, headers)
        if (
            answer is not None
            and parser.get_method() == b"GET"
            and len(headers) == len(self.headers)
            and UNUSUAL.isdisjoint(headers)
            and parser.should_keep_alive()
            and parser.get_http_version() == "1.1"
            and self._is_free()
            and not self._ends
            and not self.flow.write_paused
        ):
            return answer
        return None
