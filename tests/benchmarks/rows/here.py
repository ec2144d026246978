"""What is known of a place, of the sites of a whole country: an answer of `/here`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from layers.catalog.layer import Layer
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client
from tests.benchmarks.data import SHARED
from tests.benchmarks.measure import processor_time, tree
from tests.benchmarks.report import Row, within

MOST = 0.010  # seconds of a processor
REQUESTS = 100  # of a run: the kernel counts processor time in hundredths of a second
WHAT = "/here among Japan's 115,402 shelters: processor time of an answer"


def rows(bench: Bench) -> Iterator[Row]:
    """Processor time of the service for one request, over HTTP."""
    limit = f"{MOST * 1000:g} ms"
    if not SHARED.is_dir():
        yield Row(WHAT, limit, missing="../shared/data is absent")
        return
    city = bench.cities.shelters()
    paths = _paths(city.layer("shelters"))
    with bench.service(city.environment) as (pid, port):
        client = Client(port)
        try:
            _answer(client, paths)  # so that what is made once is there
            spent = [_spent(client, paths, pid) for _ in range(bench.runs)]
        finally:
            client.close()
    yield within(WHAT, limit, spent, MOST)


def _paths(layer: Layer) -> Sequence[str]:
    """Places all over the country, each beside a shelter."""
    places = layer.revision.source.coordinates
    chosen = places[np.linspace(0, len(places) - 1, REQUESTS).astype(np.int64)] + 0.01
    return [f"/here?lat={y:.5f}&lon={x:.5f}&hazard=flood&f=json" for x, y in chosen.tolist()]


def _spent(client: Client, paths: Sequence[str], pid: int) -> float:
    """Seconds of a processor for each request."""
    before = processor_time(tree(pid))
    _answer(client, paths)
    return (processor_time(tree(pid)) - before) / len(paths)


def _answer(client: Client, paths: Sequence[str]) -> None:
    """Raises `RuntimeError` unless each place is answered with sites near it."""
    for path in paths:
        answer = client.get(path)
        if answer.status != 200 or b'"metres"' not in answer.content:
            raise RuntimeError(f"{path} answers {answer.status}")
