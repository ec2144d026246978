"""The morning of the typhoon: everybody opens the map at once, asks about a place, and writes.

Some of them before the service is there, and some by a line on which hardly anything comes through.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

from sqlalchemy import func, select

from layers.catalog.layer import Layer
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city
from layers.store.folder import FolderStore
from server.database.engine import open_database, reading
from server.desk.intake.requests import requests
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client
from tests.benchmarks.load import Generator
from tests.benchmarks.measure import Spread, in_turn, memory, tree
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, at_most, within
from tests.benchmarks.servers import free_port
from tests.benchmarks.tiles import tile_addresses
from tests.benchmarks.typhoon import FORM, PLACES, mixed, network

CROWD, SECONDS = 500, 300
DEAR_CLIENTS = 20
LOOKS = 1000  # at one tile meanwhile
PAUSE = 0.01  # seconds between two of them: a map asks now and then
POSTS = 10_000
SLOW = 400  # clients, half of whom send slowly, and half read slowly
STEP = 1.0  # seconds between two bytes that one of them sends, or two kilobytes that it reads
READY = 3.0  # seconds
DEAR = (
    "/og.png?at=15/{}/139.6",
    "/towns/本町一丁目.pdf",
    "/search?q={}",
    "/here?lat={}&lon=139.594",
    "/layers/hydrants/table?page={}",
    "/print?at=15/{}/139.6",
)


def rows(bench: Bench) -> Iterator[Row]:
    """The mix of that morning; the dearest alone; slow clients; forms; a start amid it all."""
    home = bench.cities.home("asaka")
    for path in bench.work.glob("night.sqlite*"):
        path.unlink()
    settings = {
        "BOSAI_HOME": str(home),
        "BOSAI_SECRET_FILE": str(bench.work / "secret.key"),
        "BOSAI_DATABASE_URL": f"sqlite:///{bench.work / 'night.sqlite'}",
        "BOSAI_TRUSTED_PROXIES": "127.0.0.1",  # forms come from as many networks as there are
    }
    with bench.service(settings):
        pass  # so that everything is prepared
    try:
        wrk = Generator.installed(bench.peers, bench.seconds)
    except Absent as reason:
        yield Row("the morning of the typhoon", "", missing=str(reason))
        return
    layers = _layers(home)
    yield from _morning(bench, wrk, settings, layers)
    yield _dear(bench, wrk, settings, layers)
    yield _slow(bench, settings, layers)
    yield _forms(bench, settings)
    yield _start(bench, wrk, settings, layers)


def _morning(
    bench: Bench, wrk: Generator, settings: dict[str, str], layers: Sequence[Layer]
) -> Iterator[Row]:
    """A made tile beside itself, and the service's memory, while the crowd asks for the mix."""
    addresses = mixed(layers)
    seconds = SECONDS if bench.share == 1 else bench.seconds
    crowd = wrk.over(_file(bench, "night", addresses), CROWD, seconds)
    tile = next(address for address in addresses if address.startswith("/tiles/"))
    with bench.service(settings) as (pid, port):
        url = f"http://127.0.0.1:{port}"
        crowd.over(crowd.paths or Path(), CROWD, min(20, seconds)).mix(url, pid)  # all is made
        before = memory(tree(pid))
        with crowd.asking(url):
            taken = _waits(port, tile)
        load = crowd.mix(url, pid)
        after = memory(tree(pid))
    what = f"{CROWD} clients, {seconds} s of tiles, pages, places, searches, pictures and sheets"
    met = (
        f"{load.requests / seconds:,.0f} answers a second, {load.refused:,} told to come back",
        f"p50 {load.p50:.3f} s, p99 {load.p99:.3f} s, p99.9 {load.p999:.3f} s",
    )
    yield _of_itself(what, taken, 10, tuple(Condition(True, each) for each in met))
    growth = after / before
    yield Row(f"memory after {what}", "before", at_most(1.05), Spread.of([growth]))


def _dear(bench: Bench, wrk: Generator, settings: dict[str, str], layers: Sequence[Layer]) -> Row:
    """A made tile beside itself, while a few clients ask for nothing but what is dearest."""
    tile = next(tile_addresses(layers))
    every = [path.format(f"35.79{number:04}") for number in range(PLACES) for path in DEAR]
    clients = wrk.over(_file(bench, "night-dear", every), DEAR_CLIENTS)
    with bench.service(settings) as (_pid, port), clients.asking(f"http://127.0.0.1:{port}"):
        taken = _waits(port, tile)
    return _of_itself(f"{DEAR_CLIENTS} clients that ask for the dearest addresses", taken, 20)


def _slow(bench: Bench, settings: dict[str, str], layers: Sequence[Layer]) -> Row:
    """A made tile while many hold connections and hardly use them, beside itself without them."""
    tile = next(tile_addresses(layers))
    with bench.service(settings) as (_pid, port):
        alone = sorted(_waits(port, tile))
        with _trickling(port):
            beside = sorted(_waits(port, tile))
    last = len(alone) * 99 // 100
    return Row(
        f"a tile's p99 beside {SLOW} clients that send and read hardly anything",
        "without them",
        at_most(2),
        Spread.of([beside[last] / alone[last]]),
        conditions=(Condition(True, f"p99 {beside[last] * 1000:.1f} ms"),),
    )


def _start(bench: Bench, wrk: Generator, settings: dict[str, str], layers: Sequence[Layer]) -> Row:
    """How soon the service is ready while everybody tries to reach it already."""
    port = free_port()
    crowd = wrk.over(_file(bench, "night", mixed(layers)), CROWD)

    def ready() -> float:
        begun = time.perf_counter()
        with bench.service(settings, port):
            return time.perf_counter() - begun

    def ready_amid_them() -> float:
        with crowd.asking(f"http://127.0.0.1:{port}"):
            return ready()

    amid, alone = in_turn(bench.runs, ready_amid_them, ready)
    what = f"ready from prepared revisions, with {CROWD} clients who try from before"
    row = within(what, f"{READY:g} s", amid, READY)
    return replace(row, conditions=(Condition(True, f"without them {min(alone):.1f} s"),))


@contextmanager
def _trickling(port: int) -> Iterator[None]:
    """Half of the clients send a head a byte at a time, half read a long answer little by little.

    Whoever is closed comes again.
    """
    is_over = threading.Event()
    head = b"GET /layers HTTP/1.1\r\nHost: a\r\nX: "

    def hold() -> None:
        links: dict[int, socket.socket] = {}
        with ExitStack() as every:
            while not is_over.wait(STEP):
                for number in range(SLOW):
                    writes = number % 2 == 0
                    try:
                        if number not in links:
                            links[number] = every.enter_context(
                                socket.create_connection(("127.0.0.1", port), 10)
                            )
                            begun = head if writes else b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 20
                            links[number].sendall(begun)
                            links[number].setblocking(False)
                        elif writes:
                            links[number].send(b"x")
                        elif not links[number].recv(1024):
                            del links[number]
                    except BlockingIOError:
                        continue
                    except OSError:
                        links.pop(number, None)

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    try:
        yield
    finally:
        is_over.set()
        holder.join()


def _forms(bench: Bench, settings: dict[str, str]) -> Row:
    """Requests that are stored, beside those that were acknowledged."""
    answers: Counter[int] = Counter()
    count = round(POSTS * bench.share)
    with bench.service(settings) as (_pid, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(count):
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": network(number),
            }
            connection.request("POST", "/requests", urlencode(FORM), headers)
            answer = connection.getresponse()
            answer.read()
            answers[answer.status] += 1
        connection.close()
    engine = open_database(settings["BOSAI_DATABASE_URL"])
    with reading(engine) as database:
        stored = database.execute(select(func.count()).select_from(requests)).scalar_one()
    engine.dispose()
    known = Condition(not set(answers) - {303, 429, 503}, f"answered {dict(answers)}")
    ratio = Spread.of([stored / max(1, answers[303])])
    return Row(
        f"{count:,} forms sent, stored", "acknowledged", at_most(1), ratio, None, None, (known,)
    )


def _of_itself(
    what: str, waits: Sequence[float], most: float, conditions: Sequence[Condition] = ()
) -> Row:
    """The slowest of a hundred looks at a tile, beside the middle one."""
    ordered = sorted(waits)
    p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    looks = Condition(True, f"a tile's p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
    ratio = Spread.of([p99 / p50])
    held = (looks, *conditions)
    return Row(f"a tile's p99 beside {what}", "its p50", at_most(most), ratio, conditions=held)


def _waits(port: int, tile: str) -> Sequence[float]:
    """Seconds that each of many looks at a tile takes."""
    client, taken = Client(port), []
    client.get(tile).require_tile(tile)
    for _ in range(LOOKS):
        begun = time.perf_counter()
        client.get(tile)
        taken.append(time.perf_counter() - begun)
        time.sleep(PAUSE)
    client.close()
    return taken


def _layers(home: Path) -> Sequence[Layer]:
    """Those of the city that ships, as they are prepared in `home`."""
    folder = home / load_city(BUNDLED_DEFINITIONS / "city.toml").code
    store = FolderStore(folder)
    revisions = (store.current(each.name) for each in sorted((folder / "revisions").iterdir()))
    return [Layer(revision) for revision in revisions if revision is not None]


def _file(bench: Bench, name: str, addresses: Sequence[str]) -> Path:
    """A file of these addresses, a line each."""
    file = bench.work / f"{name}.txt"
    lines = (quote(address, safe="/?&=%,") for address in addresses)
    file.write_text("\n".join(lines), encoding="utf-8")
    return file
