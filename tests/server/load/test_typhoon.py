"""The morning of the typhoon, in short: a hundred ask for everything at once, and some write."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import select

from layers.catalog.catalog import Catalog
from server.database.engine import open_database, reading
from server.desk.intake.requests import requests
from tests.benchmarks.measure import memory, tree
from tests.benchmarks.typhoon import FORM, mixed, network
from tests.server.load.visitors import Request, visitors
from tests.service import running, shipped_city
from tests.waiting import until

CLIENTS = 100
FORMS = 0.02  # of all requests
ANSWERS = 2000
GROWTH = 1.2  # of the memory, at most; `make bench BENCH=night` has the figures of a longer time
NUMBER = re.compile(rb"^location: /requests/(\d+)\?", re.MULTILINE)


@pytest.mark.breadth
def test_nothing_fails_nothing_is_lost_and_memory_stays(
    asaka: Catalog, home: Path, tmp_path: Path
) -> None:
    addresses = [quote(each, safe="/?&=%,") for each in mixed([*asaka.layers.values()])]
    form, senders = urlencode(FORM).encode(), count()
    settings = {
        **shipped_city(home, tmp_path),
        "BOSAI_TRUSTED_PROXIES": "127.0.0.1",  # forms come from as many networks as there are
    }
    acknowledged: list[int] = []
    tiles: set[int] = set()

    def choose(chance: Random) -> Request:
        if chance.random() < FORMS:
            return Request("/requests", form, (f"X-Forwarded-For: {network(next(senders))}",))
        return Request(chance.choice(addresses))

    def heed(request: Request, status: int, head: bytes) -> None:
        if status == 303:
            (number,) = NUMBER.findall(head)
            acknowledged.append(int(number))
        if request.path.startswith("/tiles/"):
            tiles.add(status)

    with (
        running(settings, tmp_path / "log", ["--workers", "1"]) as service,
        visitors(service.address, CLIENTS, choose, heed) as seen,
    ):
        (worker,) = service.workers
        seen.await_more(ANSWERS)
        until(lambda: len(acknowledged) > 0)
        before = memory(tree(worker))
        seen.await_more(ANSWERS)
        after = memory(tree(worker))
        assert service.workers == [worker]
    assert (seen.failures, seen.refused) == ([], 0)
    assert set(seen.answers) <= {200, 303, 429, 503}  # the last two: told to come back
    assert tiles == {200}
    assert after < GROWTH * before
    engine = open_database(settings["BOSAI_DATABASE_URL"])
    with reading(engine) as database:
        stored = [*database.execute(select(requests.c.number)).scalars()]
    engine.dispose()
    assert sorted(stored) == sorted(acknowledged)
    assert "Traceback" not in service.said()
