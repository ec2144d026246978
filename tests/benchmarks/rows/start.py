"""How soon the service is ready, from prepared revisions."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks import cities, data
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Row, within

MOST = 3.0  # seconds


def rows(bench: Bench) -> Iterator[Row]:
    """The city that ships, and the second one with its real data."""
    yield _row(bench, "the city that ships", {"BOSAI_HOME": str(bench.cities.home("asaka"))})
    if data.SHARED.is_dir():
        settings = {
            "BOSAI_DEFINITIONS": str(cities.YAIZU),
            "BOSAI_DATA": str(data.YAIZU),
            "BOSAI_HOME": str(bench.cities.home("yaizu-whole")),
        }
        yield _row(bench, "Yaizu", settings)
    else:
        yield Row("ready: Yaizu", f"{MOST:g} s", missing="../shared/data is absent")


def _row(bench: Bench, name: str, settings: dict[str, str]) -> Row:
    _started(bench, settings)  # so that everything is prepared
    taken = [_started(bench, settings) for _ in range(bench.runs)]
    return within(f"ready from prepared revisions: {name}", f"{MOST:g} s", taken, MOST)


def _started(bench: Bench, settings: dict[str, str]) -> float:
    begun = time.perf_counter()
    with bench.service(settings):
        return time.perf_counter() - begun
