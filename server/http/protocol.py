"""uvicorn's HTTP/1.1, with tiles already answered sent before it makes a request of them."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from server.http.tile_memory import HotTiles

LONGEST_HEAD = 65536  # bytes of a request up to its body
IDLE = 15  # seconds after which, at most twice that, a silent connection is closed
# What makes a GET more than its address and what it accepts.
UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"range"})


class TileProtocol(HttpToolsProtocol):
    """One connection. Closes it when a request's head is too long, or does not come.

    The app of the configuration has its `HotTiles` as `state.hot`.
    """

    idle_s: ClassVar[float] = IDLE

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
        self._in_head = False
        self._head_size = 0  # bytes that came without completing a head
        self._received = True  # something, since the last look
        self._next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._next_look = self.loop.call_later(self.idle_s, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._next_look is not None:
            self._next_look.cancel()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_size += len(data)
            if self._head_size > LONGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        self._in_head, self._head_size, self._received = False, 0, True
        answer = self._answered()
        if answer is None:
            super().on_headers_complete()
            return
        head, body = answer
        date = b"".join([b"%b: %b\r\n" % field for field in self.server_state.default_headers])
        self.transport.write(b"%b%b\r\n%b" % (head, date, body))

    def on_message_complete(self) -> None:
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
            and not self.flow.write_paused
        ):
            return answer
        return None

    def _is_free(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    def _look(self) -> None:
        """Close the connection if nothing was asked since the last look and nothing is answered."""
        if self._is_free() and not self._received:
            self.transport.close()
            return
        self._received = False
        self._next_look = self.loop.call_later(self.idle_s, self._look)
