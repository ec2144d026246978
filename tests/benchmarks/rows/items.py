"""Features over OGC API – Features, beside servers that read the same ones from PostGIS."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

import orjson

from tests.benchmarks import shapes
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Answer, Client
from tests.benchmarks.data import FLOOD, HYDRANTS, Dataset
from tests.benchmarks.measure import Sample, in_turn, processor_time, tree
from tests.benchmarks.peers import postgis, pygeoapi, tipg
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.report import Condition, Goal, Row, at_most, compared

ANSWERS = 5  # of one run: a single one is over in milliseconds
SIDE = 1 / 3  # of the city's box: a query's box
STEP = 1e-7  # degrees that each question's box differs from the one before
TIPG = "tipg on PostGIS"


@dataclass(frozen=True)
class Question:
    """What is asked of each server, and how much of tipg's time it may take."""

    what: str
    dataset: Dataset
    limit: int
    goal: Goal
    is_part: bool = False  # a box within the city, not all

    def query(self, number: int) -> str:
        """The query of the `number`th time: never the same twice, as answers may be kept."""
        west, south, east, north = shapes.CITY
        if self.is_part:
            east, north = west + (east - west) * SIDE, south + (north - south) * SIDE
        else:
            west, south, east, north = west - 1, south - 1, east + 1, north + 1
        return f"limit={self.limit}&bbox={west},{south},{east + number * STEP:.7f},{north}"


QUESTIONS = (
    Question("1,000 items", HYDRANTS, 1_000, at_most(1 / 5)),
    Question("5,000 items", HYDRANTS, 5_000, at_most(1 / 5)),
    Question("400 flood polygons", FLOOD, 1_000, at_most(1 / 4)),
    Question("the items of 5,000 in a bbox", HYDRANTS, 5_000, at_most(1 / 3), is_part=True),
)
DATASETS = (HYDRANTS, FLOOD)


@dataclass(frozen=True)
class Server:
    """Where a server has the items of a dataset, and the processes that answer."""

    port: int
    path: str
    pids: Sequence[int]

    def answers(self, dataset: Dataset, queries: Sequence[str]) -> list[Answer]:
        """What comes over one connection. Raises `RuntimeError` for another status than 200."""
        client = Client(self.port)  # one that is kept idle is closed by some servers
        try:
            answers = [client.get(f"{self.path.format(dataset.id)}&{query}") for query in queries]
        finally:
            client.close()
        for query, answer in zip(queries, answers, strict=True):
            if answer.status != 200:
                raise RuntimeError(f"{self.path.format(dataset.id)}&{query}: {answer.status}")
        return answers

    def timed(self, dataset: Dataset, queries: Sequence[str]) -> Sample:
        """The time of an answer, a mean over these queries."""
        pids = [pid for parent in self.pids for pid in tree(parent)]
        spent, begun = processor_time(pids), time.perf_counter()
        self.answers(dataset, queries)
        wall = time.perf_counter() - begun
        return Sample(wall / len(queries), (processor_time(pids) - spent) / len(queries))


def rows(bench: Bench) -> Iterator[Row]:
    """Each question to our service, beside tipg and beside pygeoapi."""
    city = bench.cities.seeded("city", DATASETS)
    layers = {dataset: city.layer(dataset.id) for dataset in DATASETS}
    with ExitStack() as stack:
        try:
            database = stack.enter_context(postgis.running())
            for dataset, layer in layers.items():
                database.load(dataset.id, layer, layer.revision.source.to_shapes())
            serving = tipg.serving_database(bench.peers, bench.work, database.url)
            path = "/collections/public.{}/items?f=geojson"
            pid, port = stack.enter_context(serving)
            peers = {TIPG: Server(port, path, (pid, database.pid))}
            bench.versions.update({"tipg": tipg.VERSION, "PostGIS": database.version})
            tables = [dataset.id for dataset in DATASETS]
            serving = pygeoapi.serving_tables(bench.peers, bench.work, database.url, tables)
            path = "/collections/{}/items?f=json"
            pid, port = stack.enter_context(serving)
            peers["pygeoapi on PostGIS"] = Server(port, path, (pid, database.pid))
            bench.versions["pygeoapi"] = pygeoapi.VERSION
        except Absent as reason:
            for question in QUESTIONS:
                yield Row(question.what, TIPG, question.goal, missing=str(reason))
            return
        pid, port = stack.enter_context(bench.service(city.environment))
        ours = Server(port, "/ogc/collections/{}/items?f=json", (pid,))
        numbers = itertools.count()
        for question, (name, peer) in itertools.product(QUESTIONS, peers.items()):
            queries = map(question.query, numbers)
            yield _compared(bench, question, queries, ours, name, peer)


def _compared(
    bench: Bench, question: Question, queries: Iterator[str], ours: Server, name: str, peer: Server
) -> Row:

    def first(server: Server) -> Answer:
        (answer,) = server.answers(question.dataset, [next(queries)])
        return answer

    def asking(server: Server) -> Callable[[], Sample]:
        def ask() -> Sample:
            return server.timed(question.dataset, [*islice(queries, ANSWERS)])

        return ask

    # This also reads what is read once.
    answers = [*map(first, (ours, peer))]
    counts = [len(orjson.loads(answer.content)["features"]) for answer in answers]
    sizes = " : ".join(f"{len(answer.content) / 1e6:.2g}" for answer in answers)
    encodings = " : ".join(answer.encoding or "plain" for answer in answers)
    samples = in_turn(bench.runs, asking(ours), asking(peer))
    same = Condition(counts[0] == counts[1] > 0, f"features {counts[0]} : {counts[1]}")
    goal = question.goal if name == TIPG else None
    conditions = [same, Condition(True, f"MB {sizes}, {encodings}")]
    return compared(f"{question.what}, over OGC API", name, samples, goal, conditions)
