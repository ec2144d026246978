"""What is counted of the answers, and that nothing else of a request is looked at."""

from __future__ import annotations

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from server.desk.figures.tally import Tally
from server.http.counting import Counted
from server.http.protocol import TileProtocol
from tests.server.http.wire import TILE, App, Connection, get, port_of, serving


def tally() -> Tally:
    return Tally(lambda _words, _network: None)


def counted(method: str, path: str, status: int) -> dict[tuple[str, str], int]:
    """What is counted of one answer."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(status_code=status)(scope, receive, send)

    counts = tally()
    TestClient(Counted(app, counts)).request(method, path)
    return {(kind, name): number for (kind, name), number in counts.take()[0].items()}


@pytest.mark.parametrize(
    ("path", "status", "figure"),
    [
        ("/tiles/flood/14/1/2.mvt", 200, ("tiles", "flood")),
        ("/tiles/flood/14/1/2.geojson?v=1", 204, ("tiles", "flood")),
        ("/tiles/flood/14/1/2.pbf", 304, ("tiles", "flood")),
        ("/layers/flood", 200, ("pages", "flood")),
        ("/layers/flood/table?page=2", 304, ("pages", "flood")),
        ("/layers/flood/export.shp.zip", 200, ("downloads", "flood.shp.zip")),
        ("/", 200, ("opened", "map")),
        ("/light?lang=ja", 200, ("opened", "light")),
        ("/here?lat=35.8&lon=139.6", 200, ("opened", "here")),
        ("/print?layers=flood", 304, ("opened", "print")),
    ],
)
def test_what_is_sent_is_counted(path: str, status: int, figure: tuple[str, str]) -> None:
    assert counted("GET", path, status) == {figure: 1}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/tiles/nothing/14/1/2.mvt", 404),
        ("GET", "/tiles/flood.json", 200),
        ("GET", "/tiles/flood/14/1/2.mvt", 503),
        ("HEAD", "/tiles/flood/14/1/2.mvt", 200),
        ("POST", "/", 200),
        ("GET", "/layers", 200),
        ("GET", "/layers/old_name", 301),
        ("GET", "/layers/flood/export.geojson", 304),
        ("GET", "/layers/flood/export.geojson", 206),
        ("GET", "/layers/flood/coverage.geojson", 200),
        ("GET", "/search?q=a", 200),
        ("GET", "/staff", 200),
        ("GET", "/requests/1?key=x", 200),
        ("GET", "/contact", 200),
    ],
)
def test_nothing_else_is(method: str, path: str, status: int) -> None:
    assert counted(method, path, status) == {}


def test_a_tile_that_is_sent_from_memory_is_counted() -> None:
    counts, app = tally(), App()
    app.state.hot.sent = counts.tile
    with serving(app, TileProtocol) as server:
        connection = Connection(port_of(server))
        for _ in range(3):  # the first is the app's
            connection.say(get(TILE))
            connection.answer()
        connection.close()
    assert counts.take()[0] == {("tiles", "flood"): 2}
    assert counts.take()[0] == {}
