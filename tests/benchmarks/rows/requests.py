"""The map of a service that has many requests, beside one that has none."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

from sqlalchemy import insert

from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Wording, publish
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.intake.requests import requests
from server.desk.labels import CATEGORIES, RECEIVED
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client
from tests.benchmarks.load import Generator
from tests.benchmarks.measure import in_turn
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Row, at_least, compared

STORED, PUBLIC = 10_000, 4_000
WHAT = f"{STORED:,} requests stored, {PUBLIC:,} of them public with a place"
WITHOUT = "the same service without any"
GOAL = at_least(0.95)
PATHS = {
    "a tile": "/tiles/emergency_sites/14/14545/6443.geojson",
    "the map's page": "/",
    "the page without a script": "/light",
    "a search": "/search?q=%E5%85%AC%E5%9C%92",
}


def rows(bench: Bench) -> Iterator[Row]:
    """The map's tile and pages, of two services that run at the same time and answer in turn."""
    home = bench.cities.home("asaka")
    settings = {"BOSAI_HOME": str(home), "BOSAI_SECRET_FILE": str(bench.work / "secret.key")}
    with bench.service(settings):
        pass  # so that everything is prepared
    try:
        wrk = Generator.installed(bench.peers, bench.seconds)
    except Absent as reason:
        yield Row(WHAT, WITHOUT, GOAL, missing=str(reason))
        return
    full, empty = (_database(bench, name) for name in ("full", "empty"))
    _fill(full, bench)
    with (
        bench.service({**settings, "BOSAI_DATABASE_URL": full}) as (mine, port),
        bench.service({**settings, "BOSAI_DATABASE_URL": empty}) as (other, port_beside),
    ):
        count = _listed(port)
        for what, path in PATHS.items():
            ours, theirs = in_turn(
                bench.runs,
                lambda at=f"http://127.0.0.1:{port}{path}": wrk.load(at, mine),  # type: ignore[misc]
                lambda at=f"http://127.0.0.1:{port_beside}{path}": wrk.load(at, other),  # type: ignore[misc]
            )
            samples = [load.sample for load in ours], [load.sample for load in theirs]
            public = Condition(count == round(PUBLIC * bench.share), f"{count:,} on the map")
            yield compared(f"{what}, {WHAT}", WITHOUT, samples, GOAL, (public,))


def _database(bench: Bench, name: str) -> str:
    """The URL of a new database."""
    for path in bench.work.glob(f"requests-{name}*"):
        path.unlink()
    return f"sqlite:///{bench.work / f'requests-{name}.sqlite'}"


def _fill(url: str, bench: Bench) -> None:
    """Store the requests, as the form and the desk do but all in one transaction."""
    chance, engine = Random(17), open_database(url)
    upgrade(engine)
    vault = Vault(Secret(bench.work / "secret.key"), open_keys(url))
    vault.prepare(new=True)
    now = datetime.datetime.now(datetime.UTC)
    count, public = (round(number * bench.share) for number in (STORED, PUBLIC))
    with engine.begin() as connection:
        connection.execute(
            insert(requests),
            [
                {
                    "token": f"token {number}",
                    "submission": f"submission {number}",
                    "title": f"計測用の要望 {number}",
                    "purpose": "計測のために入れた文です。" * 10,
                    "category": chance.choice(CATEGORIES),
                    "latitude": chance.uniform(35.78, 35.83),
                    "longitude": chance.uniform(139.56, 139.63),
                    "state": RECEIVED,
                    "received_at": now,
                    "key": key,
                }
                for number, key in enumerate(vault.new_keys(count), 1)
            ],
        )
        for number in range(1, public + 1):
            publish(connection, number, Wording(), now, COMMAND_LINE)
    engine.dispose()
    vault.keys.dispose()


def _listed(port: int) -> int:
    """How many requests are on the map of a service."""
    client = Client(port)
    content = client.get("/requests.geojson").content
    client.close()
    return content.count(b'"Feature"')
