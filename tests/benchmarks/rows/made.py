"""A tile already made, asked for by 64 connections at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from layers.catalog.layer import Layer
from layers.geometry.tile import Tile
from tests.benchmarks import content, engine
from tests.benchmarks.bench import Bench
from tests.benchmarks.cities import City
from tests.benchmarks.client import Answer, Client
from tests.benchmarks.content import Content
from tests.benchmarks.data import FLOOD
from tests.benchmarks.load import Generator, Load
from tests.benchmarks.measure import Sample, in_turn
from tests.benchmarks.peers import nginx, postgis, tileserver, tipg, tippecanoe
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Goal, Row, at_least, at_most, compared

SIZE = 1100  # bytes, compressed: the tile nearest to it is the one asked for
WHAT = "a tile already made, 64 connections"


@dataclass(frozen=True)
class Asked:
    """A server under load: its processes, where it listens, and the tile's path."""

    pids: tuple[int, ...]
    port: int
    path: str

    def answer(self) -> Answer:
        """What it sends. Raises `RuntimeError` unless that is a tile."""
        client = Client(self.port)
        try:
            found = client.get(self.path)
        finally:
            client.close()
        found.require_tile(self.path)
        return found

    def load(self, wrk: Generator) -> Load:
        return wrk.load(f"http://127.0.0.1:{self.port}{self.path}", *self.pids)


@dataclass(frozen=True)
class Peer:
    """A server to compare with, and how to read its tiles."""

    name: str
    goal: Goal
    read: content.Reader
    serve: Callable[[], AbstractContextManager[Asked]]


def rows(bench: Bench) -> Iterator[Row]:
    """Against ready files, ready tiles, and tiles made anew each time."""
    city = bench.cities.seeded("city", [FLOOD])
    layer = city.layer(FLOOD.id)
    tile = of_size(layer, SIZE)
    try:
        wrk = Generator.installed(bench.peers, bench.seconds)
    except Absent as reason:
        yield Row(WHAT, "every server", missing=str(reason))
        return
    with serving_tile(bench, city, layer, tile) as ours:
        answer = ours.answer()
        loads: list[Load] = []
        for peer in _peers(bench, city, layer, tile, answer):
            try:
                with peer.serve() as theirs:
                    mine, others = in_turn(
                        bench.runs, lambda: ours.load(wrk), lambda: theirs.load(wrk)
                    )
                    same = _same(answer, theirs.answer(), peer.read)
            except Absent as reason:
                yield Row(WHAT, peer.name, peer.goal, missing=str(reason))
                continue
            samples = [load.sample for load in mine], [load.sample for load in others]
            latencies = {"p99": [load.p99 for load in mine], "p50": [load.p50 for load in mine]}
            yield compared(WHAT, peer.name, samples, peer.goal, same, latencies=latencies)
            loads += mine
        if loads:
            yield _slowest(loads)


@contextmanager
def serving_tile(bench: Bench, city: City, layer: Layer, tile: Tile) -> Iterator[Asked]:
    """Our service, asked for a tile under the revision it serves."""
    with bench.service(city.environment) as (pid, port):
        path = f"/tiles/{layer.id}/{tile.z}/{tile.x}/{tile.y}.geojson?v={layer.revision.id}"
        yield Asked((pid,), port, path)


def of_size(layer: Layer, size: int) -> Tile:
    """The tile of the last zoom whose compressed size comes nearest."""
    sizes = {tile: len(engine.compressed(found)) for tile, found in layer.tiles(layer.maxzoom)}
    return min(sizes, key=lambda tile: (abs(sizes[tile] - size), tile))


def _slowest(loads: list[Load]) -> Row:
    p99 = [Sample(load.p99, 0) for load in loads]
    p50 = [Sample(load.p50, 0) for load in loads]
    return compared(f"{WHAT}: p99", "its own p50", (p99, p50), at_most(3))


def _same(ours: Answer, theirs: Answer, read: content.Reader) -> tuple[Condition, ...]:
    mine = content.counted(ours.content, content.geojson)
    others: Content = content.counted(theirs.content, read)
    encodings = f"{ours.encoding or 'plain'} : {theirs.encoding or 'plain'}"
    sizes = Condition(True, f"{encodings}, {len(ours.sent)} : {len(theirs.sent)} bytes")
    return (sizes, *content.conditions(mine, others))


def _peers(bench: Bench, city: City, layer: Layer, tile: Tile, answer: Answer) -> tuple[Peer, ...]:
    return (
        Peer(
            "nginx, the same bytes",
            at_least(0.4),
            content.geojson,
            lambda: _nginx(bench, answer),
        ),
        Peer(
            "tileserver-gl-light",
            at_least(20),
            content.mvt,
            lambda: _tileserver(bench, city, layer, tile),
        ),
        Peer("tipg on PostGIS", at_least(80), content.mvt, lambda: _tipg(bench, layer, tile)),
    )


@contextmanager
def _nginx(bench: Bench, answer: Answer) -> Iterator[Asked]:
    with nginx.serving_bytes(bench.peers, bench.work, answer) as (pid, port):
        bench.versions["nginx"] = nginx.version(bench.peers)
        yield Asked((pid,), port, nginx.PATH)


@contextmanager
def _tileserver(bench: Bench, city: City, layer: Layer, tile: Tile) -> Iterator[Asked]:
    output = bench.work / "tileserver.mbtiles"
    zooms = layer.minzoom, layer.maxzoom
    tippecanoe.build(
        tippecanoe.program(bench.peers), city.source(layer.id), output, zooms, tippecanoe.AREAS
    )
    with tileserver.serving_mbtiles(bench.peers, bench.work, output) as (pid, port):
        bench.versions["tileserver-gl-light"] = tileserver.VERSION
        yield Asked((pid,), port, f"/data/layer/{tile.z}/{tile.x}/{tile.y}.pbf")


@contextmanager
def _tipg(bench: Bench, layer: Layer, tile: Tile) -> Iterator[Asked]:
    with postgis.running() as database:
        database.load("layer", layer, layer.revision.source.to_shapes())
        with tipg.serving_database(bench.peers, bench.work, database.url) as (pid, port):
            bench.versions.update({"tipg": tipg.VERSION, "PostGIS": database.version})
            yield Asked((pid, database.pid), port, tipg.path("layer", tile.z, tile.x, tile.y))
