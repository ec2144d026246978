"""The same made tile from other HTTP servers, which know nothing but that one answer.

Ours reads the address, the encoding and the ETag of each request, and keeps many tiles.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.data import FLOOD
from tests.benchmarks.load import Generator, Load
from tests.benchmarks.measure import Spread, in_turn
from tests.benchmarks.peers import python_servers
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, at_least, compared
from tests.benchmarks.rows import made

WHAT = "a made tile from this service, 64 connections"


def rows(bench: Bench) -> Iterator[Row]:
    """Against each server at its best."""
    city = bench.cities.seeded("city", [FLOOD])
    layer = city.layer(FLOOD.id)
    try:
        wrk = Generator.installed(bench.peers, bench.seconds)
    except Absent as reason:
        yield Row(WHAT, "every server", missing=str(reason))
        return
    bench.versions.update(python_servers.PACKAGES)
    with made.serving_tile(bench, city, layer, made.of_size(layer, made.SIZE)) as ours:
        for name in python_servers.COMMANDS:
            try:
                yield _against(bench, wrk, ours, name)
            except Absent as reason:
                yield Row(WHAT, name, at_least(1), missing=str(reason))


def _against(bench: Bench, wrk: Generator, ours: made.Asked, name: str) -> Row:
    answer = ours.answer()
    with python_servers.serving_answer(bench.peers, bench.work, name, answer) as (pid, port):
        theirs = made.Asked((pid,), port, python_servers.PATH)
        mine, others = in_turn(bench.runs, lambda: ours.load(wrk), lambda: theirs.load(wrk))
        same = theirs.answer().sent == answer.sent
    samples = [load.sample for load in mine], [load.sample for load in others]
    slowest = f"p99 / p50 {_slowest(mine):.1f} : {_slowest(others):.1f}"
    conditions = Condition(same, "the same bytes"), Condition(True, slowest)
    return compared(WHAT, name, samples, at_least(1), conditions)


def _slowest(loads: list[Load]) -> float:
    return Spread.of([load.p99 / load.p50 for load in loads]).median
