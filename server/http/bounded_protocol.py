"""uvicorn's HTTP/1.1, with limits that hold for the whole of a request and its answer.

uvicorn bounds neither a head, trailers, a body that nobody reads nor pipelined requests, and the
only time it knows is that between two requests. Of the servers that could stand in its place
(see the row `servers` of `tests/benchmarks`), hypercorn bounds heads and reading but is slower than
uvicorn; granian is faster than uvicorn, but bounds neither a body nor the time that it takes to
arrive or to be read, and its workers are not asyncio's. Neither lets a tile be answered before it
is a request, which is what makes this one fast. A proxy in front may have all these limits; the
service does not rest on one.

A request's bytes are given to the parser in pieces, none while a complete request waits for its
turn: so what a connection holds is bounded, and requests that are pipelined are all answered.

When the service stops, uvicorn closes what is idle at once, with the request that its client has
just sent. Here it has a moment more, in which an answer says that the connection ends.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, ClassVar

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from server.http.connections import Connections, Waits
from server.http.refusals import (
    FILE_TYPES,
    LONG_BODY,
    LONG_HEAD,
    LONG_LIST,
    LONG_TARGET,
    LONGEST_BODY,
    LONGEST_HEAD,
    LONGEST_LIST,
    MALFORMED,
    MANY_CONNECTIONS,
    MANY_FIELDS,
    MOST_FIELDS,
    TOO_SLOW,
    UPLOADS,
    Refusal,
    long_upload,
)
from server.http.starts import FIRST

PIECE = 1024  # bytes given to the parser at a time: a head of a browser is about as long
AROUND_FIELD = 4  # bytes: colon, space and the end of the line
LISTS = frozenset({b"accept", b"accept-encoding", b"accept-language", b"if-none-match"})
UPLOAD_STEP = 256 * 1024  # bytes of an upload that arrive within `arrival_s`: 9 KB in a second


class _Refused(Exception):
    """Raised in a callback of the parser, which then parses no more."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. The app of the configuration has its `Connections` as `state.connections`.

    Times are seconds; each is kept to within `look_s`. A client may be `idle_s` between requests
    and take `arrival_s` to send one, or a step of a form with files, and `unread_s` without reading
    anything of an answer. After a refusal it has `lingering_s` to read it, and `last_s` for one
    more request once the service stops.
    """

    idle_s: ClassVar[float] = 15
    arrival_s: ClassVar[float] = 30
    unread_s: ClassVar[float] = 30
    lingering_s: ClassVar[float] = 5
    last_s: ClassVar[float] = 1
    look_s: ClassVar[float] = 5

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        app: Any = self.config.loaded_app
        self._held: Connections = app.state.connections
        self._unfed = memoryview(b"")  # received, and for later
        self._arriving = False  # a request has begun and is not complete
        self._in_head = False
        self._longest = LONGEST_BODY  # bytes of the request's body
        self._has_files = False
        self._requests = 0  # that have begun
        self._head_size = 0  # bytes of the target and of each field that is complete
        self._size = 0  # bytes of the request but for the piece it began in
        self._refusal: Refusal | None = None
        self._is_said = False
        self._lingered = 0  # bytes received since the refusal
        self._ends = False  # with the next answer: the service stops
        self._resumed = 0  # how often the client has read enough for more to be sent
        self._stalls: dict[tuple[str, int, int], float] = {}  # since when
        self._next_look: asyncio.TimerHandle | None = None

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._next_look = self.loop.call_later(self.look_s, self._look)
        if not self._held.add(self, self.client[0] if self.client else ""):
            self._refusal = MANY_CONNECTIONS
            self.transport.write(MANY_CONNECTIONS.sent(self.server_state.default_headers))
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._held.remove(self)
        if self._next_look is not None:
            self._next_look.cancel()

    @property
    def waits(self) -> Waits | None:
        """What of its client the connection waits for, None while it is being answered."""
        if self._arriving or self._refusal is not None:
            return "arriving"
        if not self._is_free():
            return None
        return "reading" if self.transport.get_write_buffer_size() else "idle"

    def drop(self) -> None:
        """Close the connection at once."""
        self.transport.abort()

    def shutdown(self) -> None:
        """End the connection with its last answer, or when no request comes for a moment."""
        self._ends = True
        if not self._is_free():
            self._end_with(self.cycle)
        else:
            self._close_soon()

    def _close_soon(self) -> None:
        self.loop.call_later(self.last_s, self._close_unless_asked)

    def _close_unless_asked(self) -> None:
        if self._is_free() and not self._arriving:
            self.transport.close()

    def _end_with(self, cycle: RequestResponseCycle) -> None:
        """Have an answer say that it is the last, unless another request is here already.

        One whose head is sent can say so no more: the next one does, if there is one.
        """
        if self._ends and not cycle.response_started and not self.pipeline and not self._unfed:
            cycle.keep_alive = False

    # What is received

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None:
            self._lingered += len(data)
            if self._lingered > self._longest:  # still taken, unread
                self.transport.abort()
            return
        if self._unfed or self.pipeline or len(data) > PIECE:
            self._unfed = memoryview(b"".join([self._unfed, data]))
        else:
            self._parse(data)
        if self._unfed or self.pipeline:
            self._feed()

    def _feed(self) -> None:
        """Parse what was received, up to a request that has to wait for its turn."""
        while self._unfed and not self.pipeline and not self.transport.is_closing():
            piece, self._unfed = self._unfed[:PIECE], self._unfed[PIECE:]
            self._parse(piece)
        if (self._unfed or self.pipeline) and not self.transport.is_closing():
            self.flow.pause_reading()

    def _parse(self, piece: bytes | memoryview) -> None:
        self._unset_keepalive_if_required()  # `_look` closes what is idle
        begun = self._requests
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            # To nothing that is known here: what follows is HTTP/1.1 (RFC 9110, 7.8).
            rest: int = upgrade.args[0]
            self._unfed = memoryview(b"".join([piece[rest:], self._unfed]))
        except httptools.HttpParserError as error:
            refused = error.__context__
            self._refuse(refused.args[0] if isinstance(refused, _Refused) else MALFORMED)
            return
        if self._arriving and begun == self._requests:
            self._size += len(piece)
            if self._in_head and self._size > LONGEST_HEAD:
                self._refuse(LONG_HEAD if self.headers else LONG_TARGET)
            elif self._size > LONGEST_HEAD + self._longest:
                self._refuse(long_upload(self._longest) if self._has_files else LONG_BODY)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._arriving = self._in_head = True
        self._requests += 1
        self._head_size = self._size = 0
        self._longest = LONGEST_BODY
        self._has_files = False

    def on_url(self, url: bytes) -> None:
        self.url += url
        self._head_size += len(url)
        if self._head_size > LONGEST_HEAD:
            raise _Refused(LONG_TARGET)

    def on_header(self, name: bytes, value: bytes) -> None:
        size = len(value)
        self._head_size += len(name) + size + AROUND_FIELD
        if self._head_size > LONGEST_HEAD:
            raise _Refused(LONG_HEAD)
        name = name.lower()
        if size > LONGEST_LIST and name in LISTS:
            raise _Refused(LONG_LIST)
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        if self._in_head:  # a trailer is asked for by nothing here (RFC 9110, 6.5.1)
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if len(self.headers) > MOST_FIELDS:
            raise _Refused(MANY_FIELDS)
        longest = UPLOADS.get(self.url.partition(b"?")[0])
        if longest is not None and self._sends_files():
            self._longest, self._has_files = longest, True
        super().on_headers_complete()
        self._in_head = False

    def _sends_files(self) -> bool:
        """Whether the request is a form with files, or a part of a file."""
        return self.parser.get_method() == b"POST" and any(
            name == b"content-type" and value.lower().startswith(FILE_TYPES)
            for name, value in self.headers
        )

    def on_message_complete(self) -> None:
        self._arriving = False
        super().on_message_complete()

    # What is sent

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._end_with(cycle)
        start = partial(super()._start_asgi_task, cycle, app)
        if cycle.scope["raw_path"].startswith(FIRST):
            start()
        else:
            self._held.starts.add(self.loop, start)

    def on_response_complete(self) -> None:
        is_last = not self.pipeline
        super().on_response_complete()
        if self._ends:
            self._close_soon()
        if self._refusal is None:
            self._feed()
        elif is_last:
            self._say_refusal()

    def resume_writing(self) -> None:
        self._resumed += 1
        super().resume_writing()

    def _is_free(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    def _refuse(self, refusal: Refusal) -> None:
        """Read no more; answer what was asked before, then say why, and close."""
        self._refusal, self._unfed = refusal, memoryview(b"")
        has_answer = self._arriving and not self._in_head  # the request that is refused
        if has_answer and self.pipeline:
            self.pipeline.popleft()  # the request itself; those before it are answered
        elif has_answer and not self._is_free():
            self.cycle.disconnected = True  # the app learns so, and what it sends goes nowhere
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.abort()
            else:
                self._say_refusal()
        elif has_answer:
            self.transport.close()  # it was answered before it was complete
        elif self._is_free():
            self._say_refusal()
        else:
            self.flow.pause_reading()

    def _say_refusal(self) -> None:
        """Say it, and close when the client has read it: it may still be sending."""
        if self._refusal is None or self.transport.is_closing():
            return
        self._is_said = True
        self.transport.write(self._refusal.sent(self.server_state.default_headers))
        self.transport.write_eof()
        self.flow.resume_reading()

    # Time

    def _look(self) -> None:
        """Close the connection if its client has kept it waiting for too long."""
        now = self.loop.time()
        self._stalls = {stall: self._stalls.get(stall, now) for stall in self._stalled()}
        limits = {
            "idle": self.idle_s,
            "arriving": self.arrival_s,
            "unread": self.unread_s,
            "lingering": self.lingering_s,
        }
        for stall, since in self._stalls.items():
            if now - since >= limits[stall[0]]:
                self._give_up(stall[0])
                break
        self._next_look = self.loop.call_later(self.look_s, self._look)

    def _stalled(self) -> list[tuple[str, int, int]]:
        """What the connection waits for, each the same at the next look unless it has moved."""
        unread = self.transport.get_write_buffer_size()
        stalls = [("unread", unread, self._resumed)] if unread else []
        if self._refusal is not None:
            stalls += [("lingering", 0, 0)] * self._is_said
        elif self._arriving and not self.flow.read_paused:
            step = self._size // UPLOAD_STEP if self._has_files else 0
            stalls.append(("arriving", self._requests, step))
        elif not unread and self._is_free():
            stalls.append(("idle", self._requests, 0))
        return stalls

    def _give_up(self, stall: str) -> None:
        if stall == "idle":
            self.transport.close()
        elif stall == "arriving":
            self._refuse(TOO_SLOW)
        else:
            self.transport.abort()
