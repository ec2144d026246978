"""Tiles not made yet: cut, made valid and compressed when they are asked for, against tipg."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from layers.catalog.layer import Layer
from layers.geometry.tile import Tile
from tests.benchmarks import content, engine
from tests.benchmarks.bench import Bench
from tests.benchmarks.cities import City
from tests.benchmarks.client import Client
from tests.benchmarks.content import Content
from tests.benchmarks.data import FLOOD
from tests.benchmarks.measure import Sample, Spread, in_turn, processor_time, tree
from tests.benchmarks.peers import postgis, tipg
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, at_most, compared

TILES = 6  # of each zoom, where there are as many
GOAL = at_most(1 / 20)
WHAT = "a new tile of flood"
PEERS = {
    "layer": "tipg on PostGIS, the source geometry",
    "layer_z{z}": "tipg on PostGIS, our geometry of each zoom",
}
Ask = Callable[[Tile], bytes]


def rows(bench: Bench) -> Iterator[Row]:
    """In our process and over HTTP, from the same geometry and from ours generalised."""
    city = bench.cities.seeded("city", [FLOOD])
    layer = city.layer(FLOOD.id)
    wanted = _chosen(layer)
    try:
        with _tipg(bench, layer) as (peer, pids):
            for table, name in PEERS.items():
                yield from _against(bench, city, wanted, name, _asking(peer, table), pids)
    except Absent as reason:
        yield Row(WHAT, "tipg on PostGIS", GOAL, missing=str(reason))


def _against(
    bench: Bench,
    city: City,
    wanted: Sequence[Tile],
    name: str,
    ask: Ask,
    pids: Sequence[int],
) -> Iterator[Row]:
    layer = city.layer(FLOOD.id)

    def theirs() -> Sample:
        return _timed(wanted, ask, pids)

    theirs()  # so that its connections are open and its pages in memory
    held = _held(layer, wanted, ask)
    addresses = [f"{tile.z}/{tile.x}/{tile.y}" for tile in wanted]
    with bench.worker("tile", city.home, layer.id, *addresses) as worker:
        samples = in_turn(bench.runs, worker.run, theirs)
    yield _row(f"{WHAT}, in our process", name, samples, held)
    samples = in_turn(bench.runs, lambda: _served(bench, city, layer, wanted), theirs)
    yield _row(f"{WHAT}, over HTTP", name, samples, held)


def _row(
    what: str,
    peer: str,
    samples: tuple[list[Sample], list[Sample]],
    held: dict[str, tuple[Content, Content]],
) -> Row:
    by_zoom = []
    for zoom, (ours, theirs) in held.items():
        ratios = [a.phases[zoom] / b.phases[zoom] for a, b in zip(*samples, strict=True)]
        vertices = ours.vertices / theirs.vertices
        by_zoom.append(f"{zoom} {Spread.of(ratios).median:.3f} (vertices {vertices:.2f})")
    ours, theirs = (sum(side, Content()) for side in zip(*held.values(), strict=True))
    same = (*content.conditions(ours, theirs), Condition(True, "both gzip"))
    return compared(what, peer, samples, GOAL, (*same, Condition(True, ", ".join(by_zoom))))


def _served(bench: Bench, city: City, layer: Layer, wanted: Sequence[Tile]) -> Sample:
    """The time of our service, started anew so that no tile is kept."""
    with bench.service(city.environment) as (pid, port):
        client = Client(port)

        def ask(tile: Tile) -> bytes:
            path = f"/tiles/{layer.id}/{tile.z}/{tile.x}/{tile.y}.geojson"
            return _content(client, f"{path}?v={layer.revision.id}")

        try:
            # An empty tile of each zoom, so that its index is there: that is made once.
            for z in range(layer.minzoom, layer.maxzoom + 1):
                client.get(f"/tiles/{layer.id}/{z}/0/0.geojson")
            return _timed(wanted, ask, [pid])
        finally:
            client.close()


def _timed(wanted: Sequence[Tile], ask: Ask, pids: Sequence[int]) -> Sample:
    cpu, phases = processor_time(_below(pids)), {f"z{tile.z}": 0.0 for tile in wanted}
    for tile in wanted:
        begun = time.perf_counter()
        ask(tile)
        phases[f"z{tile.z}"] += time.perf_counter() - begun
    spent = processor_time(_below(pids)) - cpu
    return Sample(sum(phases.values()), spent, phases=phases)


def _below(pids: Sequence[int]) -> list[int]:
    return [pid for parent in pids for pid in tree(parent)]


def _asking(client: Client, table: str) -> Ask:
    """Asks tipg for a tile of a table, whose name may depend on the zoom."""
    return lambda tile: _content(client, tipg.path(table.format(z=tile.z), tile.z, tile.x, tile.y))


def _content(client: Client, path: str) -> bytes:
    answer = client.get(path)
    answer.require_tile(path)
    return answer.content


def _held(layer: Layer, wanted: Sequence[Tile], ask: Ask) -> dict[str, tuple[Content, Content]]:
    """What the tiles of each zoom hold, ours and theirs."""
    held: dict[str, tuple[Content, Content]] = {}
    for tile in wanted:
        ours, theirs = held.get(f"z{tile.z}", (Content(), Content()))
        ours += content.counted(layer.tile(tile), content.geojson)
        theirs += content.counted(ask(tile), content.mvt)
        held[f"z{tile.z}"] = ours, theirs
    return held


def _chosen(layer: Layer) -> list[Tile]:
    """Some tiles of every zoom that show the layer within, not only beyond their edges."""
    chosen = []
    for z in range(layer.minzoom, layer.maxzoom + 1):
        found = sorted(tile for tile, content in layer.tiles(z) if len(content) > 1024)
        chosen += random.Random(z).sample(found, min(len(found), TILES))
    return chosen


@contextmanager
def _tipg(bench: Bench, layer: Layer) -> Iterator[tuple[Client, Sequence[int]]]:
    """tipg with the layer's source geometry in a table, and that of each zoom in one more."""
    with postgis.running() as database:
        database.load("layer", layer, layer.revision.source.to_shapes())
        for z, shown in engine.generalised_zooms(layer):
            database.load(f"layer_z{z}", layer, shown.to_shapes())
        with tipg.serving_database(bench.peers, bench.work, database.url) as (pid, port):
            bench.versions.update({"tipg": tipg.VERSION, "PostGIS": database.version})
            client = Client(port)
            try:
                yield client, (pid, database.pid)
            finally:
                client.close()
