"""Limits that hold for the whole of a request, whatever its client does or does not do."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import uvicorn

from server.http.bounded_protocol import PIECE, UPLOAD_STEP
from server.http.protocol import TileProtocol
from server.http.refusals import (
    LONGEST_BODY,
    LONGEST_HEAD,
    LONGEST_LIST,
    LONGEST_UPLOAD,
    MOST_FIELDS,
)
from server.http.starts import Starts
from tests.server.http.wire import (
    LENGTH,
    LONG,
    TILE,
    App,
    Connection,
    eventually,
    get,
    port_of,
    post,
    serving,
)

CHUNKED = post("/", "Transfer-Encoding: chunked")
KERNEL = 8 << 20  # bytes that may be under way on the loopback, unread


class ImpatientProtocol(TileProtocol):
    arrival_s = unread_s = 0.5
    lingering_s = 2
    look_s = 0.1


@pytest.fixture
def app() -> App:
    return App(most=20)


@pytest.fixture
def server(app: App) -> Iterator[uvicorn.Server]:
    with serving(app, ImpatientProtocol) as server:
        yield server


@pytest.fixture
def connect(server: uvicorn.Server) -> Iterator[Callable[[], Connection]]:
    connections = []

    def connect() -> Connection:
        connections.append(Connection(port_of(server)))
        return connections[-1]

    yield connect
    for connection in connections:
        connection.close()


@pytest.fixture
def connection(connect: Callable[[], Connection]) -> Connection:
    return connect()


def head_of(length: int) -> str:
    """A request whose target and fields have so many bytes, as they are counted."""
    return get("/", f"X-Long: {'x' * (length - len('/Host: city  X-Long:   '))}")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (head_of(LONGEST_HEAD + 1), 431),
        (get("/" + "x" * LONGEST_HEAD), 414),
        (get("/", *["X: y"] * MOST_FIELDS), 431),
        (get("/", f"Accept-Language: {'x' * (LONGEST_LIST + 1)}"), 431),
        (get("/", f"ACCEPT: {',' * (LONGEST_LIST + 1)}"), 431),
        ("GET / HTTP/1.1\r\nHost: city\r\nno field\r\n\r\n", 400),
    ],
)
def test_a_head_too_long_is_refused_in_words(
    app: App, connection: Connection, head: str, status: int
) -> None:
    connection.say(get("/before"), head)
    assert connection.answer()[0].startswith("HTTP/1.1 200 ")
    said, body = connection.answer()
    assert said.startswith(f"HTTP/1.1 {status} ")
    assert "connection: close" in said
    assert len(body.splitlines()) == 2
    assert connection.is_closed()
    assert app.asked == ["/before"]


def test_a_head_just_short_enough_is_answered(connection: Connection) -> None:
    connection.say(head_of(LONGEST_HEAD), get("/", *["X: y"] * (MOST_FIELDS - 1)))
    for _ in range(2):
        assert connection.answer()[0].startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("begun", "part"),
    [
        (get().removesuffix("\r\n") + "X-Much: ", b"x" * 4096),
        (get().removesuffix("\r\n"), b"X: y\r\n" * 1000),
        ("GET /", b"x" * 4096),
        (CHUNKED + "1\r\nx\r\n0\r\n", b"X: y\r\n" * 1000),
        (CHUNKED + "0\r\nX-Much: ", b"x" * 4096),
        (CHUNKED + "1;x=", b"x" * 4096),
        (CHUNKED, b"1\r\nx\r\n" * 1000),
        (CHUNKED, b"1000\r\n%b\r\n" % (b"x" * 4096)),
        (post("/", f"Content-Length: {1 << 40}"), b"x" * 4096),
    ],
)
def test_what_does_not_end_is_not_taken(
    app: App, connection: Connection, begun: str, part: bytes
) -> None:
    connection.say(begun)
    assert connection.send_until_closed(part, most=4 * KERNEL) < KERNEL
    assert eventually(lambda: not app.state.connections)


def test_trailers_are_no_header_fields(app: App, connection: Connection) -> None:
    connection.say(CHUNKED, "1\r\nx\r\n0\r\nX-Trailer: 1\r\n\r\n")
    assert connection.answer()[1] == "x"
    assert app.fields == [["host", "transfer-encoding"]]


def test_a_body_too_long_for_every_form_is_refused(app: App, connection: Connection) -> None:
    connection.say(post("/", f"Content-Length: {2 * LONGEST_BODY}"), "x" * (2 * LONGEST_BODY))
    head, body = connection.answer()
    assert head.startswith("HTTP/1.1 413 ")
    assert str(LONGEST_BODY) in body
    assert eventually(lambda: app.lost == 1)


FILES = "Content-Type: multipart/form-data; boundary=b"


def test_a_form_with_files_may_be_longer(connection: Connection) -> None:
    size = 20 * LONGEST_BODY
    connection.say(post("/requests?lang=en", FILES, f"Content-Length: {size}"))
    connection.send_in_background(b"x" * size)
    head, body = connection.answer()
    assert head.startswith("HTTP/1.1 200 ")
    assert len(body) == size


@pytest.mark.parametrize(
    "begun",
    [
        post("/layers", FILES, "Transfer-Encoding: chunked"),
        post("/requests", "Transfer-Encoding: chunked"),
        get("/requests", FILES, "Transfer-Encoding: chunked"),
        post("/requests/1", FILES, "Transfer-Encoding: chunked"),
    ],
)
def test_no_other_request_may(connection: Connection, begun: str) -> None:
    connection.say(begun)
    connection.send_in_background(b"10000\r\n%b\r\n" % (b"x" * 65536) * 8)
    head, body = connection.answer()
    assert head.startswith("HTTP/1.1 413 ")
    assert str(LONGEST_BODY) in body


def test_a_form_with_files_ends_too(app: App, connection: Connection) -> None:
    connection.say(post("/requests", FILES, "Transfer-Encoding: chunked"))
    part = b"10000\r\n%b\r\n" % (b"x" * 65536)
    connection.send_in_background(part * (LONGEST_UPLOAD // 65536 + 2))
    head, body = connection.answer()
    assert head.startswith("HTTP/1.1 413 ")
    assert "what you wrote is still there" in body
    assert eventually(lambda: app.lost == 1)


def test_a_slow_line_has_time_for_a_photo(connection: Connection) -> None:
    size = 8 * UPLOAD_STEP
    connection.say(post("/requests", FILES, f"Content-Length: {size}"))
    began = time.monotonic()
    for _ in range(8):
        time.sleep(0.6 * ImpatientProtocol.arrival_s)
        connection.say("x" * UPLOAD_STEP)
    assert time.monotonic() - began > 4 * ImpatientProtocol.arrival_s
    assert connection.answer()[0].startswith("HTTP/1.1 200 ")


def test_a_form_with_files_that_comes_too_slowly_is_not_waited_for(
    app: App, connection: Connection
) -> None:
    connection.say(post("/requests", FILES, f"Content-Length: {8 * UPLOAD_STEP}"))
    assert connection.send_until_closed(b"x" * 1000, pause_s=0.1) < UPLOAD_STEP
    assert eventually(lambda: not app.state.connections)


@pytest.mark.parametrize(
    "begun", ["", get()[:-2] + "X: ", post("/", "Content-Length: 1000"), CHUNKED + "0\r\nX: "]
)
def test_a_request_has_a_time_to_arrive_in(app: App, connection: Connection, begun: str) -> None:
    connection.say(begun or "G")
    part = b"ET /".ljust(400, b"x") if not begun else b"x"
    assert connection.send_until_closed(part[:1], pause_s=0.02, most=2000) < 2000
    assert eventually(lambda: not app.state.connections)


def test_a_late_request_is_told_so(connection: Connection) -> None:
    connection.say(post("/", "Content-Length: 10"), "x")
    assert connection.answer()[0].startswith("HTTP/1.1 408 ")
    assert connection.is_closed()


@pytest.mark.parametrize("field", ["X: y", "Connection: close"])
def test_who_does_not_read_is_not_waited_for(app: App, connection: Connection, field: str) -> None:
    connection.say(*[get(LONG, field)] * 3)
    assert eventually(lambda: app.asked != [])
    assert eventually(lambda: not app.state.connections)


def test_who_reads_little_by_little_gets_it_all(connection: Connection) -> None:
    connection.say(get(LONG))
    connection.head()
    left, begun = LENGTH, time.monotonic()
    while left:
        left -= connection.read(min(left, LENGTH // 8))
        time.sleep(ImpatientProtocol.unread_s / 3)
    assert time.monotonic() - begun > 2 * ImpatientProtocol.unread_s


def test_pipelined_requests_are_all_answered(connection: Connection) -> None:
    paths = [TILE, "/a", TILE, TILE, "/b"] * 600
    assert sum(len(get(path)) for path in paths) > 2 * 65536
    connection.say(*map(get, paths))
    assert [connection.answer()[1] for _ in paths] == paths


def test_what_waits_for_its_turn_is_bounded(
    app: App, server: uvicorn.Server, connection: Connection
) -> None:
    connection.say(get("/later"))
    assert eventually(lambda: app.asked == ["/later"])
    requests = b"GET /a HTTP/1.1\r\n\r\n"
    connection.send_in_background(requests * 10_000)
    (protocol,) = server.server_state.connections
    assert isinstance(protocol, TileProtocol)
    time.sleep(0.3)  # so that it might take more
    assert 0 < len(protocol.pipeline) <= PIECE / len(requests) + 1
    app.turn.set()
    for _ in range(10_001):
        connection.answer()
    assert len(app.asked) == 10_001


def test_silent_requests_close_the_map_to_nobody(
    app: App, connect: Callable[[], Connection]
) -> None:
    for _ in range(60):
        connect().say(post("/", "Content-Length: 1000"), "x")
    newcomer = connect()
    newcomer.say(get())
    assert newcomer.answer()[1] == TILE
    assert len(app.state.connections) <= 20


def test_when_all_are_being_answered_a_newcomer_is_told_to_come_back(
    app: App, connect: Callable[[], Connection]
) -> None:
    for number in range(1, 21):
        connect().say(get("/later"))
        assert eventually(partial(_has_asked, app, number))
    head, _ = connect().answer()
    assert head.startswith("HTTP/1.1 503 ")
    assert "retry-after: " in head
    app.turn.set()


def test_a_tile_does_not_wait_until_pages_have_begun(
    app: App, connect: Callable[[], Connection]
) -> None:
    app.state.connections.starts = Starts(at_once=0)
    connect().say(get("/page"))
    client = connect()
    client.say(get())
    assert client.answer()[1] == TILE
    assert app.asked == [TILE]


def _has_asked(app: App, count: int) -> bool:
    return len(app.asked) == count


LITTLE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))
from tests.server.http.wire import App, port_of, serving
from server.http.protocol import TileProtocol
with serving(App(), TileProtocol) as server:
    print(port_of(server), flush=True)
    sys.stdin.read()
"""


def test_it_survives_that_there_are_no_files_left() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", LITTLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        port = int(process.stdout.readline())
        silent = [Connection(port) for _ in range(100)]
        time.sleep(0.2)
        for connection in silent:
            connection.close()

        def answers() -> bool:
            connection = Connection(port)
            try:
                connection.say(get())
                return connection.answer()[1] == TILE
            except (OSError, AssertionError):
                return False
            finally:
                connection.close()

        assert eventually(answers)
        process.stdin.close()
