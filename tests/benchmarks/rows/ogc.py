"""Features over OGC API: a filter over the sites of a whole country, and polygons beside tipg's."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import orjson

from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client
from tests.benchmarks.data import FLOOD, SHARED
from tests.benchmarks.measure import Sample, in_turn, processor_time, tree
from tests.benchmarks.peers import postgis, tipg
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, at_most, compared, within

MOST = 0.020  # seconds of a processor
REQUESTS = 100  # of a run: the kernel counts processor time in hundredths of a second
FILTERED = "a CQL2 filter over Japan's 115,402 shelters: processor time of an answer"
POLYGONS = "400 flood polygons as GeoJSON, over OGC API"
GOAL = at_most(1 / 4)
ITEMS = "/ogc/collections/{}/items?f=json"


def rows(bench: Bench) -> Iterator[Row]:
    """A filter, and a page with all polygons."""
    yield _filtered(bench)
    try:
        yield _polygons(bench)
    except Absent as reason:
        yield Row(POLYGONS, "tipg on PostGIS", GOAL, missing=str(reason))


def _filtered(bench: Bench) -> Row:
    """Filters that differ, so that none is answered from memory."""
    limit = f"{MOST * 1000:g} ms"
    if not SHARED.is_dir():
        return Row(FILTERED, limit, missing="../shared/data is absent")
    city = bench.cities.shelters()
    city.layer("shelters")
    numbers = itertools.count()

    def path() -> str:
        condition = f"flood AND CASEI(name) LIKE CASEI('%学校%') AND id <> {next(numbers)}"
        return f"{ITEMS.format('shelters')}&limit=10&filter={quote(condition)}"

    with bench.service(city.environment) as (pid, port):
        client = Client(port)

        def spent(count: int) -> float:
            before = processor_time(tree(pid))
            for _ in range(count):
                if not orjson.loads(client.get(path()).content)["numberMatched"]:
                    raise RuntimeError(f"{path()} selects nothing")
            return (processor_time(tree(pid)) - before) / count

        try:
            spent(1)  # so that what is made once is there
            return within(FILTERED, limit, [spent(REQUESTS) for _ in range(bench.runs)], MOST)
        finally:
            client.close()


def _polygons(bench: Bench) -> Row:
    """The same polygons from our revision and from a table of PostGIS."""
    city = bench.cities.seeded("city", [FLOOD])
    layer = city.layer(FLOOD.id)
    numbers = itertools.count()
    with postgis.running() as database:
        database.load("layer", layer, layer.revision.source.to_shapes())
        with (
            tipg.serving_database(bench.peers, bench.work, database.url) as (_, peer),
            bench.service(city.environment) as (_, port),
        ):
            bench.versions.update({"tipg": tipg.VERSION, "PostGIS": database.version})
            own, other = Client(port), Client(peer)

            def ours() -> Sample:  # asked otherwise each time: what is kept is not measured
                north = 89 - next(numbers) / 1000
                box = f"bbox=-180,-90,180,{north}"
                return _timed(own, f"{ITEMS.format(FLOOD.id)}&limit=10000&{box}")

            def theirs() -> Sample:
                return _timed(other, "/collections/public.layer/items?f=geojson&limit=10000")

            try:
                held = [_held(ask) for ask in (ours, theirs)]
                samples = in_turn(bench.runs, ours, theirs)
            finally:
                own.close()
                other.close()
    same = Condition(held[0] == held[1] == layer.feature_count, f"features {held}")
    return compared(POLYGONS, "tipg on PostGIS", samples, GOAL, [same])


def _timed(client: Client, path: str) -> Sample:
    begun = time.perf_counter()
    answer = client.get(path)
    spent = time.perf_counter() - begun
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    count = len(orjson.loads(answer.content)["features"])
    return Sample(spent, 0.0, phases={"features": float(count)})


def _held(ask: Callable[[], Sample]) -> int:
    """How many features an answer holds; asked twice, so that connections are open."""
    ask()
    return int(ask().phases["features"])
