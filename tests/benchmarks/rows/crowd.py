"""The service when much is asked of it at once, or asked by somebody who means no good."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from layers.geometry.tile import Tile
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client
from tests.benchmarks.data import FLOOD, HYDRANTS
from tests.benchmarks.load import Generator
from tests.benchmarks.measure import in_turn, memory, tree, watched
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, at_least, compared, within
from tests.benchmarks.tiles import tile_addresses

CROWD, CROWD_SECONDS = 500, 30
WHAT = "a tile's p99"
MOST = 0.05  # seconds
TILE = "/tiles/flood/14/14545/6443.geojson"
CLIENTS = 50  # that ask for one dear address
LOOKS = 400  # tiles asked for meanwhile
PAUSE = 0.005  # seconds between two of them: a map asks now and then
DEAR = (
    "/layers/hydrants/table",
    "/layers/hydrants/table?page={}",
    "/light",
    "/print",
    "/print?at=15/{}/139.6",
    "/og.png?at=15/{}/139.6",
    "/towns/本町一丁目.pdf",
    "/search?q={}",
    "/here?lat={}&lon=139.594",
    "/layers/hydrants/export.geojson",
    "/layers/hydrants/export.csv",
    "/qr.svg?at=15/{}/139.6",
    "/nothing/{}",
)
HOSTILE = 200_000_000  # bytes
GROWTH = 1.1
KINDS = {
    "trailers": (b"0\r\n", b"X-Trailer: y\r\n" * 300),
    "one trailer": (b"0\r\nX-Trailer: ", b"y" * 4096),
    "chunks": (b"", b"1\r\ny\r\n" * 700),
    "an extension of a chunk": (b"1;y=", b"y" * 4096),
}


def rows(bench: Bench) -> Iterator[Row]:
    """Many at once, empty tiles, dear addresses, hostile bodies."""
    settings = {"BOSAI_HOME": str(bench.cities.home("asaka"))}
    with bench.service(settings):
        pass  # so that everything is prepared
    yield _hostile(bench, settings)
    try:
        wrk = Generator.installed(bench.peers, bench.seconds)
    except Absent as reason:
        yield Row("a crowd", "", missing=str(reason))
        return
    yield _crowd(bench, wrk)
    yield _empty(bench, wrk)
    for path in DEAR:
        clients = wrk.over(_paths(bench, path), connections=CLIENTS)
        with bench.service(settings) as (_pid, port):
            waits = [_beside(clients, port) for _ in range(bench.runs)]
        what = f"{WHAT} while {CLIENTS} clients ask for {path}"
        yield within(what, f"{MOST * 1000:g} ms", waits, MOST)


def _crowd(bench: Bench, wrk: Generator) -> Row:
    """500 connections over every tile of two layers, beside 64 connections."""
    city = bench.cities.seeded("city", [FLOOD, HYDRANTS])
    layers = [city.layer(dataset.id) for dataset in (FLOOD, HYDRANTS)]
    paths = bench.work / "paths.txt"
    paths.write_text("\n".join(tile_addresses(layers)), encoding="utf-8")
    with bench.service(city.environment) as (pid, port):
        client = Client(port)
        for path in paths.read_text(encoding="utf-8").splitlines():
            client.get(path).require_tile(path)
        client.close()
        address = f"http://127.0.0.1:{port}"
        few = wrk.over(paths).load(address, pid)
        seconds = CROWD_SECONDS if bench.share == 1 else bench.seconds
        many = wrk.over(paths, connections=CROWD, seconds=seconds).load(address, pid)
    count = len(paths.read_text().splitlines())
    latencies = f"p50 {many.p50 * 1000:.0f} ms, p99 {many.p99 * 1000:.0f} ms, no error"
    return compared(
        f"{CROWD} connections for {seconds} s over {count:,} tiles, a request's share of the time",
        "64 connections",
        ([many.sample], [few.sample]),
        at_least(0.8),
        (Condition(True, latencies),),
    )


def _empty(bench: Bench, wrk: Generator) -> Row:
    """A tile with nothing in it beside one that is full."""
    city = bench.cities.seeded("city", [FLOOD, HYDRANTS])
    layer = city.layer(FLOOD.id)
    full = next(tile for tile, _ in layer.tiles(layer.maxzoom))
    empty = Tile(layer.maxzoom, 0, 0)
    with bench.service(city.environment) as (pid, port):
        addresses = [
            f"http://127.0.0.1:{port}/tiles/{layer.id}/{tile.z}/{tile.x}/{tile.y}.mvt"
            f"?v={layer.revision.id}"
            for tile in (empty, full)
        ]
        ours, theirs = in_turn(
            bench.runs, lambda: wrk.load(addresses[0], pid), lambda: wrk.load(addresses[1], pid)
        )
    samples = [load.sample for load in ours], [load.sample for load in theirs]
    return compared(
        "a tile with nothing in it, 64 connections", "a full one", samples, at_least(0.8)
    )


def _beside(wrk: Generator, port: int) -> float:
    """Seconds that one tile in a hundred waits at least while `wrk` asks."""
    taken = []
    with wrk.asking(f"http://127.0.0.1:{port}"):
        client = Client(port)
        client.get(TILE)
        for _ in range(LOOKS):
            begun = time.perf_counter()
            client.get(TILE)
            taken.append(time.perf_counter() - begun)
            time.sleep(PAUSE)
        client.close()
    return sorted(taken)[LOOKS * 99 // 100]


def _paths(bench: Bench, path: str) -> Path:
    """A file of the addresses that `path` stands for."""
    file = bench.work / "dear.txt"
    addresses = dict.fromkeys(path.format(f"35.79{number:04}") for number in range(5000))
    file.write_text("\n".join(map(partial(quote, safe="/?&=%"), addresses)), encoding="utf-8")
    return file


def _hostile(bench: Bench, settings: dict[str, str]) -> Row:
    """The most memory of the service during hostile bodies of every kind, beside before."""
    with bench.service(settings) as (pid, port):
        client = Client(port)
        for _ in range(100):
            client.get("/layers")
        before = memory(tree(pid))
        with watched(pid) as peak:
            sent = {name: _send(port, *parts) for name, parts in KINDS.items()}
        client.get("/healthz")
        client.close()
    taken = ", ".join(f"{name}: {size / 1e6:.1f} MB taken" for name, size in sent.items())
    row = within(
        f"most memory during {HOSTILE // 10**6} MB of each hostile body",
        f"{GROWTH:g} × before",
        [peak.bytes / before],
        GROWTH,
    )
    return replace(row, conditions=(Condition(True, taken),))


def _send(port: int, begun: bytes, part: bytes) -> int:
    """How many of `HOSTILE` bytes the service and the kernel take, over as many connections."""
    tried = taken = 0
    head = b"POST /requests HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    while tried < HOSTILE:
        with socket.create_connection(("127.0.0.1", port), 30) as link, suppress(OSError):
            link.sendall(head + begun)
            while tried < HOSTILE:
                tried += len(part)
                link.sendall(part)
                taken += len(part)
            continue
        tried += HOSTILE // 50  # what one connection would have sent on
    return taken
