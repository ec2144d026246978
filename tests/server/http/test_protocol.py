"""Kept tiles over a connection: in turn with everything else, and no easier to abuse."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from server.http.protocol import TileProtocol
from server.http.refusals import LONGEST_HEAD
from tests.server.http.wire import EMPTY, LENGTH, LONG, TILE, App, Connection, get, port_of, serving


@pytest.fixture
def app() -> App:
    return App()


class ImpatientProtocol(TileProtocol):
    idle_s = arrival_s = 0.2
    look_s = 0.1


@pytest.fixture
def port(app: App) -> Iterator[int]:
    with serving(app, ImpatientProtocol) as server:
        yield port_of(server)


@pytest.fixture
def connection(port: int) -> Iterator[Connection]:
    connection = Connection(port)
    yield connection
    connection.close()


def test_a_kept_tile_is_answered_without_asking_the_app(app: App, connection: Connection) -> None:
    connection.say(get())
    first = connection.answer()
    connection.say(get())
    head, body = connection.answer()
    assert app.asked == [TILE]
    assert body == first[1] == TILE
    assert sorted(head.splitlines()) == sorted(first[0].splitlines())
    connection.say(get(TILE, 'If-None-Match: "a"'))
    head, body = connection.answer()
    assert head.startswith("HTTP/1.1 304 Not Modified\r\n")
    assert "content-length" not in head
    assert "date: " in head
    assert app.asked == [TILE]


def test_a_kept_tile_with_nothing_in_it_is_too(app: App, connection: Connection) -> None:
    connection.say(get(EMPTY), get())
    first = connection.answer()
    connection.answer()
    connection.say(get(EMPTY), get(EMPTY, "If-None-Match: *"), get())
    assert first[0].startswith("HTTP/1.1 204 No Content\r\n")
    for _ in range(2):
        head, body = connection.answer()
        assert (sorted(head.splitlines()), body) == (sorted(first[0].splitlines()), "")
    assert connection.answer()[1] == TILE
    assert app.asked == [EMPTY, TILE]


def test_answers_come_in_the_order_of_the_requests(app: App, connection: Connection) -> None:
    connection.say(get())
    connection.answer()
    paths = [TILE, "/a", TILE, TILE, "/b", TILE]
    connection.say(*map(get, paths))
    assert [connection.answer()[1] for _ in paths] == paths
    assert app.asked.count("/a") == app.asked.count("/b") == 1


@pytest.mark.parametrize("cut", [1, 5, 30, 60])
def test_a_request_may_come_in_pieces(connection: Connection, cut: int) -> None:
    for _ in range(2):
        text = get(TILE, "Accept-Encoding: gzip", "X-Other: much")
        connection.say(text[:cut])
        time.sleep(0.02)
        connection.say(text[cut:])
        assert connection.answer()[1] == TILE


@pytest.mark.parametrize(
    "request_",
    [
        get(TILE, "Accept-Encoding: gzip", "Accept-Encoding: identity"),
        get(TILE, "Upgrade: h2c", "Connection: Upgrade"),
        get(TILE + "?"),
        get("http://city" + TILE),
    ],
)
def test_what_is_not_plain_goes_to_the_app(app: App, connection: Connection, request_: str) -> None:
    for plain in (get(TILE, "Accept-Encoding: gzip"), get()):
        connection.say(plain)
        connection.answer()
    asked = len(app.asked)
    connection.say(request_)
    assert connection.answer()[0].startswith("HTTP/1.1 200 ")
    assert len(app.asked) == asked + 1


def test_a_head_has_no_body(app: App, connection: Connection) -> None:
    connection.say(get())
    connection.answer()
    connection.say(get().replace("GET", "HEAD"), get("/a"))
    assert f"content-length: {len(TILE)}" in connection.head()
    assert connection.answer()[1] == "/a"
    assert app.asked == [TILE, TILE, "/a"]


def test_a_get_with_a_body_is_read_whole(app: App, connection: Connection) -> None:
    connection.say(get())
    connection.answer()
    connection.say(get(TILE, "Content-Length: 5"), "hello")
    assert connection.answer()[1] == "hello"
    connection.say(get())
    assert connection.answer()[1] == TILE
    assert app.asked == [TILE, TILE]


def test_a_body_may_be_longer_than_a_head(connection: Connection) -> None:
    long = "x" * (2 * LONGEST_HEAD)
    connection.say(get("/", f"Content-Length: {len(long)}").replace("GET", "POST"), long)
    assert connection.answer()[1] == long
    connection.say(get())
    assert connection.answer()[1] == TILE


def test_who_reads_slowly_gets_it_all(connection: Connection) -> None:
    connection.say(get(LONG))
    time.sleep(4 * ImpatientProtocol.idle_s)
    assert len(connection.answer()[1]) == LENGTH


@pytest.mark.parametrize("last", [get(TILE, "Connection: close"), get(version="1.0")])
def test_a_connection_is_closed_as_the_client_wishes(connection: Connection, last: str) -> None:
    connection.say(get())
    connection.answer()
    connection.say(last)
    head, body = connection.answer()
    assert (head.splitlines()[0], body) == ("HTTP/1.1 200 OK", TILE)
    assert connection.is_closed()


@pytest.mark.parametrize("said", ["", get()])
def test_a_silent_connection_is_closed(connection: Connection, said: str) -> None:
    connection.say(said)
    if said == get():
        connection.answer()
    assert connection.is_closed()
