"""The state of a service in figures, for Prometheus: looked up when it is asked for.

While the database cannot be used, what it would tell is left out: nothing is no zero.
"""

from __future__ import annotations

import datetime
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from server.assembly.desk_store import DeskStore
from server.assembly.static_copy import CopyState
from server.database.engine import reading
from server.desk.alerts.webhooks import webhooks
from server.desk.drafts.tables import State, drafts
from server.desk.intake.requests import requests
from server.desk.labels import STATES
from server.desk.mail.outbox import outbox
from server.desk.message_queue import GIVEN_UP, WAITING
from server.edition.edition import Served
from server.settings import Settings

# What is counted by its state, and the states that are told: of messages, not those that were sent.
COUNTED: tuple[tuple[str, str, Table, tuple[str, ...]], ...] = (
    ("bosai_mails", "Mails that wait, and that were given up", outbox, (WAITING, GIVEN_UP)),
    (
        "bosai_webhook_messages",
        "Messages about alerts that wait, and that were given up",
        webhooks,
        (WAITING, GIVEN_UP),
    ),
    (
        "bosai_drafts",
        "Drafts of layers that are open",
        drafts,
        tuple(state.value for state in State if state.is_open),
    ),
    ("bosai_desk_requests", "Requests of residents", requests, tuple(STATES)),
)


class StateFigures(Collector):
    """What is served, what waits, and whether the rest can be used."""

    def __init__(self, settings: Settings, store: DeskStore, served: Served) -> None:
        self._home, self._store, self._served = settings.home, store, served

    def collect(self) -> Iterator[Metric]:
        yield from self._layers()
        is_usable = self._store.problem is None
        yield _gauge("bosai_database_usable", "Whether the database can be used", is_usable)
        is_writable = self._served.home_problem is None
        yield _gauge("bosai_home_writable", "Whether the home can be written to", is_writable)
        with suppress(OSError):
            free = shutil.disk_usage(self._home).free
            yield _gauge("bosai_home_free_bytes", "Room that is left for the home", free)
        yield from self._copy()
        if is_usable:
            yield from self._queues()

    def _copy(self) -> Iterator[Metric]:
        """Nothing of a copy that this host has never built."""
        state = CopyState.of(self._home)
        if state is None:
            return
        words = "Whether the last build of it failed"
        yield _gauge("bosai_static_copy_failing", words, state.is_failing)
        if state.built_at is not None:
            age = time.time() - state.built_at
            yield _gauge(
                "bosai_static_copy_age_seconds", "Seconds since the last that did not", age
            )

    def _layers(self) -> Iterator[Metric]:
        catalog = self._served.now.catalog
        revisions = GaugeMetricFamily(
            "bosai_layer_info", "The revision served of each layer", labels=("layer", "revision")
        )
        late = GaugeMetricFamily(
            "bosai_layer_not_updated", "Whether an earlier revision is served", labels=("layer",)
        )
        ages = GaugeMetricFamily(
            "bosai_layer_source_age_seconds",
            "Seconds since the url of a layer last gave or confirmed its data",
            labels=("layer",),
        )
        now = datetime.datetime.now(datetime.UTC)
        for layer in catalog.layers.values():
            revisions.add_metric((layer.id, layer.revision.id), 1)
            late.add_metric((layer.id,), layer.trouble is not None)
            if layer.fetched_at is not None:
                ages.add_metric((layer.id,), (now - layer.fetched_at).total_seconds())
        yield from (revisions, late, ages)
        yield _gauge("bosai_layers_served", "Layers that are served", len(catalog.layers))
        yield _gauge("bosai_layers_not_served", "Layers that are not", len(catalog.unserved))

    def _queues(self) -> Iterator[Metric]:
        try:
            with reading(self._store.database) as connection:
                for name, words, table, states in COUNTED:
                    query = select(table.c.state, func.count().label("number"))
                    query = query.group_by(table.c.state)
                    rows = connection.execute(query)
                    counts: dict[str, int] = {row.state: row.number for row in rows}
                    family = GaugeMetricFamily(name, words, labels=("state",))
                    for state in states:
                        family.add_metric((state,), counts.get(state, 0))
                    yield family
        except SQLAlchemyError:
            return  # `bosai_database_usable` tells it at the next look


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))
