"""How soon what one host published is answered by another."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import Engine, select

from server.database.engine import open_database, reading
from server.database.schema import upgrade
from server.hosts.tables import published
from tests.benchmarks.bench import Bench
from tests.benchmarks.peers import postgis
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, within
from tests.server.hosts.hosts import city_of
from tests.server.layer_service import POINTS, publish, settings_of
from tests.visit import ask

MOST = 5.0  # seconds
WHAT = "a publication is answered by another host"


def rows(bench: Bench) -> Iterator[Row]:
    """A version of the desk's, on two hosts of one machine that share a PostgreSQL.

    From its own commit, with preparing it, and from that of what is published.
    """
    folder = bench.work / "hosts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        with postgis.running() as database:
            yield from _rows(bench, database.url)
    except Absent as reason:
        yield Row(WHAT, f"{MOST:g} s", missing=str(reason))


def _rows(bench: Bench, url: str) -> Iterator[Row]:
    folder, engine = bench.work / "hosts", open_database(url)
    upgrade(engine)
    secret = folder / "secret.key"
    secret.write_text("s" * 40, encoding="utf-8")
    secret.chmod(0o600)
    first, second = (
        settings_of(city_of(folder / name, "0"), url) | {"BOSAI_SECRET_FILE": str(secret)}
        for name in ("a", "b")
    )
    since_version, since_record = [], []
    with bench.service(first), bench.service(second) as (_, port):
        export = f"http://127.0.0.1:{port}/layers/{POINTS}/export.geojson"
        for run in range(1, bench.runs + 1):
            before = _number(engine)
            publish(engine, folder, str(run))
            version = time.perf_counter()
            _await(lambda: _number(engine) != before)  # noqa: B023
            record = time.perf_counter()
            _await(lambda: f'"name":"{run}"'.encode() in ask(export))  # noqa: B023
            now = time.perf_counter()
            since_version.append(now - version)
            since_record.append(now - record)
    engine.dispose()
    load = Condition(True, f"load {os.getloadavg()[0]:.0f}")
    for since, taken in (("it is published", since_record), ("the desk's commit", since_version)):
        row = within(f"{WHAT}, since {since}", f"{MOST:g} s", taken, MOST)
        yield replace(row, conditions=(load,))


def _number(engine: Engine) -> int | None:
    with reading(engine) as connection:
        return connection.execute(select(published.c.number)).scalar()


def _await(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.02)
