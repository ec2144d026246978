"""What it costs the tiles that the service is measured while it answers."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.bench import Bench
from tests.benchmarks.data import FLOOD
from tests.benchmarks.load import Generator
from tests.benchmarks.measure import Sample, Spread, in_turn
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Row, at_most

WHAT = "a made tile while /metrics is read each second"
AGAINST = "without /metrics"
TOKEN = "token-of-the-measurement"
PAUSE = 1.0  # seconds between two collections: Prometheus's own are 15 and more


def rows(bench: Bench) -> Iterator[Row]:
    """A tile from memory, from one worker, with and without."""
    city = bench.cities.seeded("city", [FLOOD])
    layer = city.layer(FLOOD.id)
    tile = next(tile for tile, _ in layer.tiles(layer.maxzoom))
    path = f"/tiles/{layer.id}/{tile.z}/{tile.x}/{tile.y}.geojson?v={layer.revision.id}"
    secret = bench.work / "metrics.token"
    secret.write_text(TOKEN, encoding="utf-8")
    secret.chmod(0o600)
    measured = {**city.environment, "BOSAI_METRICS_TOKEN_FILE": str(secret)}
    try:
        wrk = Generator.installed(bench.peers, bench.seconds)
    except Absent as reason:
        yield Row(WHAT, AGAINST, missing=str(reason))
        return
    with bench.service(measured) as (pid, port), bench.service(city.environment) as (other, plain):

        def with_metrics() -> Sample:
            with _collected(port):
                return wrk.load(f"http://127.0.0.1:{port}{path}", pid).sample

        def without() -> Sample:
            return wrk.load(f"http://127.0.0.1:{plain}{path}", other).sample

        ours, theirs = in_turn(bench.runs, with_metrics, without)
    shares = Spread.of([a.cpu / b.cpu for a, b in zip(ours, theirs, strict=True)])
    yield Row(f"{WHAT}, processor time", AGAINST, at_most(1.05), shares)


@contextmanager
def _collected(port: int) -> Iterator[None]:
    """Its figures are read again and again until the block ends."""
    is_over = threading.Event()

    def collect() -> None:
        while not is_over.wait(PAUSE):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status != 200:
                raise RuntimeError(f"/metrics answers {answer.status}")

    reader = threading.Thread(target=collect, daemon=True)
    reader.start()
    try:
        yield
    finally:
        is_over.set()
        reader.join()
