"""A filter over the sites of a whole country, over OGC API – Features."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from urllib.parse import quote

import orjson

from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client
from tests.benchmarks.data import SHARED
from tests.benchmarks.measure import processor_time, tree
from tests.benchmarks.report import Row, within

MOST = 0.020  # seconds of a processor
REQUESTS = 100  # of a run: the kernel counts processor time in hundredths of a second
FILTERED = "a CQL2 filter over Japan's 115,402 shelters: processor time of an answer"
ITEMS = "/ogc/collections/{}/items?f=json"


def rows(bench: Bench) -> Iterator[Row]:
    """Filters that differ, so that none is answered from memory."""
    limit = f"{MOST * 1000:g} ms"
    if not SHARED.is_dir():
        yield Row(FILTERED, limit, missing="../shared/data is absent")
        return
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
            yield within(FILTERED, limit, [spent(REQUESTS) for _ in range(bench.runs)], MOST)
        finally:
            client.close()
