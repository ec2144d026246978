"""PostgreSQL, or the host that publishes, goes away for a while: what was served is served."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from server.database.engine import open_database
from server.desk.intake.requests import requests
from server.hosts.lead import LOCK
from tests.benchmarks.measure import tree
from tests.postgresql import Cluster, _created, _make_tables, cluster
from tests.server.hosts.test_hosts_service import host, ready, send_form
from tests.server.layer_service import POINTS, await_names, publish
from tests.service import Running, running
from tests.visit import ask
from tests.waiting import until

pytestmark = [pytest.mark.soak, pytest.mark.database]

ADDRESSES = (
    "/",
    f"/layers/{POINTS}/export.geojson",
    f"/layers/{POINTS}?f=json",
    "/search/index.json",
)


class Hosts:
    """Two hosts of one service, and the PostgreSQL that they share."""

    def __init__(self, folder: Path, server: Cluster, stack: ExitStack) -> None:
        self.folder, self.server = folder, server
        url = _created(server.url)
        _make_tables(url)
        self.engine: Engine = open_database(url)
        stack.callback(self.engine.dispose)
        self.services = [
            stack.enter_context(running(host(folder / name, url, name), folder / f"{name}.log"))
            for name in ("a", "b")
        ]
        self.stored: list[str] = []  # titles of the requests that were acknowledged

    def send(self, service: Running) -> int:
        """Send a request; gives the status."""
        title = f"消火栓 {len(self.stored)}"
        status = send_form(service.address, title)
        if status < 400:
            self.stored.append(title)
        return status

    def publish(self, name: str) -> None:
        """Publish a version of the desk's, and wait until both hosts serve it."""
        publish(self.engine, self.folder, name)
        for service in self.services:
            await_names(service.address, name)

    def leaders(self) -> int:
        """How many sessions hold the lock of who publishes."""
        held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock")
        with self.engine.connect() as connection:
            return int(connection.execute(held, {"lock": LOCK}).scalar_one())


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    with cluster() as server, ExitStack() as stack:
        yield Hosts(tmp_path, server, stack)


@contextmanager
def visited(services: list[Running]) -> Iterator[None]:
    """Visitors ask every service all the time, and are always answered."""
    stop, failed, answered = threading.Event(), list[BaseException](), Counter[str]()

    def visit(address: str) -> None:
        try:
            while not stop.is_set():
                for path in ADDRESSES:
                    ask(address + path)
                    answered[address] += 1
        except (OSError, AssertionError) as error:
            failed.append(error)

    visitors = [threading.Thread(target=visit, args=(each.address,)) for each in services]
    for visitor in visitors:
        visitor.start()
    try:
        yield
        before = Counter(answered)
        until(lambda: bool(failed) or all(answered[a] > before[a] + 8 for a in answered))
    finally:
        stop.set()
        for visitor in visitors:
            visitor.join()
    assert failed == []
    assert len(answered) == len(services)


def misses_database(service: Running) -> bool:
    return "database" in ready(service.address)["failing"]  # type: ignore[operator]


@pytest.mark.parametrize("end", [Cluster.stop, Cluster.kill], ids=["stopped", "killed"])
def test_a_database_that_goes_and_comes_back_costs_nothing_that_was_acknowledged(
    end: Callable[[Cluster], None], hosts: Hosts
) -> None:
    for service in hosts.services:
        until(lambda: hosts.send(service) < 400)  # noqa: B023
    hosts.publish("一")
    with visited(hosts.services):
        end(hosts.server)
        for service in hosts.services:
            assert hosts.send(service) == 503
            until(lambda: misses_database(service))  # noqa: B023
            assert hosts.send(service) == 503
        hosts.server.start()
        for service in hosts.services:
            until(lambda: hosts.send(service) < 400)  # noqa: B023
        hosts.publish("二")
    until(lambda: hosts.leaders() == 1)
    count = select(requests.c.title, func.count()).group_by(requests.c.title)
    with hosts.engine.connect() as connection:
        stored: dict[str, int] = dict(connection.execute(count).all())
    assert stored == dict.fromkeys(hosts.stored, 1)


def test_who_publishes_stands_still_and_another_takes_over(hosts: Hosts) -> None:
    first, second = hosts.services
    hosts.publish("一")
    stopped = tree(first.process.pid)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        publish(hosts.engine, hosts.folder, "二")
        await_names(second.address, "二")
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    await_names(first.address, "二")
    assert hosts.leaders() == 1
    hosts.publish("三")
    assert hosts.leaders() == 1
