"""What a worker holds in memory when it has served a city for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests import visit
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Resident, Spread, resident
from tests.benchmarks.report import Condition, Row, within

MOST = 100e6  # bytes
MEGABYTE = 1e6
WHAT = "private memory of a worker that has served the city that ships"
STAGES: dict[str, Sequence[Callable[[str], None]]] = {
    "every page, tile and file": (visit.read_pages, visit.load_data),
    "pictures and sheets too": (visit.print_sheets,),
}


def rows(bench: Bench) -> Iterator[Row]:
    """What one more worker costs: pages that no other process has, from a start of its own."""
    settings = {"BOSAI_HOME": str(bench.cities.home("asaka"))}
    with bench.service(settings):
        pass  # so that everything is prepared and the map rendered
    runs = [_served(bench, settings) for _ in range(bench.runs)]
    for stage in STAGES:
        yield _row(f"{WHAT}: {stage}", [run[stage] for run in runs])


def _served(bench: Bench, settings: dict[str, str]) -> dict[str, Resident]:
    """The memory after each stage."""
    after = {}
    with bench.service(settings) as (pid, port):
        for stage, visits in STAGES.items():
            for ask in visits:
                ask(f"http://127.0.0.1:{port}")
            after[stage] = resident(pid)
    return after


def _row(what: str, samples: Sequence[Resident]) -> Row:
    row = within(what, "100 MB", [float(sample.private) for sample in samples], MOST)
    middle = [
        f"{name} {Spread.of([getattr(sample, name) for sample in samples]).median / MEGABYTE:.0f}"
        for name in Resident._fields
    ]
    return replace(row, conditions=(Condition(True, f"MB: {', '.join(middle)}"),))
